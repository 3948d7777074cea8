"""Which occupations are taken for which: by major group, as a plot, and the worst pairs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from socoder.records import LEVELS
from socoder.soc import Classification

from .metrics import hits, interval
from .run import CodedSet

NO_CODE = "none"  # given to what is uncodable
_BOX = 0.36  # inches that a cell of the plot takes


@dataclass(frozen=True, slots=True)
class Confusion:
    """A right code, the wrong one that was given, and the places of the rows where it was."""

    gold: str
    given: str
    places: tuple[int, ...]


def pairs(coded: CodedSet, classification: Classification) -> list[tuple[str, str]]:
    """Right and given code of each row ("" if uncodable).

    A row with several right codes counts at the one that the given code is, or else at the nearest
    to it in the hierarchy (at the first of equals): the milder reading of the mistake."""
    return [
        (_nearest(row.codes, own[0], classification), own[0])
        for row, own in zip(coded.rows, coded.ranked, strict=True)
    ]


def worst(coded: CodedSet, classification: Classification) -> list[Confusion]:
    """All wrong pairs, the most frequent first; equals by their codes."""
    found: dict[tuple[str, str], list[int]] = {}
    for place, (gold, given) in enumerate(pairs(coded, classification)):
        if gold != given:
            found.setdefault((gold, given), []).append(place)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Confusion(gold, given, tuple(places)) for (gold, given), places in ordered]


def by_major_group(coded: CodedSet, classification: Classification) -> dict[str, dict[str, Any]]:
    """Major group → its title, rows, `top_1` (share of them that is right at the detailed level)
    with the 95 % bootstrap interval, and `major` (share whose first code is right at the level of
    the group). A row whose right codes lie in several groups is a row of each."""
    right = hits(coded.ranked, coded.gold, classification, "detailed", 1)
    near = hits(coded.ranked, coded.gold, classification, "major", 1)
    groups = [{classification.at_level(code, "major") for code in own} for own in coded.gold]
    table = {}
    for group in sorted(set().union(*groups)):
        own = np.array([group in among for among in groups])
        table[group] = {
            "title": classification.title(group),
            "rows": int(own.sum()),
            "top_1": float(right[own].mean()),
            "top_1_interval": interval(right[own]),
            "major": float(near[own].mean()),
        }
    return table


def matrix(
    coded: CodedSet, classification: Classification
) -> tuple[list[str], list[str], np.ndarray]:
    """Major groups of the right codes (m), of the given codes (n), and the (m, n) rows counted.

    Both lists are sorted; the given groups are all groups that occur, NO_CODE last."""
    counts = Counter(
        (
            classification.at_level(gold, "major"),
            classification.at_level(given, "major") if given else NO_CODE,
        )
        for gold, given in pairs(coded, classification)
    )
    right = sorted({gold for gold, _ in counts})
    given = sorted({*right, *(given for _, given in counts)})  # letters sort after digits
    table = np.zeros((len(right), len(given)), dtype=int)
    for (gold, other), rows in counts.items():
        table[right.index(gold), given.index(other)] = rows
    return right, given, table


def plot(coded: CodedSet, classification: Classification, path: Path) -> None:
    """The matrix as a picture (PNG): shares of each right group's rows, in percent.

    Raises ImportError without matplotlib (the `plots` extra)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    right, given, counts = matrix(coded, classification)
    shares = counts / counts.sum(axis=1, keepdims=True)
    figure = Figure(figsize=(_BOX * len(given), _BOX * len(right)))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))  # names and title stand outside: "tight" makes room
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="equal")
    for row, column in zip(*np.nonzero(counts), strict=True):
        share = shares[row, column]
        axes.text(
            column, row, f"{share * 100:.0f}" if share >= 0.005 else "<1", ha="center", va="center", fontsize=7,
            color="white" if share > 0.5 else "black",
        )  # fmt: skip
    names = [_short(classification, group) for group in right]
    rows = counts.sum(axis=1)
    axes.set_yticks(
        range(len(right)),
        [f"{name} ({count:,})" for name, count in zip(names, rows, strict=True)],
        fontsize=8,
    )
    axes.set_xticks(range(len(given)), [group.partition("-")[0] for group in given], fontsize=8)
    axes.set_xlabel("major group of the first code")
    axes.set_ylabel("major group of the right code (rows)")
    axes.set_title(f"{coded.name}: given for each 100 rows of a group", fontsize=10)
    figure.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})


def _short(classification: Classification, group: str) -> str:
    return f"{group[:2]} {classification.title(group).removesuffix(' Occupations')}"


def _nearest(codes: frozenset[str], given: str, classification: Classification) -> str:
    for level in LEVELS if given else ():
        group = classification.at_level(given, level)
        near = [code for code in sorted(codes) if classification.at_level(code, level) == group]
        if near:
            return near[0]
    return min(codes)
