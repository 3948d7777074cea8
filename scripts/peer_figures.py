"""What compare_peers.py makes of the answers of both tools: figures, and tables of them."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from evaluation.datasets import Labelled
from evaluation.metrics import accuracy_table, calibration_error, hits, interval
from socoder import soc

TOOLS = ("sockit", "socoder")
CLOCKS = {"seconds": "ratio", "processor_seconds": "processor_ratio"}
_FIGURES = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->)", re.DOTALL)
Task = tuple[str, list[Labelled]]
"""A kind, "titles" or "texts", and the rows to code so."""


def plain(task: Task) -> list[list[str]]:
    """Its rows as the worker reads them."""
    kind, rows = task
    return [[row.job.title, row.job.text if kind == "texts" else ""] for row in rows]


def read_answers(
    answers: Iterable[Sequence[Sequence[Any]]], known: Iterable[str]
) -> tuple[list[list[str]], np.ndarray]:
    """Each answer as ranked codes with a hyphen, and the confidence in the first. A code that is
    no detailed one of the 2018 SOC keeps its rank as "", which is never right."""
    spelled = {code.replace("-", ""): code for code in known}
    answers = list(answers)
    ranked = [[spelled.get(code.replace("-", ""), "") for code, _ in own] for own in answers]
    return ranked, np.array([own[0][1] if own else 0.0 for own in answers], float).clip(0, 1)


def figures(
    rows: Sequence[Labelled], answers: Any, classification: soc.Classification
) -> dict[str, Any]:
    """Accuracy over all rows (no answer is wrong); calibration over the rows with an answer."""
    ranked, sure = read_answers(answers, classification.detailed)
    gold, answered = [row.codes for row in rows], np.array([bool(own) for own in ranked])
    right = hits(ranked, gold, classification, "detailed", 1)
    return {
        "rows": len(rows),
        "levels": accuracy_table(ranked, gold, classification),
        "top_1_interval": interval(right),
        "answered": float(answered.mean()),
        "calibration_error": calibration_error(sure[answered], right[answered]),
        "not_detailed": sum(own.count("") for own in ranked),
    }


def speeds(rounds: Sequence[dict[str, Any]], tasks: dict[str, Task]) -> dict[str, dict[str, float]]:
    """Rows a second, of each task and of all titles together, as medians over the rounds. So are
    the ratios; that of processor time holds where other work slows the machine, too."""
    groups = {name: [name] for name in tasks}
    groups["all titles"] = [name for name, (kind, _) in tasks.items() if kind == "titles"]
    speed = {}
    for label, names in groups.items():
        rows = [row for name in names for row in plain(tasks[name])]
        rates = {
            (tool, clock): [
                len(rows) / sum(own[tool][name][clock] for name in names) for own in rounds
            ]
            for tool in TOOLS
            for clock in CLOCKS
        }
        speed[label] = {
            "rows": len(rows),
            "words": statistics.mean(len(" ".join(row).split()) for row in rows),
            **{tool: statistics.median(rates[tool, "seconds"]) for tool in TOOLS},
        }
        for clock, ratio in CLOCKS.items():
            pairs = zip(rates["socoder", clock], rates["sockit", clock], strict=True)
            speed[label][ratio] = statistics.median(ours / theirs for ours, theirs in pairs)
    return speed


def tables(report: dict[str, Any]) -> str:
    """The report as Markdown tables."""
    lines = [
        "| | rows | top-1: socoder | sockit | ratio | top-10: socoder | sockit |"
        " calibration error: socoder | sockit | sockit has an answer | sockit on every fold |",
        "|---" * 11 + "|",
    ]
    for name, own in report["sets"].items():
        ours, theirs, whole = (own[x] for x in ("socoder", "sockit", "sockit, every fold"))
        a, b, c = (x["levels"]["detailed"] for x in (ours, theirs, whole))
        ratio = "–" if own["top_1_ratio"] is None else f"{own['top_1_ratio']:.1f}"
        # Its coder of postings gives a similarity, no probability.
        error = "–" if own["kind"] == "texts" else f"{theirs['calibration_error']:.2f}"
        lines.append(
            f"| {name} | {ours['rows']:,} | {a['top_1']:.3f} | {b['top_1']:.3f} | {ratio} |"
            f" {a['top_10']:.3f} | {b['top_10']:.3f} | {ours['calibration_error']:.2f} | {error} |"
            f" {theirs['answered']:.0%} | {c['top_1']:.3f} / {c['top_10']:.3f} |"
        )
    lines += [
        "",
        "| | rows | words | socoder a second | sockit a second | ratio | ratio by processor time |",
        "|---" * 7 + "|",
    ]
    lines += [
        f"| {name} | {own['rows']:,} | {own['words']:.0f} | {own['socoder']:,.0f} |"
        f" {own['sockit']:,.0f} | {own['ratio']:.2f} |"
        f" {own['processor_ratio']:.2f} |"
        for name, own in report["speed"].items()
    ]
    lines += ["", "| peak memory of a process | socoder | sockit |", "|---|---|---|"]
    lines += [
        f"| {kind} | {own['socoder']:.0f} MiB | {own['sockit']:.0f} MiB |"
        for kind, own in report["peak_mib"].items()
    ]
    run = report["run"]
    lines += [
        "",
        f"socoder {run['socoder']} with bundle {run['bundle'][:12]}, sockit {run['sockit']};"
        f" processes of each: {run['processes']}, of one thread; rounds in turn: {run['rounds']};"
        f" batches of {run['batch']}.",
    ]
    return "\n".join(lines) + "\n"


def on_page(page: str, shown: str) -> str:
    """The page with the tables between its two marks."""
    if not _FIGURES.search(page):
        raise SystemExit("the page has no <!-- figures --> … <!-- end of figures -->: add them")
    return _FIGURES.sub(lambda found: f"{found[1]}{shown}{found[2]}", page)
