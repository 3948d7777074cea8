"""Overrides: what an organisation has decided about its own exact titles, with author and date.

A table (CSV, XLSX, Parquet) with the columns

- `title` and `soc_code`: the title as it stands, whatever its case and spacing, and its code;
- `department`: only for jobs of this department; empty for any;
- `for_text`: which jobs of that title: empty for those given by title alone, `any` for all, or the
  sha256 of one description (`text_key`), for that very text;
- `author`, `decided_at`, `source`, `reason`: who decided, when, where it stands, and why;
- `revoked_at`: not empty in a row that holds no longer.

All but the first two may be missing. `socoder review learn` writes such tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from socoder.errors import InputError, UnknownCodeError
from socoder.masking import mask
from socoder.records import Candidate, Coding, Confidence, Job, RuleStep, Supported
from socoder.soc import Classification

ANY_TEXT = "any"
COLUMNS = ("title", "soc_code", "department", "for_text", "author", "decided_at", "source",
           "reason", "revoked_at")  # fmt: skip
_ALSO = {"title": ("job_title", "job title"), "soc_code": ("soc", "soc code", "code"),
         "decided_at": ("date",)}  # fmt: skip
_SURE = Confidence(1.0, 1.0, 1.0, 1.0)
RULE = "override"


@dataclass(frozen=True, slots=True)
class Override:
    """A decision of a person about an exact title; the fields are the columns of the table."""

    title: str
    soc_code: str
    department: str = ""
    for_text: str = ""
    author: str = ""
    decided_at: str = ""
    source: str = ""
    reason: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What it applies to: no two overrides of a table may have the same key."""
        return (exact(self.title), exact(self.department), self.for_text)


@dataclass(frozen=True)
class Overrides:
    """A table of overrides by their keys."""

    by_key: dict[tuple[str, str, str], Override]

    @classmethod
    def of(cls, rows: Iterable[Override]) -> Overrides:
        """Raises InputError where two rows give different codes for the same jobs."""
        by_key: dict[tuple[str, str, str], Override] = {}
        for number, row in enumerate(rows, start=1):
            known = by_key.setdefault(row.key, row)
            if known.soc_code != row.soc_code:
                raise InputError(
                    f"overrides: row {number} gives {row.soc_code} to a title that has"
                    f" {known.soc_code} in a row above: keep one of them, or revoke it"
                )
        return cls(by_key)

    def __len__(self) -> int:
        return len(self.by_key)

    def find(self, job: Job) -> Override | None:
        """The override for a job, the most specific one: of its text before any text, of its
        department before any department."""
        title = exact(job.title)
        if not title:
            return None
        texts = (text_key(job.text), ANY_TEXT) if job.text.strip() else ("", ANY_TEXT)
        department = exact(job.department)
        for text in texts:
            for place in dict.fromkeys((department, "")):
                found = self.by_key.get((title, place, text))
                if found is not None:
                    return found
        return None

    def settle(self, job: Job, coding: Coding, known: Classification) -> Coding:
        """The coding of a job with what people decided about it, if they did."""
        found = self.find(job)
        return apply(coding, found, known) if found else coding


def exact(title: str) -> str:
    """A title as overrides compare it: contacts masked, in lower case, single spaces."""
    return " ".join(mask(title).casefold().split())


def text_key(text: str) -> str:
    """sha256 of a description, contacts masked and spacing left out of account."""
    return hashlib.sha256(" ".join(mask(text).split()).encode("utf-8", "surrogatepass")).hexdigest()


def load_overrides(path: Path, known: Classification) -> Overrides:
    """The overrides in a file, revoked rows left out.

    Raises InputError for a file without the columns title and soc_code, for a row whose code is no
    detailed one, and for rows that contradict each other."""
    return Overrides.of(_read(path, known))


def _read(path: Path, known: Classification) -> Iterator[Override]:
    from socoder.tabular.opening import opened_input, source_of

    with opened_input(path) as given:
        source = source_of(given)
        names = [name.strip().lower() for name in source.columns]
        place = {
            column: names.index(name)
            for column in COLUMNS
            for name in reversed((column, *_ALSO.get(column, ())))
            if name in names
        }
        if not {"title", "soc_code"} <= place.keys():
            raise InputError(f"{path.name}: overrides need the columns title and soc_code")
        number = 0
        for chunk in source.chunks():
            cells = {column: chunk.texts(at) for column, at in place.items()}
            for i in range(chunk.rows):
                number += 1
                row = {column: texts[i].strip() for column, texts in cells.items()}
                if row.pop("revoked_at", "") or not (row["title"] and row["soc_code"]):
                    continue
                row["soc_code"] = _detailed(row["soc_code"], known, f"{path.name}, row {number}")
                yield Override(**row)


def _detailed(text: str, known: Classification, where: str) -> str:
    try:
        code = known.find(text)
    except UnknownCodeError as error:
        raise InputError(f"{where}: {error}") from None
    if known.get(code).level != "detailed":
        raise InputError(f"{where}: {code} is no detailed code, and an override needs one")
    return code


def apply(coding: Coding, override: Override, known: Classification) -> Coding:
    """The coding with the code that a person decided on: accepted, with the decision as its rule
    and the machine's own code among the alternatives. A confidence of 1 stands for "decided", for
    nothing was estimated."""
    code, was = override.soc_code, coding.soc_code
    who = override.author or "the organisation"
    when = f", {override.decided_at[:10]}" if override.decided_at else ""
    why = f": {override.reason}" if override.reason else ""
    others = [own for own in coding.alternatives if own.soc_code != code]
    if was and was != code:
        said = Candidate(was, coding.soc_title, coding.confidence.detailed, "a person decided")
        others.insert(0, said)
    instead = f" instead of {was}" if was and was != code else ""
    step = RuleStep(RULE, f"decision of {who}{when}", f"{code}{instead}{why}")
    return replace(
        coding,
        soc_code=code,
        soc_title=known.title(code),
        confidence=_SURE,
        supported=Supported("detailed", code, 1.0),
        status="accepted",
        review_reasons=(),
        alternatives=tuple(others),
        candidate_set=(code,),
        rules=(*coding.rules, step),
        contributions=(),
        questions=(),
        decided_by=RULE,
        hinges=(),
        doubts=(),
    )
