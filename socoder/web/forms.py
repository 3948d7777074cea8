"""Request bodies → fields and files, within bounds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile

from socoder.errors import InputError

_MOST_FIELDS = 2_500  # a posting has some hundreds of duties, with two fields each
_LONGEST_FIELD = 1_500_000  # bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields and the files of a form, by name. Of a field that is there twice the last counts;
    a file that was not chosen is left out."""

    fields: dict[str, str]
    files: dict[str, UploadFile]


@asynccontextmanager
async def sent(request: Request, most_files: int = 1) -> AsyncIterator[Sent]:
    """The form of a request; its files are closed and gone afterwards. Raises HTTPException 400
    for what is no form, and for more files than may come."""
    async with request.form(
        max_files=most_files, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD
    ) as form:
        fields: dict[str, str] = {}
        files: dict[str, UploadFile] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields[name] = value.replace("\r\n", "\n").replace("\0", " ")
            elif value.filename:
                files[name] = value
        yield Sent(fields, files)


def chosen_file(form: Sent, name: str) -> UploadFile:
    """The file of a form; raises InputError where none was chosen."""
    if name not in form.files:
        raise InputError("no file was chosen: choose one first")
    return form.files[name]
