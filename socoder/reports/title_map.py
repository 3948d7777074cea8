"""An organisation's title map: each of its job titles, the SOC code, the duties that decide it, what
to write in forms and service plans, and where sites use one title for different work.

The map is made to be edited: who knows better writes a code, a name and a date into the empty
columns, and the file is then a table of overrides (`overrides.load_overrides`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from socoder.errors import InputError, UnknownCodeError
from socoder.masking import mask
from socoder.occupation_texts import load_texts
from socoder.overrides import ANY_TEXT, Override, exact, text_key
from socoder.records import Coding, Job
from socoder.reports.positions import UNNAMED, find_columns, number_in
from socoder.reports.report import Cell, Column, Report, Table
from socoder.reports.sheet import Sheet
from socoder.soc import Classification

CodeJobs = Callable[[Sequence[Job]], Sequence[Coding]]
COLUMNS = {
    "title": ("title", "job_title", "position_title"),
    "description": ("description", "job_description", "duties"),
    "site": ("site", "location"),
    "program": ("program", "programme"),
    "headcount": ("headcount", "head_count", "workers"),
}
EDITED = ("soc_code", "author", "decided_at", "reason")  # empty columns for a person to fill
_PRINTED = (
    "title", "places", "machine_code", "soc_title", "status", "probability",
    "differences_between_places",
)  # fmt: skip
_DUTIES, _SAID = 3, 2


@dataclass(frozen=True, slots=True)
class Use:
    """One way in which a title is used: the same description, at one or several places. `workers`
    is 0 where the file does not say."""

    title: str
    text: str
    places: tuple[str, ...]
    workers: int
    coding: Coding

    @property
    def code(self) -> str:
        """The machine's code; "" where there is none."""
        return self.coding.soc_code


