"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from socoder.errors import SocoderError

PART = ".socoder-part"


class OutputError(SocoderError):
    """The output cannot be written: a full disk, a read-only folder."""

    code = "output"


@contextlib.contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """A stream into a temporary file beside the target, which takes its place at the end: flushed
    to the disk, under the permissions that the target had, or else new files get. If the block
    raises, the target is as it was. Raises OutputError with the reason in one line."""
    part = target.with_name(target.name + PART)
    try:
        mode = _mode(target)
        number = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(number, "w+b") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.chmod(mode)
            part.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
        _settle(target.parent)
    except OSError as error:
        raise OutputError(unwritable(target, error)) from None


def unwritable(target: Path, error: OSError) -> str:
    """One line that says why a file cannot be written, and what to do."""
    name = target.name
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{name}: the disk is full: make room, or write elsewhere"
    if error.errno == errno.EROFS:
        return f"{name}: its folder is read-only: write elsewhere"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{name}: no permission to write there: write elsewhere"
    if error.errno == errno.ENOENT:
        return f"{name}: its folder does not exist: make it, or write elsewhere"
    if error.errno == errno.EISDIR:
        return f"{name} is a folder: give the name of a file"
    return f"{name} cannot be written ({error.strerror or type(error).__name__})"


def _mode(target: Path) -> int:
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _settle(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can do that."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
