"""Plots of reports as SVG (matplotlib, extra `plots`): the same figures give the same bytes."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from socoder.errors import MissingExtraError
from socoder.reports.report import Plot

INK, PALE = "#1d2733", "#c9d3de"
COLOURS = ("#1f5fa8", "#e0a030", "#5b8c5a", "#a14d6b", "#6b6f76", "#7fb2d9")  # told apart in grey
_WIDTH, _LABEL = 8.0, 38


def bars(plot: str, title: str, values: Mapping[str, float], unit: str, alt: str) -> Plot:
    """One bar for each label, in their order from the top."""
    figure, axes = _axes(len(values))
    labels, numbers = [_wrapped(label) for label in values], list(values.values())
    drawn = axes.barh(range(len(labels)), numbers, color=COLOURS[0], height=0.68)
    axes.bar_label(drawn, [f"{number:,.0f}" for number in numbers], padding=4, color=INK, size=9)
    return _finished(figure, axes, labels, plot, title, unit, alt)


def stacked(
    plot: str,
    title: str,
    rows: Mapping[str, Sequence[float]],
    parts: Sequence[str],
    unit: str,
    alt: str,
) -> Plot:
    """One bar for each row, made of its parts."""
    figure, axes = _axes(len(rows) + 2)
    at = range(len(rows))
    left = [0.0] * len(rows)
    for number, part in enumerate(parts):
        lengths = [values[number] for values in rows.values()]
        axes.barh(at, lengths, left=left, color=COLOURS[number], label=part, height=0.68)
        left = [start + length for start, length in zip(left, lengths, strict=True)]
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)
    return _finished(figure, axes, [_wrapped(row) for row in rows], plot, title, unit, alt)


def compared(
    plot: str,
    title: str,
    rows: Mapping[str, tuple[float | None, tuple[float, float, float]]],
    names: tuple[str, str],
    unit: str,
    alt: str,
) -> Plot:
    """For each row a point of our own (if any) against a low, middle and high of others."""
    figure, axes = _axes(len(rows) + 2)
    for at, (own, (low, middle, high)) in enumerate(rows.values()):
        label = names[1] if at == 0 else None
        axes.plot(
            [low, high], [at, at], color=PALE, linewidth=9, solid_capstyle="butt", label=label
        )
        axes.plot([middle, middle], [at - 0.22, at + 0.22], color=INK, linewidth=2)
        if own is not None:
            axes.plot([own], [at], "o", color=COLOURS[0], markersize=8)
    axes.plot([], [], "o", color=COLOURS[0], markersize=8, label=names[0])
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=1, frameon=False)
    return _finished(figure, axes, [_wrapped(row) for row in rows], plot, title, unit, alt)


def _axes(rows: int) -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError(
            "plots need matplotlib: pip install 'socoder[plots]', or --no-plots"
        ) from error
    figure = Figure(figsize=(_WIDTH, 0.9 + 0.42 * max(rows, 1)), layout="constrained")
    return figure, figure.add_subplot()


def _finished(
    figure: Any, axes: Any, labels: Sequence[str], plot: str, title: str, unit: str, alt: str
) -> Plot:
    import matplotlib as mpl

    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.set_xlabel(unit, color=INK)
    axes.xaxis.set_major_formatter(
        lambda value, _: f"{value:,.4g}" if value < 1 else f"{value:,.0f}"
    )
    axes.grid(axis="x", color="#e6ebf0")
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=INK)
    axes.spines[["top", "right", "left"]].set_visible(False)
    out = io.StringIO()
    fixed: dict[Any, Any] = {"svg.hashsalt": plot, "svg.fonttype": "path"}
    with mpl.rc_context(fixed):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": "socoder"})
    return Plot(plot, title, out.getvalue(), alt)


def _wrapped(label: str) -> str:
    plain = label.replace("$", r"\$")  # matplotlib would read mathematics
    return textwrap.fill(plain, _LABEL, max_lines=2, placeholder=" …")
