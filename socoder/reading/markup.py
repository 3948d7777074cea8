"""HTML and Markdown → lines of text. Standard library only; nothing is ever fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_DROPPED = frozenset(
    ["script", "style", "template", "noscript", "svg", "iframe", "object", "select", "head"]
)
_FURNITURE = frozenset(["nav", "footer"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_PARAGRAPHS = _HEADINGS | {
    "p", "ul", "ol", "dl", "table", "section", "article", "header", "main", "aside", "blockquote",
    "pre", "figure", "form", "fieldset",
}  # fmt: skip
_LINES = frozenset(["div", "br", "hr", "tr", "li", "dt", "dd", "caption", "option", "address", "thead", "tbody"])  # fmt: skip
_CELLS = frozenset(["td", "th"])
_LISTS = frozenset(["ul", "ol"])
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_DECLARATION = re.compile(r"<!(?:doctype\b|\[)[^<>]{0,500}>", re.IGNORECASE)


def html_text(source: str) -> tuple[str, list[str]]:
    """The text of a page and the headings that may be its title (h1s first, then <title>).

    Blocks are lines, list items begin with "• ", the cells of a row stand in one line with tabs
    between them. Scripts, styles, navigation and footers are left out. Broken markup is read as
    far as it goes.
    """
    source = _without_comments(source)
    page = _Page(_DROPPED | _FURNITURE)
    _feed(page, source)
    if page.dropping:  # a <nav> or the like that never ends would take the whole page with it
        page = _Page(frozenset(["script", "style"]))
        _feed(page, source)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(page.lines)).strip("\n")
    return text, [heading for heading in page.headings + page.titles if heading]


def _feed(page: _Page, source: str) -> None:
    # html.parser looks for the end of a tag again and again where there is none.
    end = source.rfind(">") + 1
    page.feed(source[:end])
    page.close()
    page.handle_data(source[end:].replace("<", " "))
    page.end_line()


def _without_comments(source: str) -> str:
    """Comments and declarations taken out in one pass, unfinished ones too: html.parser takes
    time quadratic in the number of unfinished ones."""
    kept = []
    at = 0
    while (start := source.find("<!--", at)) >= 0:
        kept.append(source[at:start])
        end = source.find("-->", start + 4)
        at = end + 3 if end >= 0 else start + 4
        if end < 0:
            break
    kept.append(source[at:].replace("<!--", " "))
    return _DECLARATION.sub("", "".join(kept)).replace("<!", " ").replace("<?", " ")


class _Page(HTMLParser):
    def __init__(self, dropped: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.headings: list[str] = []
        self.titles: list[str] = []
        self.dropping: list[str] = []
        self._dropped = dropped
        self._line: list[str] = []
        self._bullet = False
        self._cell = 0  # of the row so far; 0 outside of tables
        self._pre = 0
        self._lists = 0
        self._title: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._title = []
        elif tag == "body":
            self.dropping.clear()
        elif tag in self._dropped:
            self.dropping.append(tag)
        if self.dropping:
            return
        if tag in _CELLS:
            self._cell += 1
            if self._cell > 1:
                self._line.append("\t")
        elif tag == "tr":
            self.end_line()
            self._cell = 0
        elif self._cell and tag in _PARAGRAPHS | _LINES:
            self._line.append(" • " if tag == "li" else " ")
        elif tag in _PARAGRAPHS or tag in _LINES:
            self.end_line(gap=tag in _PARAGRAPHS)
        if tag == "li" and not self._cell:
            self._bullet = True
        self._pre += tag == "pre"
        self._lists += tag in _LISTS

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self.titles.append(_SPACE.sub(" ", "".join(self._title)).strip())
            self._title = None
        if self.dropping:
            if tag in self.dropping:
                while self.dropping.pop() != tag:
                    pass
            return
        if tag in ("tr", "table"):
            self.end_line()
            self._cell = 0
        elif tag in _PARAGRAPHS or tag in _LINES:
            if self._cell:
                self._line.append(" ")
                return
            line = self.end_line(gap=tag in _PARAGRAPHS)
            if tag == "h1":
                self.headings.append(line)
        if tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag in _LISTS:
            self._lists = max(0, self._lists - 1)

    def handle_data(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
        elif not self.dropping:
            if self._pre and not self._cell and "\n" in data:
                *whole, data = data.split("\n")
                for line in whole:
                    self._line.append(line)
                    self.end_line()
            self._line.append(data)

    def end_line(self, gap: bool = False) -> str:
        """Ends the line, and with `gap` the paragraph; returns the line."""
        # Only the tabs between cells part anything: those of the source are layout.
        cells = [
            _SPACE.sub(" ", cell).strip()
            for cell in "".join(
                part if part == "\t" else part.replace("\t", " ") for part in self._line
            ).split("\t")
        ]
        line = "\t".join(cells).strip()
        self._line.clear()
        if line:
            self.lines.append(f"• {line}" if self._bullet else line)
            self._bullet = False
        if gap and not self._lists and self.lines and self.lines[-1]:
            self.lines.append("")
        return line


# Each quantifier is bounded, so that no line takes time quadratic in its length.
_INLINE = (
    (re.compile(r"<br[ \t]{0,9}/?>", re.I), "\n"),
    (re.compile(r"</?(?:p|div|span|b|i|u|em|strong|a|ul|ol|li|h[1-6]|center|font|sup|sub|details|summary)(?:[ \t][^<>]{0,300})?/?>", re.I), ""),
    (re.compile(r"!?\[([^\[\]]{1,300})\](?:\([^()]{0,500}\)|\[[^\[\]]{0,100}\])"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,500})>"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)([^*_]{1,500}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]{1,500}?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_]{1,500}?)(?<=\S)_(?![\w_])"), r"\1"),
    (re.compile(r"(?<!`)`([^`]{1,300})`(?!`)"), r"\1"),
    (re.compile(r"\\([^\w\s])"), r"\1"),
)  # fmt: skip
_MARKUP = frozenset("*_`[<\\")
_RULE = frozenset("-*_=|: \t")
_HEADING = re.compile(r"#{1,6}(?=[ \t])")
_QUOTE = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")


def markdown_text(source: str) -> tuple[str, list[str]]:
    """The text without its markup, and the headings of the first two levels.

    Headings keep their line, list markers stay, links are their words, the cells of a table's row
    have tabs between them. The lines of the front matter stay: "title: …" is among them.
    """
    lines: list[str] = []
    headings: list[str] = []
    for whole in source.split("\n"):
        quote = _QUOTE.match(whole)
        line = whole[quote.end() :] if quote else whole
        text = line.strip()
        if _RULE.issuperset(text) and text not in ("-", "*"):
            if text.startswith("=") and lines and lines[-1]:
                headings.append(lines[-1])
            lines.append("")
            continue
        if text.startswith(("```", "~~~")):
            continue
        heading = _HEADING.match(text)
        if heading:
            text = _inline(text[heading.end() :].strip(" \t").rstrip("#").rstrip())
            if heading.end() <= 2:
                headings.append(text)
        elif text.startswith("|"):
            text = "\t".join(_inline(cell.strip()) for cell in text.strip("|").split("|"))
        else:
            text = line[: len(line) - len(line.lstrip())] + _inline(text)
        lines.append(text)
    return "\n".join(lines), headings


def _inline(text: str) -> str:
    if not _MARKUP.isdisjoint(text):
        for pattern, replacement in _INLINE:
            text = pattern.sub(replacement, text)
    return text
