"""A small table read whole, of any kind that `socoder bulk` reads, with every cell as text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from socoder.errors import InputError


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of texts. `rows[0]` is row 2 of the file, as a spreadsheet counts; each row has as
    many cells as the header. Empty rows within are kept, so that the numbers hold."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> int:
        """Index of the column of this name, whatever its case, spaces and underscores; -1 if
        there is none. Raises InputError where several have the name."""
        wanted = _plain(name)
        found = [at for at, header in enumerate(self.header) if _plain(header) == wanted]
        if len(found) > 1:
            raise InputError(
                f"{self.name}: {len(found)} columns are named {name}: rename all but one"
            )
        return found[0] if found else -1


def read_sheet(path: Path, sheet: str = "") -> Sheet:
    """The table in a file (CSV, TSV, XLSX, Parquet, JSON Lines; "-" is standard input); `sheet` names
    the sheet of a workbook (the first that holds anything, if empty).

    Raises InputError for a file that is missing, empty, damaged or of another kind."""
    from socoder.tabular.layout import readable
    from socoder.tabular.opening import opened_input, source_of

    with opened_input(path) as given:
        source = source_of(given, sheet=sheet)
        rows: list[tuple[str, ...]] = []
        for chunk in source.chunks():
            cells = [map(readable, chunk.texts(at)) for at in range(len(source.columns))]
            rows += zip(*cells, strict=True)
        return Sheet(given.name, tuple(map(readable, source.columns)), tuple(rows))


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
