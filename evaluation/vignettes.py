"""Code the hand-written vignettes with the shipped bundle; show every miss with how it came about.

python -m evaluation.vignettes [--all] [V06 V11 …]
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from socoder.coder import Coder
from socoder.records import Coding, Job

from .trace import trace

VIGNETTES = Path(__file__).parents[1] / "tests" / "data" / "vignettes.toml"
# The vignettes name the two halves of one rule apart.
_SAME_RULE = {"trainee": "trainee-helper", "helper": "trainee-helper"}


@dataclass(frozen=True, slots=True)
class Vignette:
    """An invented posting with the code and the deciding rule that the manual gives it.

    `codes` are the primary code and the others that could be defended; `material` maps the
    occupations of the job to their share of working time."""

    id: str
    kind: str
    job: Job
    codes: tuple[str, ...]
    rule: str
    material: dict[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A vignette as it was coded."""

    vignette: Vignette
    coding: Coding

    @property
    def right(self) -> bool:
        """Whether the code is the primary or an acceptable one."""
        return self.coding.soc_code in self.vignette.codes

    @property
    def same_rule(self) -> bool:
        """Whether the rule that the vignette names decided."""
        return self.coding.decided_by == self.vignette.rule


def vignettes(path: Path = VIGNETTES) -> tuple[Vignette, ...]:
    """The vignettes of a file, in its order."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["vignette"]
    return tuple(
        Vignette(
            row["id"],
            row["kind"],
            Job(title=row["title"], text=row["text"], id=row["id"]),
            (row["primary"], *row["acceptable"]),
            _SAME_RULE.get(row["rule"], row["rule"]),
            {part["code"]: part["share"] for part in row["material"]},
        )
        for row in rows
    )


def outcomes(coder: Coder, rows: Sequence[Vignette]) -> list[Outcome]:
    """Each vignette with its coding."""
    codings = coder.code_batch([row.job for row in rows])
    return [Outcome(row, coding) for row, coding in zip(rows, codings, strict=True)]


def report(outcome: Outcome) -> str:
    """What came out, what should have, and every step between."""
    row = outcome.vignette
    return trace(row.id, outcome.coding, row.codes, row.material, row.rule)


def main(arguments: Sequence[str]) -> None:
    wanted = {each for each in arguments if not each.startswith("-")}
    rows = [row for row in vignettes() if not wanted or row.id in wanted]
    every = outcomes(Coder.load(), rows)
    for outcome in every:
        if wanted or "--all" in arguments or not (outcome.right and outcome.same_rule):
            print(report(outcome), end="\n\n")
    for kind in sorted({row.kind for row in rows}):
        own = [outcome for outcome in every if outcome.vignette.kind == kind]
        print(
            f"{kind}: right {sum(o.right for o in own)} of {len(own)},"
            f" by the rule named {sum(o.same_rule for o in own)}"
        )
    print(
        f"all: right {sum(o.right for o in every)} of {len(every)},"
        f" by the rule named {sum(o.same_rule for o in every)}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
