"""What a ruling hangs on by little: a policy, a threshold, a few points of time share.

Found by looking at the other side: under the other policies, with a threshold moved past the share
that was held against it, and at the occupation that took the next most time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from socoder.guidelines.case import TINY, Case, percent
from socoder.records import POLICIES, Hinge, Policy, Settings

# A share of time this close to a threshold could as well lie on its other side.
NEAR_THRESHOLD = 0.05
_WHAT = {
    "material_share": "make an occupation material",
    "supervisor_share": "of guideline 5 make a supervisor",
    "management_share": "of principle 3 make a manager",
}
_DOING = {"supervisor_share": "supervising", "management_share": "directing"}


def find_hinges(
    case: Case, policy: Policy, decided_by: str, ruled: Callable[[Settings], Case]
) -> tuple[Hinge, ...]:
    """The hinges of a case after all rules: policies first, then thresholds, then time.

    `ruled` applies the rules again under other settings. `distance` is a share of working time."""
    code = case.choice(policy)
    found = [
        Hinge("policy", each, other, None, f"by the policy {each} it would be {other}")
        for each in POLICIES
        if (other := case.choice(each)) != code
    ]
    for name, share, moved in _moved_thresholds(case):
        if (other := ruled(moved).choice(policy)) != code:
            found.append(_at_threshold(case, name, share, other))
    if decided_by == "most-time" and (close := _by_time(case, code)):
        found.append(close)
    return tuple(found)


def _moved_thresholds(case: Case) -> Iterator[tuple[str, float, Settings]]:
    """Each share that lies near its threshold, and settings that put it on the other side."""
    for name, share in dict.fromkeys(case.measured):
        threshold = getattr(case.settings, name)
        if abs(share - threshold) <= NEAR_THRESHOLD + TINY:
            other = share + 1e-6 if share >= threshold - TINY else share
            changes: dict[str, Any] = {name: other}
            yield name, share, replace(case.settings, **changes)


def _at_threshold(case: Case, name: str, share: float, other: str) -> Hinge:
    threshold = getattr(case.settings, name)
    who = _DOING.get(name) or next(
        (m.soc_code for m in case.material if abs(m.time_share - share) < TINY), "an occupation"
    )
    distance = abs(share - threshold)
    text = (
        f"decided by {_points(distance)} of time share: {who} takes {percent(share)}, and"
        f" {percent(threshold)} or more {_WHAT[name]}; on the other side it would be {other}"
    )
    return Hinge("threshold", name, other, distance, text)


def _by_time(case: Case, code: str) -> Hinge | None:
    share = {m.soc_code: m.time_share for m in case.material}
    rivals = [each for each in case.running if each != code and each in share]
    if not rivals or code not in share:
        return None
    second = max(rivals, key=lambda each: (share[each], each))
    distance = max(share[code] - share[second], 0.0)
    if distance > NEAR_THRESHOLD + TINY:
        return None
    text = (
        f"decided by {_points(distance)} of time share: {code} takes {percent(share[code])},"
        f" {second} {percent(share[second])}"
    )
    return Hinge("time", "most_time", second, distance, text)


def _points(distance: float) -> str:
    """ "2 points", "1 point", "less than a point"."""
    whole = round(100 * distance)
    return "less than a point" if not whole else f"{whole} point{'s' if whole > 1 else ''}"
