"""What to ask when a code is in doubt, and what an answer does to the posting.

A bare title, or a role that the SOC does not name, leaves open what its worker does. The questions
are about what the guidelines go by: shares of time, education, licences, supervising, directing.
`answered` puts the answers into the posting as if it had stated them, so that the main path can
code it again; it decides nothing itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from socoder.guidelines.cues import Evidence, tables
from socoder.occupation_texts import load_texts
from socoder.records import (
    EDUCATION_LEVELS,
    Duty,
    Material,
    Posting,
    Question,
    Requirement,
    Ruling,
)
from socoder.role_table import Role, load_roles
from socoder.soc import Classification

SHARE = "share of working time"
SUPERVISING, DIRECTING, EDUCATION, DUTIES = "supervising", "directing", "education", "duties"
# A code less likely than this is not asked about, unless the role or the weighing names it.
WORTH_ASKING = 0.05
MOST_CODES = 6
# Below this probability a bare title says too little for a choice among codes.
SAYS_LITTLE = 0.30
_TEXTS = {
    SUPERVISING: "What share of the working time is supervising: scheduling, assigning, training,"
    " checking the work of others?",
    DIRECTING: "What share of the working time is planning and directing: budget, policies,"
    " contracts, hiring and firing?",
    EDUCATION: "Which education does the job require at the least?",
    DUTIES: "What does the worker do most of the time?",
}
_DONE = {
    SUPERVISING: ("Supervise the staff: schedule, assign and check their work",),
    DIRECTING: ("Plan and direct: prepare the budget, set policies, hire and fire",),
}
_STEPS = {"none": 0, "high_school": 1, "some_college": 2, "associate": 2, "bachelor": 3,
          "master": 4, "doctoral": 5}  # fmt: skip
MANAGEMENT = 11


def find_questions(
    posting: Posting,
    ruling: Ruling,
    codes: Sequence[str],
    probabilities: NDArray[np.float64],
    role_tags: Sequence[str],
    known: Classification,
) -> tuple[Question, ...]:
    """The questions whose answers would settle a doubtful code, the most telling first.

    `probabilities` (n,) are those of `codes` to be the final one."""
    by_chance = dict(zip(codes, probabilities.tolist(), strict=True))
    has_duties = any(not duty.generic for duty in posting.duties)
    role = None if has_duties else _role(role_tags)
    asked = _candidates(ruling, by_chance, has_duties, role)
    found = []
    if not has_duties and role is None and by_chance[ruling.soc_code] < SAYS_LITTLE:
        found.append(Question(DUTIES, _TEXTS[DUTIES], "text", affects=asked))
    found += _about_others(posting, ruling, by_chance, known)
    if len(asked) > 1:
        when = {entry.code: entry.when for entry in role.codes} if role else {}
        found += [_about_time(code, asked, known, when.get(code, "")) for code in asked]
        found += _about_requirements(posting, asked, known)
    return tuple(found)


def nothing_said() -> tuple[Question, ...]:
    """The question about an input that says nothing of any work."""
    return (Question(DUTIES, _TEXTS[DUTIES], "text"),)


def answered(
    posting: Posting, questions: Sequence[Question], answers: Mapping[str, float | str | bool]
) -> Posting:
    """The posting with the answers in it, as if it had stated them: duties with shares of time,
    and requirements. `answers` maps ids of questions to shares (0-1), options, or yes and no;
    questions without an answer change nothing. An answer in words is for the text of the job."""
    asked = {question.id: question for question in questions}
    shares: dict[str, float] = {}
    requirements = list(posting.requirements)
    for key, answer in answers.items():
        if asked[key].kind == "time":
            shares[key] = float(answer)
        elif key == EDUCATION:
            requirements = [r for r in requirements if r.kind != "education"]
            requirements.append(Requirement(f"asked: {answer}", "education", str(answer)))
        elif key.startswith("licence.") and answer:
            name = key.removeprefix("licence.")
            requirements.append(Requirement(f"asked: {name}", "licence", name))
    about = {key: asked[key].about for key in shares}
    duties = _with_shares(posting, shares, about) if shares else posting.duties
    return replace(posting, duties=duties, requirements=tuple(requirements))


def told(
    posting: Posting, known: Classification
) -> tuple[tuple[Material, ...], tuple[Duty, ...]] | None:
    """The occupations of a posting whose duties were placed by answers, as weighing would give
    them; None for a posting that nobody has answered for."""
    placed = {i: duty.soc_code for i, duty in enumerate(posting.duties) if duty.soc_code}
    if not placed or any(not d.soc_code and not d.generic for d in posting.duties):
        return None
    time = {i: posting.duties[i].time_share for i in placed}
    whole = math.fsum(time.values()) or 1.0
    material = []
    for code in dict.fromkeys(placed.values()):
        own = tuple(i for i in placed if placed[i] == code)
        share = min(math.fsum(time[i] for i in own) / whole, 1.0)
        material.append(Material(code, share, known.skill_level(code), own, own))
    duties = tuple(
        replace(duty, soc_title=known.title(duty.soc_code),
                skill_level=known.skill_level(duty.soc_code)) if duty.soc_code else duty
        for duty in posting.duties
    )  # fmt: skip
    return tuple(sorted(material, key=lambda m: (-m.time_share, m.soc_code))), duties


def _role(role_tags: Sequence[str]) -> Role | None:
    """The most particular of the found roles, a kind before its parent; a role whose kind is open
    with the first code of each of its kinds."""
    found = [role for role in load_roles() if role.id in role_tags]
    role = max(found, key=lambda role: (bool(role.parent), -len(role.codes)), default=None)
    kinds = [kind for kind in load_roles() if role and kind.parent == role.id]
    if role is None or not kinds:
        return role
    firsts = {kind.codes[0].code: kind.codes[0] for kind in kinds}
    own = {entry.code: entry for entry in role.codes[:2]}
    return replace(role, codes=tuple({**firsts, **own}.values()))


def _candidates(
    ruling: Ruling, by_chance: Mapping[str, float], has_duties: bool, role: Role | None
) -> tuple[str, ...]:
    """The codes that it may still be, the likeliest first: at most MOST_CODES."""
    if has_duties and len(ruling.material) > 1:
        among = {m.soc_code for m in ruling.material}
    elif role:
        among = {entry.code for entry in role.codes}
    else:
        among = {code for code, chance in by_chance.items() if chance >= WORTH_ASKING}
    among.add(ruling.soc_code)
    others = sorted(among - {ruling.soc_code}, key=lambda code: (-by_chance.get(code, 0.0), code))
    return (ruling.soc_code, *others[: MOST_CODES - 1])


def _about_time(code: str, asked: tuple[str, ...], known: Classification, when: str) -> Question:
    work = f" ({when})" if when else ""
    text = f"What share of the working time is the work of {code} {known.title(code)}{work}?"
    return Question(f"time.{code}", text, "time", unit=SHARE, affects=asked, about=code)


def _about_others(
    posting: Posting, ruling: Ruling, by_chance: Mapping[str, float], known: Classification
) -> list[Question]:
    """Supervising and directing, where a rule went by them and no share of time is stated."""
    if "shares_inferred" not in ruling.reasons:
        return []
    fired = {step.id for step in ruling.steps if step.fired}
    found = []
    for rule, name in (("supervisor-80", SUPERVISING), ("management", DIRECTING)):
        if rule in fired:
            affects = _with_and_without(ruling.soc_code, by_chance, known, name)
            about = affects[0] if len(affects) > 1 else ""
            text = _TEXTS[name]
            found.append(Question(f"time.{name}", text, "time", (), SHARE, affects, about))
    return found


def _with_and_without(
    final: str, by_chance: Mapping[str, float], known: Classification, name: str
) -> tuple[str, ...]:
    """The final code and the likeliest on the other side of the line that the answer draws: the
    supervisor or manager first."""

    def above(code: str) -> bool:
        if name == SUPERVISING:
            return known.is_supervisor(code)
        return known.at_level(code, "major").startswith(str(MANAGEMENT))

    major, up = known.at_level(final, "major"), above(final)
    likely = sorted(by_chance, key=lambda code: (-by_chance[code], code))
    best = next(
        (
            code
            for code in likely
            if above(code) != up and (name == DIRECTING or known.at_level(code, "major") == major)
        ),
        "",
    )
    found = (final, best) if up else (best, final)
    return tuple(code for code in found if code)


def _about_requirements(
    posting: Posting, asked: tuple[str, ...], known: Classification
) -> list[Question]:
    """Education, where typical entry differs by two steps or more; licences that some of the codes
    need and the posting does not name."""
    named = {each.level for each in posting.requirements if each.kind == "licence"}
    found = []
    steps = [_STEPS[known.entry_education(code)] for code in asked]
    if max(steps) - min(steps) >= 2 and all(r.kind != "education" for r in posting.requirements):
        text = _TEXTS[EDUCATION]
        found.append(Question(EDUCATION, text, "choice", EDUCATION_LEVELS, affects=asked))
    for name, codes in tables()["licences"].items():
        own = set(codes) & set(asked)
        words = tables()["licence_names"].get(name, "")
        if own and own != set(asked) and words and name not in named:
            text = f"Must the worker hold {words}?"
            found.append(Question(f"licence.{name}", text, "yes_no", affects=asked))
            if len(own) > 1 or len(found) > 2:
                break
    return found


def _with_shares(
    posting: Posting, shares: Mapping[str, float], about: Mapping[str, str]
) -> tuple[Duty, ...]:
    """The duties with stated shares of time for some kinds of work, each placed with the code that
    its question is about; what is left goes to the other duties as they were divided."""
    whole = max(math.fsum(shares.values()), 1.0)
    told: list[Duty] = []
    mine: set[int] = set()
    for key, share in shares.items():
        held = [i for i in _duties_of(posting, key, about[key]) if i not in mine]
        mine |= set(held)
        if share <= 0:
            continue
        before = math.fsum(posting.duties[i].time_share for i in held)
        old = [posting.duties[i] for i in held] if before > 0 else []
        lines = _DONE.get(key.removeprefix("time."), ()) or load_texts()[about[key]].duties
        old = old or [Duty(line, 1.0, "stated") for line in lines]
        every = math.fsum(duty.time_share for duty in old)
        told += [
            replace(duty, time_source="stated", soc_code=about[key], generic=False,
                    time_share=duty.time_share / every * share / whole)
            for duty in old
        ]  # fmt: skip
    rest = max(1.0 - math.fsum(shares.values()), 0.0)
    others = [duty for i, duty in enumerate(posting.duties) if i not in mine]
    before = math.fsum(duty.time_share for duty in others)
    if rest > 1e-9 and before > 0:
        told += [replace(duty, time_share=duty.time_share / before * rest) for duty in others]
    elif rest > 1e-9:
        told.append(Duty("Other duties as assigned", rest, "stated", generic=True))
    return tuple(told)


def _duties_of(posting: Posting, key: str, code: str) -> list[int]:
    """The duties that were placed with a code, or that supervise or direct."""
    if key == f"time.{SUPERVISING}":
        return list(Evidence(posting).supervising)
    if key == f"time.{DIRECTING}":
        return sorted({i for found in Evidence(posting).directing.values() for i in found})
    return [i for i, duty in enumerate(posting.duties) if duty.soc_code == code]
