"""Text, standard input, .txt, .md, .html, .docx and .pdf → Job: the first step.

Whatever comes in, what goes out is a Job with clean text or an InputError of one line that says
what is wrong, where and what to do. No word of a text gets into a message.
"""

from __future__ import annotations

import errno
import io
import zipfile
from pathlib import Path
from typing import BinaryIO

from socoder.errors import InputError
from socoder.reading.decoding import decode, tidy
from socoder.reading.job_lines import find_title
from socoder.records import Job

__all__ = ["MAX_BYTES", "MAX_CHARACTERS", "find_title", "read_file", "read_stdin", "read_text"]

MAX_BYTES = 20_000_000  # of a file or of standard input
MAX_CHARACTERS = 5_000_000  # of the text in it

_FORMATS = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html",
    ".htm": "html", ".xhtml": "html", ".docx": "docx", ".docm": "docx", ".pdf": "pdf", "": "text",
}  # fmt: skip
_ADVICE = {
    ".doc": "an old Word document: save it as .docx",
    ".dot": "an old Word template: save it as .docx",
    ".rtf": "a Rich Text document: save it as .docx or .txt",
    ".odt": "an OpenDocument text: save it as .docx or .txt",
    ".pages": "a Pages document: export it as .docx",
    ".wpd": "a WordPerfect document: save it as .docx or .txt",
    ".eml": "an e-mail: save its text as .txt",
    ".msg": "an e-mail: save its text as .txt",
    ".zip": "an archive: unpack it first",
    **dict.fromkeys((".csv", ".tsv", ".xlsx", ".xls", ".parquet"), "a table: give it to socoder bulk"),
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"),
        "an image: run OCR first and save the text as .txt",
    ),
}  # fmt: skip
_LOCKED = "password-protected or in an old Office format: save it as .docx without a password"
# First bytes that tell a format whatever the file is called; None: not readable, with the advice.
_SIGNATURES = (
    (b"%PDF-", "pdf", ""),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None, _LOCKED),
    (b"{\\rtf", None, _ADVICE[".rtf"]),
    (b"\x89PNG", None, _ADVICE[".png"]),
    (b"\xff\xd8\xff", None, _ADVICE[".png"]),
    (b"GIF8", None, _ADVICE[".png"]),
    (b"\x1f\x8b", None, _ADVICE[".zip"]),
)
_STDIN = "standard input"


def read_file(path: Path, title: str = "") -> Job:
    """The job in a file: .txt (also without a suffix), .md, .html, .docx or .pdf.

    Without a `title` it is looked for: in Word and HTML files first among the headings, then as
    `find_title` does; the line that it stands in stays in the text. An empty file with a title is
    a title alone. Raises InputError for a file that is missing, empty, damaged, locked, too large
    (MAX_BYTES, MAX_CHARACTERS) or of another format, and MissingExtraError where the library for
    .docx and .pdf is not installed.
    """
    name = _shown(path.name or str(path))
    suffix = path.suffix.lower()
    if suffix in _ADVICE:
        raise InputError(f"{name} is {_ADVICE[suffix]}")
    try:
        if path.is_dir():
            raise InputError(f"{name} is a folder: give a file in it")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: {_reason(error)}") from None
    if suffix not in _FORMATS:
        known = ", ".join(
            sorted(set(_FORMATS) - {"", ".text", ".markdown", ".htm", ".xhtml", ".docm"})
        )
        raise InputError(
            f"{name} is of no format that is read here ({known}): save it as one of them"
        )
    return _job(data, name, _FORMATS[suffix], title)


def read_stdin(stream: BinaryIO, title: str = "") -> Job:
    """The job on standard input: text, or the bytes of a .docx or .pdf. Empty input with a title
    is a title alone. Raises InputError and MissingExtraError as `read_file` does."""
    try:
        data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{_STDIN}: {_reason(error)}") from None
    return _job(data or b"", _STDIN, "text", title)


def read_text(text: str, title: str = "") -> Job:
    """The job in a text. Without a `title` it is looked for as `find_title` does. Raises InputError
    for more than MAX_CHARACTERS, and if there is neither text nor title."""
    return _from_text(text, "the text", title, [])


def _job(data: bytes, name: str, kind: str, title: str) -> Job:
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{name} is larger than {MAX_BYTES // 1_000_000} MB: give the text of one job"
        )
    kind = _kind(data, name, kind)
    headings: list[str] = []
    if kind == "pdf":
        from socoder.reading.documents import pdf_text

        text = pdf_text(data, name)
    elif kind == "docx":
        from socoder.reading.documents import docx_text

        if data:
            text, headings = docx_text(data, name)
        else:
            text = ""
    else:
        try:
            text = decode(data)
        except ValueError:
            raise InputError(
                f"{name} is not a text; save it as .txt (UTF-8), .docx or .pdf"
            ) from None
        _check_length(text, name)
        if kind != "text":
            from socoder.reading.markup import html_text, markdown_text

            text, headings = (html_text if kind == "html" else markdown_text)(_newlines(text))
    return _from_text(text, name, title, headings)


def _kind(data: bytes, name: str, kind: str) -> str:
    """The format by the first bytes, which know better than the file's name."""
    for signature, found, advice in _SIGNATURES:
        if data.startswith(signature):
            if found is None:
                raise InputError(f"{name} is {advice}")
            return found
    if data.startswith(b"PK\x03\x04") and kind != "docx":
        if _is_word(data):
            return "docx"
        raise InputError(f"{name} is {_ADVICE['.zip']}")
    if kind == "pdf" and not data.strip():
        return "text"
    return kind


def _is_word(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except Exception:  # zipfile raises much besides BadZipFile for damaged archives
        return False


def _from_text(text: str, name: str, title: str, headings: list[str]) -> Job:
    _check_length(text, name)
    text = tidy(text)
    title = " ".join(tidy(title).split())
    if not title:
        title = next(filter(None, map(_heading_title, headings)), "") or find_title(text)
    if not title and not any(map(str.isalnum, text)):
        raise InputError(f"{name} is empty: give the text of a job, or its title")
    return Job(title=title, text=text)


def _heading_title(heading: str) -> str:
    """The title in a page's heading: "Registered Nurse | Acme Hospital" holds one."""
    heading = " ".join(tidy(heading).split())
    for part in (heading.split(" | ")[0], heading.split(" - ")[0]):
        title = find_title(part)
        if title:
            return title
    return ""


def _check_length(text: str, name: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"{name} has more than {MAX_CHARACTERS:,} characters: give the text of one job"
        )


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return "there is no such file; check the name"
    if number in (errno.EACCES, errno.EPERM):
        return "no permission to read it; ask its owner, or copy it"
    if number == errno.ENAMETOOLONG or isinstance(error, ValueError):
        return "this is no name of a file; a text is given on standard input"
    return f"cannot be read ({getattr(error, 'strerror', None) or type(error).__name__})"


def _shown(name: str) -> str:
    """A file's name for a message of one line."""
    plain = "".join(char if char.isprintable() else "?" for char in name)
    return plain if len(plain) <= 100 else f"{plain[:97]}…"
