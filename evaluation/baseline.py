"""The figures that a change may not worsen: `baseline.json`.

    python -m evaluation.baseline            measure, and say what is worse than stored
    python -m evaluation.baseline --write    store what is measured: after each new bundle

Every figure has a margin. It is wide enough for what a machine with other rounding changes, and for
a handful of rows; whatever costs more is either repaired or written down as the new baseline, which
a reviewer sees in the change.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from socoder.coder import Coder
from socoder.soc import Classification

from . import reachable, robustness
from .combined import tasks_of_fold
from .folds import MEASURED
from .run import KNOWN, NEW, CodedSet, code_sets, summary

PATH = Path(__file__).with_name("baseline.json")
LOWER_IS_BETTER = frozenset({"calibration_error"})
_MANY = 200  # rows from which those accepted are enough to say how many of them are right
ROBUSTNESS, REACHABLE = "robustness", "reachable"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, and by how much a later one may be worse (both in the value's units)."""

    value: float
    margin: float

    def allows(self, name: str, value: float) -> bool:
        """Whether `value` is no worse than the stored one by more than the margin."""
        worse_by = value - self.value if name in LOWER_IS_BETTER else self.value - value
        return worse_by <= self.margin + 1e-9


Figures = dict[str, dict[str, Figure]]
"""Set, part of a set, ROBUSTNESS or REACHABLE → name of the metric → its figure."""


def of_sets(sets: Sequence[CodedSet], classification: Classification) -> Figures:
    """Accuracy and calibration of the sets and of their own parts. Titles known and new are left
    out: which rows they hold changes with the bundle's title index."""
    return {
        name: _of_set(own)
        for name, own in summary(sets, classification).items()
        if not name.endswith((KNOWN, NEW))
    }


def of_robustness(found: Mapping[str, robustness.Stability]) -> Figures:
    """Share of titles whose first code stays the same, for each change."""
    return {
        ROBUSTNESS: {
            name: Figure(own.same, _share_margin(own.titles)) for name, own in found.items()
        }
    }


def of_reach(found: reachable.TaskReach) -> Figures:
    """Share of the held-out tasks, and of their codes, that are reached."""
    return {
        REACHABLE: {
            "tasks": Figure(found.right, _share_margin(found.tasks)),
            "codes": Figure(len(found.reached) / found.codes, _share_margin(found.codes)),
        }
    }


def worse(measured: Figures, stored: Figures) -> list[str]:
    """A line for each measured figure that is worse than stored by more than the margin, and for
    each that is not stored at all; none, if all is well."""
    lines = []
    for name, own in measured.items():
        for metric, figure in own.items():
            known = stored.get(name, {}).get(metric)
            if known is None:
                lines.append(f"{name}, {metric}: not stored")
            elif not known.allows(metric, figure.value):
                lines.append(
                    f"{name}, {metric}: {figure.value:.4f} is worse than"
                    f" {known.value:.4f} by more than {known.margin:.4f}"
                )
    return lines


def read(path: Path = PATH) -> Figures:
    """The stored figures. Raises OSError without the file, KeyError or ValueError if it is none."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: {metric: Figure(pair["value"], pair["margin"]) for metric, pair in own.items()}
        for name, own in content["figures"].items()
    }


def write(figures: Figures, bundle: str, path: Path = PATH) -> None:
    """Store the figures (one line each, so that a change of one shows) and the bundle's sha256."""
    blocks = []
    for name, own in figures.items():
        lines = [
            f"   {json.dumps(metric)}: {json.dumps(_rounded(figure))}"
            for metric, figure in own.items()
        ]
        blocks.append("  " + json.dumps(name) + ": {\n" + ",\n".join(lines) + "\n  }")
    head = f' "bundle": {json.dumps(bundle)},\n "figures": {{\n'
    path.write_text("{\n" + head + ",\n".join(blocks) + "\n }\n}\n", encoding="utf-8")


def _rounded(figure: Figure) -> dict[str, float]:
    return {"value": round(figure.value, 4), "margin": round(figure.margin, 4)}


def _of_set(own: Mapping[str, Any]) -> dict[str, Figure]:
    rows, detailed = own["rows"], own["levels"]["detailed"]
    shares = {
        **detailed,
        **{level: own["levels"][level]["top_1"] for level in ("broad", "minor", "major")},
    }
    result = {metric: Figure(value, _share_margin(rows)) for metric, value in shares.items()}
    result["macro_average"] = Figure(own["macro_average"], max(0.01, 2 / own["codes"]))
    # With few rows to a bin, the error of a calibrated coder is about one over the root of them.
    error = Figure(own["calibration_error"], max(0.01, 0.5 / math.sqrt(rows)))
    result["calibration_error"] = error
    result["accepted"] = Figure(own["accepted"], max(0.02, 3 / rows))
    if rows >= _MANY and own["accepted_right"] is not None:
        accepted = rows * own["accepted"]
        result["accepted_right"] = Figure(own["accepted_right"], max(0.01, 2 / accepted))
    return result


def _share_margin(rows: int) -> float:
    """Half a percent of the rows, at least two of them."""
    return max(0.005, 2 / max(rows, 1))


def main() -> None:
    """Measure; compare with the stored figures or, with --write, store them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--reference", type=Path, default=Path("../shared/reference"))
    parser.add_argument("--write", action="store_true", help="store what is measured")
    arguments = parser.parse_args()
    coder = Coder.load()
    known = coder.classification
    measured = {
        **of_sets(code_sets(coder, arguments.sets, progress=print), known),
        **of_robustness(robustness.measure(coder, arguments.sets)),
        **of_reach(
            reachable.reached_by_tasks(coder, tasks_of_fold(arguments.reference, known, MEASURED))
        ),
    }
    if arguments.write:
        write(measured, coder.bundle.info.sha256)
        print(f"{PATH}: {sum(map(len, measured.values()))} figures written")
        return
    lines = worse(measured, read())
    print("\n".join(lines) or "nothing is worse than the baseline allows")
    raise SystemExit(1 if lines else 0)


if __name__ == "__main__":
    main()
