"""Files packed with gzip, read as the files that they hold."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import BinaryIO

from socoder.errors import InputError
from socoder.tabular.layout import Opener

SIGNATURE = b"\x1f\x8b"
SUFFIX = ".gz"


def unpacked(opener: Opener, name: str) -> Opener:
    """Opens what a gzip file holds; it is unpacked while it is read, and never kept. Reading from
    the stream raises InputError where the file is damaged or cut short."""

    def reopen() -> BinaryIO:
        return io.BufferedReader(_Unpacked(opener(), name), 1 << 20)

    return reopen


def unpacked_size(opener: Opener) -> int:
    """How many bytes a gzip file says that it unpacks to, modulo 4 GiB: for a progress bar."""
    with opener() as stream:
        stream.seek(-4, io.SEEK_END)
        return int.from_bytes(stream.read(4), "little")


class _Unpacked(io.RawIOBase):
    """The bytes of a gzip file; what is wrong with it is one line."""

    def __init__(self, packed: BinaryIO, name: str) -> None:
        super().__init__()
        self._packed, self._name = packed, name
        self._file = gzip.GzipFile(fileobj=packed, mode="rb")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            return self._file.readinto(buffer)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise InputError(
                f"{self._name} is damaged or cut short: pack it again, or unpack it first"
            ) from None

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            self._packed.close()
        super().close()
