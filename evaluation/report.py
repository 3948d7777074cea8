"""Write a report of an evaluation into a folder: figures, tables, plots, and examples apart.

`figures.json`, `report.md` and `confusion_SET.png` hold figures, codes and official titles only and
may be published. `examples.md` quotes titles of the sets, whose licences do not all allow that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from socoder.errors import MissingExtraError
from socoder.records import ModelInfo
from socoder.soc import Classification

from .confusion import Confusion, by_major_group, plot, worst
from .run import CodedSet, summary

WORST = 25  # pairs that are listed for a set
EXAMPLES = 5  # rows that are quoted for a pair
_LEGEND = """\
Shares of rows, 0–1; in brackets 95 % bootstrap intervals. *top N*: a right detailed code is among the
first N. *broad*, *minor*, *major*: the first code is right at that level. *macro*: the mean over the
detailed codes of the accuracy of their rows, so that rare codes count as much as frequent ones; a
row with several right codes is a row of each of them. *constant*: the one answer that is right most
often. *known title*, *new title*: the title stands in the bundle's title index, or does not.
*ECE*: expected calibration error, 15 bins. *accepted*: without review; *right*: of these."""


def full_report(sets: Sequence[CodedSet], classification: Classification) -> dict[str, Any]:
    """Set (and part) → its figures; of whole sets also `by_major` and the worst `confusions`.

    Neither holds text of the sets: codes, official titles and counts only."""
    report: dict[str, Any] = summary(sets, classification)
    for coded in sets:
        report[coded.name]["by_major"] = by_major_group(coded, classification)
        report[coded.name]["confusions"] = [
            {
                "gold": pair.gold,
                "gold_title": classification.title(pair.gold),
                "given": pair.given,
                "given_title": classification.title(pair.given) if pair.given else "",
                "rows": len(pair.places),
            }
            for pair in worst(coded, classification)[:WORST]
        ]
    return report


def require_plots() -> None:
    """Raises MissingExtraError without matplotlib: to be called before minutes of coding."""
    if find_spec("matplotlib") is None:
        raise MissingExtraError("plots need matplotlib: pip install 'socoder[plots]'")


def write_report(
    folder: Path,
    sets: Sequence[CodedSet],
    report: dict[str, Any],
    classification: Classification,
    model: ModelInfo,
    folds: frozenset[int],
) -> list[Path]:
    """Write the files into the folder, which is made if it is missing; their paths come back.

    Raises OSError where it cannot be written, ImportError without matplotlib."""
    folder.mkdir(exist_ok=True)
    texts = {
        "figures.json": json.dumps(report, ensure_ascii=False, indent=1) + "\n",
        "report.md": "\n".join(_pages(sets, report, model, folds)),
        "examples.md": "\n".join(_examples(sets, classification)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    for coded in sets:
        plot(coded, classification, folder / _picture(coded.name))
    return [folder / name for name in (*texts, *(_picture(coded.name) for coded in sets))]


def _picture(name: str) -> str:
    return f"confusion_{name}.png"


def _pages(
    sets: Sequence[CodedSet], report: dict[str, Any], model: ModelInfo, folds: frozenset[int]
) -> Iterator[str]:
    measured = " and ".join(map(str, sorted(folds)))
    yield "# Evaluation\n"
    yield (
        f"`socoder evaluate` of the bundle `{model.bundle}` ({model.sha256[:12]}), fold {measured}"
        " (of the postings all).\n"
    )
    yield _LEGEND + "\n"
    yield "## Accuracy\n"
    yield from _table(
        ("set", "rows", "top 1", "top 3", "top 5", "top 10", "broad", "minor", "major", "macro",
         "constant"),
        [_accuracy(name, own) for name, own in report.items()],
    )  # fmt: skip
    yield "\n## Calibration\n"
    yield from _table(
        ("set", "ECE", "accepted", "right"),
        [
            (name, _share(own["calibration_error"]), _share(own["accepted"]),
             _share(own["accepted_right"]))
            for name, own in report.items()
        ],
    )  # fmt: skip
    for coded in sets:
        yield f"\n## {coded.name}\n"
        yield f"![Major group of the right and of the first code]({_picture(coded.name)})\n"
        yield from _table(
            ("major group of the right code", "rows", "top 1", "major"),
            [
                (
                    f"{group[:2]} {own['title']}", f"{own['rows']:,}",
                    f"{_share(own['top_1'])} {_between(own['top_1_interval'])}",
                    _share(own["major"]),
                )
                for group, own in report[coded.name]["by_major"].items()
            ],
        )  # fmt: skip
        yield "\nWhat is taken for what most often:\n"
        yield from _table(
            ("rows", "right code", "first code"),
            [
                (str(pair["rows"]), f"{pair['gold']} {pair['gold_title']}",
                 f"{pair['given'] or 'none'} {pair['given_title']}")
                for pair in report[coded.name]["confusions"]
            ],
        )  # fmt: skip
    yield ""


def _accuracy(name: str, own: dict[str, Any]) -> tuple[str, ...]:
    detailed, sure = own["levels"]["detailed"], own["intervals"]
    return (
        name,
        f"{own['rows']:,}",
        *(f"{_share(detailed[top])} {_between(sure[top])}" for top in detailed),
        *(
            f"{_share(own['levels'][level]['top_1'])} {_between(sure[level])}"
            for level in ("broad", "minor", "major")
        ),
        f"{_share(own['macro_average'])} {_between(sure['macro_average'])} of {own['codes']} codes",
        _share(own["best_constant"]),
    )


def _examples(sets: Sequence[CodedSet], classification: Classification) -> Iterator[str]:
    yield "# Examples of the worst confusions\n"
    yield "Quotes titles of the labelled sets: for reading, not for publishing.\n"
    for coded in sets:
        yield f"## {coded.name}\n"
        for pair in worst(coded, classification)[:WORST]:
            yield from _example(coded, pair, classification)
        yield ""


def _example(coded: CodedSet, pair: Confusion, classification: Classification) -> Iterator[str]:
    given = f"{pair.given} {classification.title(pair.given)}" if pair.given else "no code"
    yield (f"- {len(pair.places)} × {pair.gold} {classification.title(pair.gold)} → {given}")
    jobs = [coded.rows[place].job for place in pair.places[:EXAMPLES]]
    yield f"  - {'; '.join(job.title or job.id for job in jobs)}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _between(bounds: Sequence[float]) -> str:
    return f"({bounds[0]:.2f}–{bounds[1]:.2f})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.strip() for cell in row)} |"
