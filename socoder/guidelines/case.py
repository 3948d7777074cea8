"""What passes from rule to rule: one job, the occupations still in the running, and what was said.

A rule takes a Case and returns a Case; it never changes one. `did` and `nothing` are how a rule
ends: what it says becomes a RuleStep.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.guidelines.cues import Evidence, cues, tables
from socoder.records import Level, Material, Policy, Posting, Ranking, Settings
from socoder.soc import Classification

Mask = NDArray[np.bool_]
# In natural-log units of the ranking's score: e² is seven times as likely.
NEAR = 2.0
TINY = 1e-9


class Columns:
    """The codes of a ranking as arrays (n,): which are what, found once for a classification."""

    def __init__(self, known: Classification, codes: tuple[str, ...]) -> None:
        titles = [known.title(code).lower() for code in codes]
        support, untaught = cues()["helper.occupation"], cues()["helper.no_target"]
        self.codes = codes
        self.at = {code: i for i, code in enumerate(codes)}
        self.major = np.array([group_number(known, code) for code in codes])
        self.supervisor: Mask = np.array([known.is_supervisor(code) for code in codes])
        self.residual: Mask = np.array([known.is_all_other(code) for code in codes])
        self.support: Mask = np.array([bool(support.match(title)) for title in titles])
        self._titles = titles
        self._assisting: dict[str, Mask] = {}
        self.helper: Mask = np.array([bool(untaught.match(title)) for title in titles])

    def assisting(self, word: str) -> Mask:
        """The occupations whose titles name those whom a word of a job title may mean."""
        if word not in self._assisting:
            patterns: dict[str, str] = tables()["helper"]["named"]
            pattern = next((p for name, p in patterns.items() if word.startswith(name)), "(?!)")
            named = np.array([bool(re.search(pattern, title)) for title in self._titles])
            self._assisting[word] = named & self.support
        return self._assisting[word]

    def of(self, codes: Iterable[str]) -> Mask:
        """The columns of some codes."""
        mask = np.zeros(len(self.codes), dtype=bool)
        mask[[self.at[code] for code in codes if code in self.at]] = True
        return mask


def group_number(known: Classification, code: str) -> int:
    """The major group as a number: 29 for 29-1141."""
    return int(known.at_level(code, "major")[:2])


@lru_cache(maxsize=4)
def columns(known: Classification, codes: tuple[str, ...]) -> Columns:
    """The Columns of a classification's ranking, made once."""
    return Columns(known, codes)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One job under the rules.

    `material` are the occupations in the running, by falling share of time. `levels` holds the
    skill levels that a rule lowered. `running` are those among which skill leaves the choice open
    (empty: all), `chosen` the codes decided so far. `measured` are the shares that were held
    against a threshold, by the name of the setting.
    """

    posting: Posting
    ranking: Ranking
    known: Classification
    settings: Settings
    evidence: Evidence
    columns: Columns
    material: tuple[Material, ...]
    levels: Mapping[str, int] = field(default_factory=dict)
    running: tuple[str, ...] = ()
    chosen: Mapping[Policy, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    why_not: Mapping[str, str] = field(default_factory=dict)
    measured: tuple[tuple[str, float], ...] = ()
    out_of_scope: bool = False
    outcome: str = ""
    fired: bool = False

    def did(
        self,
        outcome: str,
        reasons: Iterable[str] = (),
        why_not: Mapping[str, str] | None = None,
        measured: Iterable[tuple[str, float]] = (),
        **changes: Any,
    ) -> Case:
        """The case after a rule that had something to say; `changes` are fields of Case."""
        return replace(
            self,
            outcome=outcome,
            fired=True,
            reasons=tuple(dict.fromkeys((*self.reasons, *reasons))),
            why_not={**self.why_not, **(why_not or {})},
            measured=(*self.measured, *measured),
            **changes,
        )

    def nothing(self, outcome: str, **changes: Any) -> Case:
        """The case after a rule that looked and had nothing to say."""
        return replace(self, outcome=outcome, fired=False, **changes)

    def choice(self, policy: Policy) -> str:
        """The code under a policy as far as the rules have come: of what is left, the one that
        fits title and text best."""
        left = self.running if policy == "guideline" and self.running else self.codes
        return self.chosen.get(policy) or min(left, key=lambda code: (-self.score(code), code))

    def by_time(self, policy: Policy, among: Iterable[str] = ()) -> str:
        """The occupation with the most time or, for "weighted", time × skill level; of equals, the
        better ranked. `among` are the codes to choose from: all, if there are none."""
        codes = set(among) or set(self.codes)

        def order(m: Material) -> tuple[float, float, str]:
            weight = self.level(m.soc_code) if policy == "weighted" else 1
            return (-round(m.time_share * weight, 6), -self.score(m.soc_code), m.soc_code)

        return min((m for m in self.material if m.soc_code in codes), key=order).soc_code

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the occupations in the running."""
        return tuple(occupation.soc_code for occupation in self.material)

    def score(self, code: str) -> float:
        """How well an occupation fits the job as a whole, in natural-log units."""
        column = self.columns.at.get(code)
        return -np.inf if column is None else float(self.ranking.job[column])

    def best(self, mask: Mask) -> str:
        """The best-ranked occupation of those in a mask, "" if there is none."""
        scores = np.where(mask, self.ranking.job, -np.inf)
        first = int(scores.argmax())
        return self.columns.codes[first] if mask[first] else ""

    def best_by_duties(self, mask: Mask, duties: Iterable[int]) -> str:
        """The occupation of a mask that describes some of the duties best, by their time; by the
        job as a whole if there are none. "" if the mask is empty."""
        rows = [i for i in sorted(set(duties)) if not self.posting.duties[i].generic]
        if not rows:
            return self.best(mask)
        times = np.array([self.posting.duties[i].time_share for i in rows])
        scores = np.where(mask, times @ self.ranking.duties[rows], -np.inf)
        first = int(scores.argmax())
        return self.columns.codes[first] if mask[first] else ""

    def near(self, code: str, margin: float = NEAR) -> bool:
        """Whether a code ranks not far behind the first."""
        return bool(code) and self.score(code) >= float(self.ranking.job.max()) - margin

    def major(self, code: str) -> int:
        """The major group as a number."""
        return group_number(self.known, code)

    def members(self, code: str, level: Level) -> Mask:
        """The occupations of the group of that level which holds a code."""
        return self.columns.of(self.known.members(self.known.at_level(code, level)))

    def level(self, code: str) -> int:
        """Skill level, 1–5, after what the rules lowered."""
        found = self.levels.get(code) or next(
            (m.skill_level for m in self.material if m.soc_code == code), 0
        )
        return found or self.skill(code)

    def skill(self, code: str) -> int:
        """Published or imputed skill level; for a group, that of its lowest member."""
        return min(self.known.skill_level(member) for member in self.known.members(code))

    def known_title(self, code: str) -> bool:
        """Whether the title is a known title of this very occupation."""
        return self.ranking.title_seen and self.ranking.models.get("title") == code

    def required_licences(self) -> dict[str, str]:
        """The occupations whose own licence the posting requires → the name of the licence."""
        return self._required("licence", tables()["licences"])

    def required_certificates(self) -> dict[str, str]:
        """The same for certificates."""
        return self._required("certificate", tables()["certificates"])

    def _required(self, kind: str, codes: Mapping[str, list[str]]) -> dict[str, str]:
        return {
            code: requirement.level
            for requirement in self.posting.requirements
            if requirement.kind == kind and requirement.required
            for code in codes.get(requirement.level, ())
        }

    def is_stated(self, occupation: Material) -> bool:
        """Whether the posting states the time of any of an occupation's duties."""
        return any(self.posting.duties[i].time_source == "stated" for i in occupation.duties)

    def substantial(self) -> tuple[Material, ...]:
        """The material occupations: those with enough of the time, and those whose own licence the
        posting requires, at any stated share. Never none."""
        licensed = self.required_licences()
        least = self.settings.material_share - TINY
        enough = tuple(
            m
            for m in self.material
            if m.time_share >= least or (m.soc_code in licensed and self.is_stated(m))
        )
        return enough or self.material[:1]

    def without(self, codes: Iterable[str], instead: str = "") -> tuple[Material, ...]:
        """The material without some codes. Their time goes to `instead`, or else, duty by duty,
        to whichever of the others describes it best. Never none: the last stays."""
        gone = [m for m in self.material if m.soc_code in set(codes) and m.soc_code != instead]
        kept = {m.soc_code: m for m in self.material if m not in gone}
        if instead:
            kept.setdefault(instead, Material(instead, 0.0, self.skill(instead)))
        if not kept:
            return self.material
        for old in gone:
            for code, (share, duties) in self._heirs(old, tuple(kept), instead).items():
                heir = kept[code]
                own = old.own_duties if instead else ()
                kept[code] = replace(
                    heir,
                    time_share=heir.time_share + share,
                    duties=tuple(sorted({*heir.duties, *duties})),
                    own_duties=tuple(sorted({*heir.own_duties, *own})),
                )
        return ordered(kept.values())

    def _heirs(
        self, old: Material, left: tuple[str, ...], instead: str
    ) -> dict[str, tuple[float, list[int]]]:
        """Who takes an occupation's time: code → (share of time, duties)."""
        if instead or not old.duties or len(left) == 1:
            return {instead or left[0]: (old.time_share, list(old.duties))}
        at = [self.columns.at[code] for code in left if code in self.columns.at]
        times = {i: self.posting.duties[i].time_share for i in old.duties}
        whole = sum(times.values()) or 1.0
        heirs: dict[str, tuple[float, list[int]]] = {}
        for i, time in times.items():
            code = self.columns.codes[at[int(self.ranking.duties[i, at].argmax())]]
            share, duties = heirs.get(code, (0.0, []))
            heirs[code] = (share + old.time_share * time / whole, [*duties, i])
        return heirs

    def assigned(self, duties: Iterable[int], code: str) -> tuple[Material, ...]:
        """The material with some duties, and their time, given to an occupation."""
        moved = set(duties)
        time = {i: duty.time_share for i, duty in enumerate(self.posting.duties)}
        taker = next((m for m in self.material if m.soc_code == code), None)
        taker = taker or Material(code, 0.0, self.skill(code))
        result = []
        for old in (m for m in self.material if m.soc_code != code):
            whole = sum(time[i] for i in old.duties) or 1.0
            going = [i for i in old.duties if i in moved]
            share = old.time_share * sum(time[i] for i in going) / whole
            taker = replace(
                taker,
                time_share=taker.time_share + share,
                duties=tuple(sorted({*taker.duties, *going})),
                own_duties=tuple(sorted({*taker.own_duties, *going})),
            )
            if len(going) < len(old.duties) or not old.duties:
                stay = tuple(i for i in old.duties if i not in moved)
                own = tuple(i for i in old.own_duties if i not in moved)
                left = old.time_share - share
                result.append(replace(old, time_share=left, duties=stay, own_duties=own))
        return ordered([*result, taker] if taker.time_share > 0 or not result else result)


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer to a question about time, why, whether what is stated decided it, and the shares
    that were held against a threshold, by the name of the setting."""

    yes: bool
    why: str
    stated: bool = False
    measured: tuple[tuple[str, float], ...] = ()


def ordered(material: Iterable[Material]) -> tuple[Material, ...]:
    """By falling share of time, then by code."""
    return tuple(sorted(material, key=lambda m: (-m.time_share, m.soc_code)))


def percent(share: float) -> str:
    """ "35 %" for 0.35, as outcomes write it."""
    return f"{round(100 * share)} %"


def listed(words: Iterable[str]) -> str:
    """ "a, b and c"."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def time_bounds(case: Case, duties: set[int]) -> tuple[float, float]:
    """The least and the most of all working time that some duties take, by what is stated."""
    others = set(range(len(case.posting.duties))) - duties
    return case.evidence.time(duties, stated=True), 1.0 - case.evidence.time(others, stated=True)
