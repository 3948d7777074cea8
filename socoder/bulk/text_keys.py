"""The rows of a chunk as hashes of their texts; texts met a moment ago are not hashed again."""

from __future__ import annotations

import hashlib

from socoder.bulk.columns import Columns
from socoder.bulk.texts import SIZE, Parts, job_of, key_of, row_parts
from socoder.records import Job
from socoder.tabular.layout import Chunk

RECENT = 100_000  # texts remembered: some tens of MB
_SHORT = 400  # characters of cells that are remembered as they are; of longer ones a hash


class TextKeys:
    """Chunk by chunk: the cells of each row, and for each distinct cells their hash."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._recent: dict[Parts | bytes, bytes] = {}

    def of(self, chunk: Chunk) -> tuple[list[Parts], dict[Parts, bytes], dict[Parts, Job]]:
        """The cells of each row; cells → hash; and the jobs of those cells that were not met among
        the recent ones."""
        rows = row_parts(chunk, self._columns)
        keys: dict[Parts, bytes] = {}
        jobs: dict[Parts, Job] = {}
        if len(self._recent) > RECENT:
            self._recent.clear()
        for parts in dict.fromkeys(rows):
            length = len(parts[0]) + len(parts[1]) + len(parts[2])
            short: Parts | bytes = parts if length < _SHORT else _raw(parts)
            key = self._recent.get(short)
            if key is None:
                jobs[parts] = job = job_of(parts)
                key = self._recent[short] = key_of(job)
            keys[parts] = key
        return rows, keys, jobs


def _raw(parts: Parts) -> bytes:
    data = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=SIZE).digest()