@dataclass(frozen=True, slots=True)
class MappedTitle:
    """A title with its uses, those with most workers first; they may have different codes."""

    title: str
    uses: tuple[Use, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The different codes of its uses, those of most workers first."""
        workers: Counter[str] = Counter()
        for use in self.uses:
            workers[use.code] += max(use.workers, 1)
        return tuple(sorted(workers, key=lambda code: (-workers[code], code)))

    @property
    def main(self) -> Use:
        """The use that stands for the title: the largest with the commonest code."""
        return next(use for use in self.uses if use.code == self.codes[0])


def map_titles(
    sheet: Sheet, code_jobs: CodeJobs, columns: dict[str, str]
) -> tuple[MappedTitle, ...]:
    """The distinct titles of a table, coded with their descriptions, in the order of the file.

    Raises InputError where there is no column of titles or no title in it."""
    at = find_columns(sheet, columns, COLUMNS)
    if at["title"] < 0:
        raise InputError(
            f"{sheet.name}: there is no column title: name it with --column title=HEADER"
        )
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    workers: Counter[tuple[str, str]] = Counter()
    spelled: dict[str, str] = {}
    for cells in sheet.rows:
        given = {name: cells[index].strip() for name, index in at.items() if index >= 0}
        if not given["title"]:
            continue
        title = " ".join(mask(given["title"]).split())
        key = (exact(title), given.get("description", ""))
        spelled.setdefault(key[0], title)
        place = _place(given.get("site", ""), given.get("program", ""))
        if place not in places[key]:
            places[key].append(place)
        number = number_in(given.get("headcount", ""))
        workers[key] += int(number) if number and number > 0 else 0
    if not places:
        raise InputError(f"{sheet.name}: the column of titles is empty")
    codings = code_jobs([Job(spelled[title], text) for title, text in places])
    uses: dict[str, list[Use]] = defaultdict(list)
    for (title, text), coding in zip(places, codings, strict=True):
        where = tuple(places[title, text])
        uses[title].append(Use(spelled[title], text, where, workers[title, text], coding))
    return tuple(
        MappedTitle(spelled[title], tuple(sorted(found, key=lambda use: -use.workers)))
        for title, found in uses.items()
    )


def title_map(titles: Sequence[MappedTitle], known: Classification, source: str) -> Report:
    """The map as a report. Its tables `titles` and `uses` have the columns of EDITED, empty."""
    mixed = [title for title in titles if len(title.codes) > 1]
    return Report(
        id="title-map",
        title="Title map",
        subtitle=f"{source}: {len(titles)} titles, {len(mixed)} of them used for different work",
        tables=(_titles(titles, known), _uses(mixed, known)),
        notes=(
            "To correct a code, fill soc_code with a detailed code, author and decided_at (a date)"
            " in the row of the title, or, for one use of it only, in the sheet `uses`.",
            "The file is then a table of overrides: socoder map FILE --read -o overrides.csv.",
            "Rows without soc_code stay with the machine's code.",
        ),
    )


def printed(report: Report) -> Report:
    """The map as it fits on a terminal: without the long texts and the empty columns."""
    short = []
    for table in report.tables:
        left = [at for at, column in enumerate(table.columns) if column.name in _PRINTED]
        columns = tuple(table.columns[at] for at in left)
        rows = tuple(tuple(row[at] for at in left) for row in table.rows)
        short.append(replace(table, columns=columns, rows=rows))
    return replace(report, tables=tuple(short))


def edits(sheet: Sheet, known: Classification) -> tuple[Override, ...]:
    """The overrides in an edited sheet of a map: the rows with a soc_code.

    Raises InputError for a code that is none, or an edited row without author or date."""
    at = {name: sheet.column(name) for name in ("title", "for_text", *EDITED)}
    missing = [name for name in ("title", "for_text", *EDITED[:3]) if at[name] < 0]
    if missing:
        raise InputError(f"{sheet.name}: this is no title map: it has no column {missing[0]}")
    found = []
    for row, cells in enumerate(sheet.rows, start=2):
        given = {name: cells[index].strip() for name, index in at.items() if index >= 0}
        if not given["soc_code"]:
            continue
        where = f"{sheet.name}, row {row}"
        try:
            code = known.find(given["soc_code"])
        except UnknownCodeError as error:
            raise InputError(f"{where}: {error}") from None
        if known.get(code).level != "detailed":
            raise InputError(f"{where}: {code} is no detailed code, and an override needs one")
        if not (given["author"] and given["decided_at"]):
            raise InputError(f"{where}: a code was written without author or date: fill both")
        found.append(Override(
            title=given["title"], soc_code=code, author=given["author"],
            for_text=given["for_text"],
            decided_at=given["decided_at"], source="title map", reason=given.get("reason", ""),
        ))  # fmt: skip
    return tuple(found)


def override_table(overrides: Sequence[Override]) -> Table:
    """Overrides as the table that `--overrides` reads."""
    names = ("title", "soc_code", "department", "for_text", "author", "decided_at", "source",
             "reason")  # fmt: skip
    rows = tuple(tuple(getattr(one, name) for name in names) for one in overrides)
    columns = tuple(Column(name, "code" if name == "soc_code" else "text") for name in names)
    return Table("overrides", "Overrides", columns, rows)


def _titles(titles: Sequence[MappedTitle], known: Classification) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for title in titles:
        main = title.main
        rows.append((
            title.title, main.code, known.title(main.code) if main.code else "",
            main.coding.status, main.coding.confidence.detailed if main.code else None,
            duties_that_decide(main.coding), what_to_write(main.coding, known),
            differences(title, known), what_to_ask(main.coding), ANY_TEXT, *[""] * len(EDITED),
        ))  # fmt: skip
    columns = (
        Column("title"), Column("machine_code", "code"), Column("soc_title"), Column("status"),
        Column("probability", "percent"), Column("duties_that_decide"), Column("what_to_write"),
        Column("differences_between_places"), Column("ask_first"), Column("for_text"),
        Column("soc_code", "code"), *(Column(name) for name in EDITED[1:]),
    )  # fmt: skip
    return Table("titles", "Titles", columns, tuple(rows))


def _uses(mixed: Sequence[MappedTitle], known: Classification) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for title in mixed:
        for use in title.uses:
            rows.append((
                title.title, ", ".join(use.places), use.code,
                known.title(use.code) if use.code else "", use.coding.status,
                duties_that_decide(use.coding), text_key(use.text) if use.text else "",
                *[""] * len(EDITED),
            ))  # fmt: skip
    columns = (
        Column("title"), Column("places"),
        Column("machine_code", "code"), Column("soc_title"), Column("status"),
        Column("duties_that_decide"), Column("for_text", "code"),
        Column("soc_code", "code"), *(Column(name) for name in EDITED[1:]),
    )  # fmt: skip
    return Table("uses", "Titles that are used for different work", columns, tuple(rows))


def duties_that_decide(coding: Coding) -> str:
    """The duties that the code rests on, those with most time first, with their shares."""
    own = [duty for duty in coding.duties if duty.soc_code == coding.soc_code and not duty.generic]
    own.sort(key=lambda duty: -duty.time_share)
    if not own:
        return "the title alone" if coding.soc_code else ""
    return "; ".join(f"{duty.text} ({duty.time_share:.0%})" for duty in own[:_DUTIES])


def what_to_write(coding: Coding, known: Classification) -> str:
    """How to name the job in forms and service plans, so that it is understood as this occupation:
    from this project's own texts on occupations."""
    if not coding.soc_code:
        return ""
    text = load_texts().get(coding.soc_code)
    named = f"{known.title(coding.soc_code)} (SOC {coding.soc_code})."
    if text is None:
        return named
    said = "; ".join(duty[:1].lower() + duty[1:] for duty in text.duties[:_SAID])
    return f"{named} Name the work, such as: {said}. What sets it apart: {text.distinguishers}"


def what_to_ask(coding: Coding) -> str:
    """What would settle a code that is in doubt; "" for an accepted one."""
    if coding.status == "accepted":
        return ""
    if coding.questions:
        return coding.questions[0].text
    return coding.doubts[0].text if coding.doubts else ""


def differences(title: MappedTitle, known: Classification) -> str:
    """Which places use the title for which work; "" where all agree."""
    return "; ".join(_difference(title, known)) if len(title.codes) > 1 else ""


def _difference(title: MappedTitle, known: Classification) -> Iterator[str]:
    for code in title.codes:
        places = dict.fromkeys(p for use in title.uses if use.code == code for p in use.places)
        named = f"{code} {known.title(code)}" if code else "no code"
        yield f"{', '.join(places)}: {named}"


def _place(site: str, program: str) -> str:
    if site and program:
        return f"{site} ({program})"
    return site or program or UNNAMED
