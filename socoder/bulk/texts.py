"""What of a row is coded, and the hash that stands for it: rows of one text are coded once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

from socoder.bulk.columns import Columns
from socoder.reading.decoding import tidy
from socoder.records import Job
from socoder.splitting.headings import table
from socoder.tabular.layout import Chunk, one_line, readable
from socoder.title_words import WORDS, root, unify

SIZE = 16  # bytes of a hash
MAX_TEXT = 200_000  # characters of a description that are looked at
Parts = tuple[str, str, str]  # title, description, department: cells as they stand


def row_parts(chunk: Chunk, columns: Columns) -> list[Parts]:
    """The cells of each row that are coded."""
    empty = [""] * chunk.rows
    parts = (columns.title, columns.description, columns.department)
    read = [empty if i is None else chunk.texts(i) for i in parts]
    return list(zip(*read, strict=True))


def job_of(parts: Parts) -> Job:
    """The job that the cells describe: tidied, and empty where they say nothing ("N/A")."""
    title, text, department = parts
    found = [one_line(title), tidy(readable(text)[:MAX_TEXT]) if text else "", one_line(department)]
    title, text, department = ("" if cell.lower() in _nothing() else cell for cell in found)
    return Job(title=title, text=text, department=department)


def key_of(job: Job) -> bytes:
    """The hash of what is coded."""
    return _hash((job.title, job.text, job.department))


def title_key(job: Job) -> bytes:
    """The hash of the title alone."""
    return _hash((job.title,))


def lasting_key(job: Job) -> bytes:
    """The hash by which a job is found again in another quarter's file: of the normalised title and
    of the words of the text. Spelling, case, punctuation and department make no difference."""
    title = " ".join([root(word) for word in WORDS.findall(unify(job.title).lower())])
    return _hash((title, " ".join(job.text.lower().split())))


def _hash(parts: Sequence[str]) -> bytes:
    data = "\x1f".join(parts).encode("utf-8", "replace")
    return hashlib.blake2b(data, digest_size=SIZE).digest()


@cache
def _nothing() -> frozenset[str]:
    return frozenset(table("bulk_columns")["nothing"]["cells"])
