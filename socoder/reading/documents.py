"""Word and PDF files → lines of text. The libraries (extra `docs-in`) are imported when needed."""

from __future__ import annotations

import io
import logging
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from socoder.errors import InputError, MissingExtraError

MAX_UNPACKED = 200_000_000  # bytes of a .docx once unpacked: what is more is no job description
MAX_PAGES = 300
_MIN_LETTERS = 5  # a scanned PDF has none, or the scanner's page numbers

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TRANSPARENT = {f"{_W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "r")}  # fmt: skip
_TEXT = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def missing_extra(what: str, library: str) -> MissingExtraError:
    """The error for a file whose library is not installed."""
    return MissingExtraError(f"{what} are read with {library}: pip install 'socoder[docs-in]'")


def docx_text(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text of a Word file in document order, and its headings and titles.

    List items begin with "• "; the cells of a table's row stand in one line with tabs between them,
    or one below the other where they hold several paragraphs. Page headers and footers, text boxes
    and deleted text are left out; content controls and inserted text are read. `name` is for
    messages. Raises InputError for a damaged or oversized file, MissingExtraError.
    """
    try:
        import docx
    except ImportError:
        raise missing_extra("Word files", "python-docx") from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked <= MAX_UNPACKED:
            document = docx.Document(io.BytesIO(data))
            return _WordReader(document).read()
    except Exception:  # a damaged file fails in python-docx, lxml or zipfile in many ways
        raise InputError(
            f"{name} is damaged or not a Word document: open it in Word and save it again as .docx"
        ) from None
    raise InputError(
        f"{name} unpacks to more than {MAX_UNPACKED // 1_000_000} MB: save the text as .txt"
    )


class _WordReader:
    def __init__(self, document: Any) -> None:
        self._body = document.element.body
        self._styles = {style.style_id: style for style in document.styles if style.style_id}
        self._headings: list[tuple[int, str]] = []

    def read(self) -> tuple[str, list[str]]:
        lines = list(self._blocks(self._body))
        # "Title" (level 0) before "Heading 1", whatever comes first on the page.
        return "\n".join(lines), [text for _, text in sorted(self._headings, key=lambda h: h[0])]

    def _blocks(self, parent: Any) -> Iterator[str]:
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                for row in child.iter(f"{_W}tr"):
                    if next(row.iterancestors(f"{_W}tbl")) is child:
                        yield from self._row(row)
            elif child.tag in _TRANSPARENT:
                yield from self._blocks(child)

    def _row(self, row: Any) -> Iterator[str]:
        cells = [
            list(self._blocks(cell))
            for cell in row.iter(f"{_W}tc")
            if next(cell.iterancestors(f"{_W}tr")) is row
        ]
        filled = [[line for line in cell if line.strip()] for cell in cells]
        if all(len(cell) <= 1 for cell in filled):
            line = "\t".join(cell[0].removeprefix("• ").strip() if cell else "" for cell in filled)
            if line.strip():
                yield line.strip()
            return
        for cell in filled:
            yield from cell

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        text = "".join(self._runs(paragraph)).strip()
        style = self._style(paragraph)
        name = (style.name or "").lower() if style is not None else ""
        if name.startswith(("heading", "title")):
            if text:
                level = int(name[-1]) if name[-1].isdigit() else 0
                self._headings.append((level, text.replace("\n", " ")))
        elif text and (name.startswith("list") or self._is_numbered(paragraph, style)):
            text = f"• {text}"
        yield from text.split("\n")

    def _runs(self, parent: Any) -> Iterator[str]:
        for child in parent:
            if child.tag == f"{_W}t":
                yield child.text or ""
            elif child.tag in _TEXT:
                yield _TEXT[child.tag]
            elif child.tag in _TRANSPARENT:
                yield from self._runs(child)

    def _style(self, paragraph: Any) -> Any:
        found = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return None if found is None else self._styles.get(found.get(f"{_W}val"))

    def _is_numbered(self, paragraph: Any, style: Any) -> bool:
        for _ in range(10):  # styles are based on one another
            number = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
            if number is not None:
                return bool(number.get(f"{_W}val") != "0")  # 0 takes the style's numbering away
            if style is None:
                return False
            paragraph, style = style.element, style.base_style
        return False


def pdf_text(data: bytes, name: str) -> str:
    """The text of a PDF, page after page.

    Words hyphenated at a line's end are joined; page numbers, and headers and footers that repeat
    on the pages, are left out. `name` is for messages. Raises InputError for a damaged, encrypted
    or scanned file and one of more than MAX_PAGES pages, MissingExtraError.
    """
    try:
        import pypdf
        from pypdf.errors import DependencyError
    except ImportError:
        raise missing_extra("PDF files", "pypdf") from None
    with _quiet():
        try:
            reader = pypdf.PdfReader(io.BytesIO(data))
            locked = reader.is_encrypted and not reader.decrypt("")
        except DependencyError:
            locked = True
        except Exception:  # pypdf raises whatever the damaged place leads to
            raise _damaged_pdf(name) from None
        if locked:
            raise InputError(f"{name} is encrypted: save it without a password and try again")
        pages = _pages(reader, name)
    if sum(char.isalpha() for page in pages for line in page for char in line) < _MIN_LETTERS:
        raise InputError(f"{name} has no text: if it was scanned, run OCR first (e.g. ocrmypdf)")
    return _join_lines(line for page in _without_furniture(pages) for line in page)


def _damaged_pdf(name: str) -> InputError:
    return InputError(f"{name} is damaged or not a PDF: print it to a new PDF, or save it as .txt")


def _pages(reader: Any, name: str) -> list[list[str]]:
    pages = []
    failed = 0
    try:
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise InputError(
                f"{name} has {count} pages, more than {MAX_PAGES}: give one job a file"
            )
        for page in reader.pages:
            try:
                lines = page.extract_text().split("\n")
            except Exception:  # one unreadable page does not spoil the rest
                failed += 1
                continue
            pages.append([line.strip() for line in lines if line.strip()])
    except InputError:
        raise
    except Exception:
        raise _damaged_pdf(name) from None
    if failed and not any(pages):
        raise _damaged_pdf(name)
    return pages


@contextmanager
def _quiet() -> Iterator[None]:
    """pypdf warns about every oddity of a file; the user asked for the text."""
    logger = logging.getLogger("pypdf")
    before = logger.level, logger.propagate
    handler = logging.NullHandler()
    logger.addHandler(handler)
    logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = before[1]


_PAGE_NUMBER = re.compile(
    r"\W{0,3}(?:page|pg\.?|p\.)?\s{0,3}\d{1,3}(?:\s{0,3}(?:of|/)\s{0,3}\d{1,3})?\W{0,3}", re.I
)
_NUMBERS = re.compile(r"\d+")
_EDGE = 3  # lines at the top and the bottom of a page where headers and footers stand


def _without_furniture(pages: list[list[str]]) -> list[list[str]]:
    """Page numbers, headers and footers off: lines at the edge of the page that stand on at least
    two thirds of the pages, their numbers aside."""
    filled = [page for page in pages if page]
    seen: Counter[str] = Counter()
    for page in filled:
        seen.update({_NUMBERS.sub("0", line) for line in page[:_EDGE] + page[-_EDGE:]})
    often = max(2, len(filled) * 2 / 3)

    def keeps(page: list[str], at: int) -> bool:
        if _EDGE <= at < len(page) - _EDGE:
            return True
        if _PAGE_NUMBER.fullmatch(page[at]) and at in (0, 1, len(page) - 2, len(page) - 1):
            return False
        return seen[_NUMBERS.sub("0", page[at])] < often

    kept = [[line for at, line in enumerate(page) if keeps(page, at)] for page in filled]
    if kept and not any(kept[1:]):
        kept[0] = [line for line in filled[0] if not _PAGE_NUMBER.fullmatch(line)]
    elif kept:
        # The first page keeps one copy of what repeats: it may be the title.
        header = [line for line in filled[0][:_EDGE] if line not in kept[0]]
        kept[0] = [line for line in header if not _PAGE_NUMBER.fullmatch(line)] + kept[0]
    return kept


_BROKEN_WORD = re.compile(r"([A-Za-z]+)-$")
# Of "full-\ntime" the hyphen is part of the word.
_KEEPS_HYPHEN = re.compile(
    r"(?:all|co|cross|ex|full|half|hands?|high|in|inter|long|low|mid|multi|non|on|one|part|post|pre|re"
    r"|self|short|sign|sub|first|second|third|two|three|four|follow|well|year)"
)


def _join_lines(lines: Iterator[str]) -> str:
    joined: list[str] = []
    for line in lines:
        previous = joined[-1] if joined else ""
        broken = _BROKEN_WORD.search(previous)
        if broken and line[:1].islower():
            whole = _KEEPS_HYPHEN.fullmatch(broken[1].lower())
            joined[-1] = (previous if whole else previous[:-1]) + line
        elif previous in ("•", "-", "o", "\uf0b7", "▪", "●"):  # a bullet that lost its line
            joined[-1] = f"{previous} {line}"
        else:
            joined.append(line)
    return "\n".join(joined)
