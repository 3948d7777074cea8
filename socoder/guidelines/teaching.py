"""Teachers at several levels take the highest (coding guideline 2). A rule for `rules.py`."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from socoder.guidelines.case import TINY, Case, listed, percent
from socoder.guidelines.cues import cues, tables

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")
_RANGE_ENDS = (("from", "to"), ("from_k", "to_k"), ("from_n", "to_n"))


def highest_teaching_level(case: Case) -> Case:
    """Guideline 2: who teaches at several levels is coded at the highest, whatever its share."""
    mine = {m.soc_code: level for m in case.material if (level := _level_of(case, m.soc_code))}
    if not mine:
        return case.nothing("no teaching in groups 25-1000 and 25-2000")
    levels = tables()["teaching"]["levels"]
    named = _levels_by_duty(case)
    taught: set[str] = set().union(*named.values())
    if not taught:
        taught = {mine[m.soc_code] for m in case.substantial() if m.soc_code in mine}
    if len(taught) < 2:
        return case.nothing(
            f"one level is taught: {min(taught, default=next(iter(mine.values())))}"
        )
    in_order = sorted(taught, key=levels.index)
    highest = in_order[-1]
    code = next((c for c in mine if mine[c] == highest), "") or _code_at(case, highest)
    share = _share_of(case, highest, code, named)
    others = [other for other in mine if other != code]
    low = share < case.settings.material_share - TINY
    # What takes most time is not asked here, but the other policies go by it: they look before.
    by_time = {policy: case.by_time(policy) for policy in ("time", "weighted")}
    return case.did(
        f"levels taught: {listed(in_order)}; the highest, {code}, takes about {percent(share)}",
        ["threshold_sensitive"] if low else [],
        dict.fromkeys(others, f"teaches at a lower level than {code}"),
        material=case.without(others, code),
        chosen={**by_time, **case.chosen},
    )


@lru_cache(maxsize=1)
def _streams() -> dict[str, tuple[str, str]]:
    """Code of a school teacher → (stream, level)."""
    streams = tables()["teaching"]["streams"]
    return {code: (stream, level) for stream, at in streams.items() for level, code in at.items()}


def _level_of(case: Case, code: str) -> str:
    group = tables()["teaching"]["postsecondary_group"]
    if case.known.at_level(code, "minor") == group:
        return "postsecondary"
    return _streams().get(code, ("", ""))[1]


def _code_at(case: Case, level: str) -> str:
    """The teacher code of a level, in the stream of the teacher with the most time."""
    teaching = tables()["teaching"]
    if level == "postsecondary":
        return case.best(case.columns.of(case.known.members(teaching["postsecondary_group"])))
    held = (_streams()[m.soc_code][0] for m in case.material if m.soc_code in _streams())
    stream = teaching["streams"][next(held, "general")]
    return str(stream.get(level) or teaching["streams"]["general"][level])


def _levels_by_duty(case: Case) -> dict[int, frozenset[str]]:
    """The levels that each duty names as taught; the title is number -1. Where neither does, the
    sentences of the text that say what is taught, from -2 down."""
    found = {}
    context = cues()["teach.context"]
    for i, text in enumerate((*case.evidence.duties, case.evidence.title)):
        at = i if i < len(case.evidence.duties) else -1
        if (context.match(text) or at == -1) and (levels := _levels_in(text)):
            found[at] = levels
    taught = cues()["teach.sentence"]
    sentences = _SENTENCE_END.split(case.evidence.text) if not found else ()
    for at, text in enumerate(sentences):
        if taught.match(text) and (levels := _levels_in(text)):
            found[-2 - at] = levels
    return found


@lru_cache(maxsize=4096)
def _levels_in(text: str) -> frozenset[str]:
    all_cues, levels = cues(), tables()["teaching"]["levels"]
    elsewhere = all_cues["teach.elsewhere"].pattern
    text = elsewhere.sub(" ", text) if elsewhere else text
    found = {level for level in levels if all_cues[f"teach.{level}"].match(text)}
    spans = all_cues["teach.range"].pattern
    for match in spans.finditer(text) if spans else ():
        low, high = next((match[a], match[b]) for a, b in _RANGE_ENDS if match[b])
        first, last = levels.index(_grade(low)), levels.index(_grade(high))
        if high == "6" and first < levels.index("middle"):  # a K-6 school is an elementary school
            last = levels.index("elementary")
        found |= set(levels[first : last + 1])
    return frozenset(found)


def _grade(grade: str) -> str:
    """The level of a grade: "k", "pre-k" or a number."""
    if not grade.isdigit():
        return "kindergarten" if grade == "k" else "preschool"
    bounds = np.array([6, 9, 13])
    return ("elementary", "middle", "secondary", "postsecondary")[
        int(np.searchsorted(bounds, int(grade), side="right"))
    ]


def _share_of(case: Case, level: str, code: str, named: dict[int, frozenset[str]]) -> float:
    """Roughly how much of the teaching is at a level: by duties that name it, or by weighing."""
    times = {i: duty.time_share for i, duty in enumerate(case.posting.duties)}
    by_duties = sum(times.get(i, 0.0) / len(found) for i, found in named.items() if level in found)
    if by_duties > 0:
        return by_duties
    weighed = sum(m.time_share for m in case.material if m.soc_code == code)
    return weighed or 1.0 / max((len(found) for found in named.values()), default=1)
