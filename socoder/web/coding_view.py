"""A coding as the pages draw it: bars with their places and colours, levels with their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from socoder import soc
from socoder.cli.page import percent, plain, review_reasons, why
from socoder.records import LEVELS, Candidate, Coding, Requirement, RuleStep

COLOURS = 6  # classes o1 … o6 of the style sheet; further occupations share the last
NEUTRAL = "o0"
STATUS = {
    "accepted": ("Accepted", "sure enough to be used as it is"),
    "review": ("To be reviewed", "a person should look before it is used"),
    "out_of_scope": ("Out of scope", "no paid work, or no job: the nearest code is shown"),
    "uncodable": ("No code", "nothing here says what work is done"),
}
_KINDS = {
    "education": "Education", "licence": "Licence", "certificate": "Certificate",
    "experience": "Experience", "lived_experience": "Lived experience",
    "drivers_licence": "Driver’s licence",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LevelBar:
    """The confidence at one level, with the group that it is about."""

    level: str
    code: str
    title: str
    probability: float
    reached: bool


@dataclass(frozen=True, slots=True)
class DutyBar:
    """A duty: `start` and `share` are fractions of working time, `colour` a class of the sheet."""

    index: int
    text: str
    start: float
    share: float
    stated: bool
    soc_code: str
    soc_title: str
    skill_level: int | None
    colour: str

    @property
    def points(self) -> str:
        """The share in per cent, to a tenth, as a number field shows it."""
        return f"{self.share * 100:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class OccupationBar:
    """An occupation of the job with its share of working time."""

    soc_code: str
    title: str
    share: float
    skill_level: int
    colour: str


@dataclass(frozen=True, slots=True)
class CodingView:
    """All that the page of a coding shows."""

    coding: Coding
    label: str
    meaning: str
    why: str
    supported: str
    levels: tuple[LevelBar, ...]
    duties: tuple[DutyBar, ...]
    occupations: tuple[OccupationBar, ...]
    doubts: tuple[str, ...]
    requirements: tuple[tuple[str, str, str], ...]
    rules: tuple[RuleStep, ...]
    alternatives: tuple[Candidate, ...]
    policies: tuple[tuple[str, str, str], ...]
    inferred: bool


def view(coding: Coding) -> CodingView:
    """The view of a coding; codes are named by the classification that ships."""
    known = soc.load()
    label, meaning = STATUS[coding.status]
    colours = _colours(coding)
    said = {**review_reasons(), **{doubt.reason: doubt.text for doubt in coding.doubts}}
    differ = len(set(coding.by_policy.values())) > 1
    return CodingView(
        coding=coding,
        label=label,
        meaning=meaning,
        why=why(coding),
        supported=_supported(coding, known),
        levels=tuple(_levels(coding, known)),
        duties=tuple(_duties(coding, colours)),
        occupations=tuple(_occupations(coding, known, colours)),
        doubts=tuple(
            plain(said.get(each, each.replace("_", " "))) for each in coding.review_reasons
        ),
        requirements=tuple(map(_requirement, coding.requirements)),
        rules=tuple(step for step in coding.rules if step.fired),
        alternatives=coding.alternatives,
        policies=tuple(
            (policy, code, known.title(code)) for policy, code in coding.by_policy.items()
        )
        if differ
        else (),
        inferred=any(duty.time_source == "inferred" for duty in coding.duties),
    )


def _colours(coding: Coding) -> dict[str, str]:
    """Code → class: the final code first, then by share of time, then as the duties come."""
    codes: Iterable[str] = (
        coding.soc_code,
        *(part.soc_code for part in coding.material),
        *(duty.soc_code for duty in coding.duties),
    )
    order = [code for code in dict.fromkeys(codes) if code]
    return {code: f"o{min(place, COLOURS)}" for place, code in enumerate(order, 1)}


def _levels(coding: Coding, known: soc.Classification) -> Iterable[LevelBar]:
    if not coding.soc_code:
        return
    for level in LEVELS:
        code = known.at_level(coding.soc_code, level)
        sure = getattr(coding.confidence, level)
        reached = sure >= coding.settings.target_accuracy
        yield LevelBar(level, code, known.title(code), sure, reached)


def _duties(coding: Coding, colours: dict[str, str]) -> Iterable[DutyBar]:
    start = 0.0
    for index, duty in enumerate(coding.duties):
        yield DutyBar(
            index, plain(duty.text), start, duty.time_share, duty.time_source == "stated",
            duty.soc_code, duty.soc_title, duty.skill_level, colours.get(duty.soc_code, NEUTRAL),
        )  # fmt: skip
        start += duty.time_share


def _occupations(
    coding: Coding, known: soc.Classification, colours: dict[str, str]
) -> Iterable[OccupationBar]:
    """The material occupations, then those with too little time to be one; shares are of the time
    that is not generic, as in `Material`."""
    for part in coding.material:
        yield OccupationBar(
            part.soc_code, known.title(part.soc_code), part.time_share, part.skill_level,
            colours.get(part.soc_code, NEUTRAL),
        )  # fmt: skip
    time: dict[str, float] = {}
    for duty in coding.duties:
        if duty.soc_code:
            time[duty.soc_code] = time.get(duty.soc_code, 0.0) + duty.time_share
    whole = sum(time.values()) or 1.0
    for code in sorted(time.keys() - {part.soc_code for part in coding.material}):
        yield OccupationBar(
            code, known.title(code), time[code] / whole, known.skill_level(code), colours[code]
        )


def _requirement(asked: Requirement) -> tuple[str, str, str]:
    """Kind and level, whether it is a must, and the words of the posting."""
    level = plain(asked.level).replace("_", " ")
    if asked.kind == "experience" and level:
        level = f"{level} years"
    elif asked.kind in ("licence", "certificate") and len(level) <= 4:
        level = level.upper()
    what = f"{_KINDS.get(asked.kind, asked.kind)}: {level}" if level else _KINDS[asked.kind]
    return what, "required" if asked.required else "preferred or equivalent", plain(asked.text)


def _supported(coding: Coding, known: soc.Classification) -> str:
    target, found = percent(coding.settings.target_accuracy), coding.supported
    if coding.status == "accepted" and found.level != "detailed":
        return f"Codings this sure or surer are right in {target} or more."
    if not found.level:
        return f"Below the target of {target} at every level."
    if found.level == "detailed":
        return f"The target of {target} is reached for the detailed occupation."
    kind = "occupation" if found.level == "broad" else "group"
    name = f"{found.code} {known.title(found.code)}"
    return f"The target of {target} is reached for the {found.level} {kind}: {name}."
