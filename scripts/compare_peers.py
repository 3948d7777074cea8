"""Compare the shipped bundle with a peer, sockit, on the same rows in the same run.

    python scripts/compare_peers.py --sets ../shared/eval --page docs/comparison.md

sockit's licence allows non-commercial use only. It is a benchmark and nothing else: it goes into an
environment of its own (--peer-environment), and nothing of it enters this project. For each tool and
round, `peer_worker.py` codes and times the rows in a subprocess; docs/comparison.md says how.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.datasets import SETS, load
from evaluation.folds import FITTED, FOLDS, MEASURED
from peer_figures import TOOLS, Task, figures, on_page, plain, speeds, tables
from socoder import soc
from socoder.bundle import Bundle
from socoder.errors import SocoderError

ROOT = Path(__file__).parents[1]
PEER = "sockit==0.3.1"
BATCH = 500
# No posting was trained on, so that all of them count.
EVERY_FOLD = frozenset(range(FOLDS))
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "socoder-peers"
# One process is one core: neither tool may use threads that the other does not have.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1")


def peer_python(folder: Path, python: str) -> Path:
    """The interpreter of the peer's own environment, which is made in the folder if need be."""
    if folder.resolve().is_relative_to(Path(sys.prefix).resolve()):
        raise SystemExit(f"{folder}: lies in socoder's own environment: name another folder")
    found = folder / "bin/python"
    probe = [str(found), "-I", "-c", "import sockit"]
    if found.exists() and not subprocess.run(probe, capture_output=True, check=False).returncode:
        return found
    print(f"installing {PEER} (for non-commercial use only) into {folder}", file=sys.stderr)
    pip = [str(found), "-m", "pip", "install", "--quiet", PEER]
    for command in ([python, "-m", "venv", str(folder)], pip):
        if subprocess.run(command, check=False).returncode:
            raise SystemExit(f"{PEER} cannot be installed: name another interpreter with --python")
    return found


def find_tasks(folder: Path, names: Sequence[str], folds: frozenset[int]) -> dict[str, Task]:
    """Task → its kind and rows, titles first. Postings are coded by their title alone, too."""
    titles, texts = {}, {}
    for name in names:
        rows = load(name, folder, EVERY_FOLD if name == "postings" else folds)
        if any(row.job.text for row in rows):
            texts[name] = ("texts", rows)
        else:
            titles[name] = ("titles", rows)
    if "postings" in texts:
        titles["postings, title alone"] = ("titles", texts["postings"][1])
    return titles | texts


def work(tool: str, python: Path, tasks: dict[str, Task], job: dict[str, Any]) -> dict[str, Any]:
    """What the worker measured and answered, in a subprocess of the tool's interpreter."""
    listed = {name: {"kind": task[0], "rows": plain(task)} for name, task in tasks.items()}
    path = {"PYTHONPATH": str(ROOT) if tool == "socoder" else ""}
    with tempfile.TemporaryDirectory() as folder:
        rows, answers = Path(folder, "rows.json"), Path(folder, "answers.json")
        rows.write_text(json.dumps(job | {"tasks": listed}), encoding="utf-8")
        worker = [str(python), str(ROOT / "scripts/peer_worker.py"), tool, str(rows), str(answers)]
        if subprocess.run(worker, env=os.environ | ONE_THREAD | path, check=False).returncode:
            raise SystemExit(f"{tool} failed: see what it printed above")
        return json.loads(answers.read_text(encoding="utf-8"))


def compare(args: argparse.Namespace) -> dict[str, Any]:
    """Code the rows with both tools in turn, and measure."""
    known = soc.load()
    pythons = {
        "sockit": peer_python(args.peer_environment, args.python),
        "socoder": Path(sys.executable),
    }
    tasks = find_tasks(args.sets, args.names, frozenset({MEASURED}))
    every = find_tasks(args.sets, args.names, EVERY_FOLD)
    # Rows of another fold, so that no cache holds a row that is timed.
    warm = find_tasks(args.sets, ("census_index_titles", "ooh_duties"), frozenset({FITTED}))
    warm_rows = {task[0]: plain(task)[:1000] for task in warm.values()}
    job = {"processes": args.processes, "batch": BATCH, "warm": warm_rows}
    rounds: list[dict[str, Any]] = []
    for number in range(args.rounds):
        print(f"round {number + 1} of {args.rounds}", file=sys.stderr)
        done = {tool: work(tool, pythons[tool], tasks, job) for tool in TOOLS}
        rounds.append({tool: own["tasks"] for tool, own in done.items()})
    whole = work("sockit", pythons["sockit"], every, job)["tasks"]
    report: dict[str, Any] = {"sets": {}, "speed": speeds(rounds, tasks), "peak_mib": {}}
    for name, (kind, rows) in tasks.items():
        own = {tool: figures(rows, rounds[-1][tool][name]["answers"], known) for tool in TOOLS}
        own["sockit, every fold"] = figures(every[name][1], whole[name]["answers"], known)
        ours, theirs = (own[x]["levels"]["detailed"]["top_1"] for x in ("socoder", "sockit"))
        ratio = ours / theirs if theirs else None
        report["sets"][name] = {"kind": kind, **own, "top_1_ratio": ratio}
        peaks = report["peak_mib"].setdefault(kind, dict.fromkeys(TOOLS, 0.0))
        for tool in TOOLS:
            peaks[tool] = max(peaks[tool], *(one[tool][name]["peak_mib"] for one in rounds))
    report["run"] = {
        **{tool: own["version"] for tool, own in done.items()},
        "bundle": Bundle.load().info.sha256,
        "rounds": args.rounds,
        "processes": args.processes,
        "batch": BATCH,
    }
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sets", type=Path, default=ROOT.parent / "shared/eval")
    parser.add_argument("--names", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--processes", type=int, default=1, help="of each tool")
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds; the tools take turns")
    parser.add_argument("--peer-environment", type=Path, default=CACHE / PEER.replace("==", "-"))
    parser.add_argument("--python", default=sys.executable, help="makes the peer's environment")
    parser.add_argument("--out", type=Path, help="write all figures to this JSON file")
    parser.add_argument("--page", type=Path, help="put the tables into this page")
    args = parser.parse_args()
    if min(args.processes, args.rounds) < 1:
        parser.error("--processes and --rounds start at 1")
    if args.page and not args.page.is_file():
        parser.error(f"--page {args.page}: no such file")
    if args.page:
        page = args.page.read_text(encoding="utf-8")
        on_page(page, "")  # a page without marks fails now, not after the run
    try:
        report = compare(args)
    except SocoderError as error:
        raise SystemExit(str(error)) from error
    print(tables(report))
    if args.out:
        args.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if args.page:
        args.page.write_text(on_page(page, tables(report)), encoding="utf-8")


if __name__ == "__main__":
    main()
