"""Near neighbours that their definitions set apart by one thing. A part of the first rule.

Some occupations do almost the same work; what sets them apart is one thing in their definitions,
such as whether nurses on site direct the care. No measure of likeness sees that, plain words do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from socoder.guidelines.case import TINY, Case
from socoder.guidelines.cues import cues, tables
from socoder.records import Material

# How far behind (natural log) the neighbour may rank: they share nearly all of their words.
REACH = 4.0
MOSTLY = 0.5


def by_definition(case: Case) -> Case | None:
    """The case with neighbours exchanged where the definitions ask for it; None if none is."""
    if not case.evidence.has_duties:
        return None
    after, said, why_not = case, [], {}
    for twin in tables()["twin"]:
        old = next((m for m in after.material if m.soc_code == twin["code"]), None)
        if (
            old
            and _applies(after, old, twin)
            and case.score(twin["instead"]) >= (case.score(old.soc_code) - REACH)
        ):
            said.append(f"{twin['instead']} instead of {old.soc_code}: {twin['why']}")
            why_not[old.soc_code] = f"{twin['why']}, so that {twin['instead']} describes the work"
            after = replace(after, material=after.without([old.soc_code], twin["instead"]))
    if not said:
        return None
    kept = {code: why for code, why in why_not.items() if code not in after.codes}
    return case.did(
        "by their definitions " + "; ".join(said), why_not=kept, material=after.material
    )


def _applies(case: Case, old: Material, twin: Mapping[str, Any]) -> bool:
    evidence, cue = case.evidence, twin["cue"]
    if "unless" in twin and evidence.in_text(twin["unless"]):
        return False
    if "and" in twin and not evidence.in_duties(twin["and"]):
        return False
    if twin["when"] in ("said", "unsaid"):
        wanted: bool = twin["when"] == "said"
        return bool(evidence.in_text(cue)) is wanted
    shown = set(evidence.in_duties(cue))
    if twin["when"] == "lacking":
        return not shown and not cues()[cue].match(evidence.title)
    own = set(old.duties) or set(range(len(evidence.duties)))
    whole = evidence.time(own)
    return bool(shown) and evidence.time(own & shown) >= MOSTLY * whole - TINY
