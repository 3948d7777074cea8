"""Code rows with one tool and time it: the half of compare_peers.py that runs once for each tool.

    python scripts/peer_worker.py socoder|sockit ROWS.json ANSWERS.json

It runs in the environment of its tool, so that it imports the standard library and that tool alone.
ROWS: {"processes", "batch", "warm": {kind: rows}, "tasks": {name: {"kind", "rows"}}}; a row is
[title, text]; the kinds are "titles" and "texts". ANSWERS: {"version", "tasks": {name: {"seconds",
"processor_seconds", "peak_mib", "answers"}}}; an answer is the tool's first ten codes as it spells them, each with its
confidence, empty where it has none. Only the coding is timed: each process has loaded its tool and
coded the rows to warm up on, which are of other folds, and texts that are read from files lie in files.
"""

from __future__ import annotations

import importlib
import itertools
import json
import math
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOP = 10
WAIT_S = 300
Row = list[str]
Answer = list[tuple[str, float]]
_prepared: dict[str, Any] = {}


def _socoder(kind: str, rows: list[Row]) -> list[Answer]:
    """The default path of the shipped bundle; titles and texts go the same way."""
    from socoder import Coder, Job

    if "coder" not in _prepared:
        _prepared["coder"] = Coder.load()
    codings = _prepared["coder"].code_batch([Job(title=title, text=text) for title, text in rows])
    return [
        [
            (coding.soc_code, coding.confidence.detailed),
            *((other.soc_code, other.probability) for other in coding.alternatives[: TOP - 1]),
        ]
        if coding.soc_code
        else []
        for coding in codings
    ]


def _sockit(kind: str, rows: list[Row]) -> list[Answer]:
    """Titles as its command line codes them; texts, here paths of text files, by its coder of
    postings, whose figure is a similarity."""
    if kind == "titles":
        from sockit import title as titles

        return [
            [(x["soc"], x["prob"]) for x in titles.sort(titles.search(titles.clean(row[0])))[:TOP]]
            for row in rows
        ]
    from sockit.parse import parse_job_posting

    answers: list[Answer] = []
    for _, path in rows:
        try:
            found = parse_job_posting(path)["Occupations"]
        except Exception:  # its way to say that it found none of its skills in the text
            found = []
        answers.append([(x["soc"], float(x["similarity_score"])) for x in found[:TOP]])
    return answers


TOOLS: dict[str, Callable[[str, list[Row]], list[Answer]]] = {
    "socoder": _socoder,
    "sockit": _sockit,
}


def peak_mib() -> float:
    """Peak resident memory of this process. Linux tells it without what its parent held."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def batches(rows: list[Row], size: int, processes: int) -> list[list[Row]]:
    """The rows in batches of `size`, or of fewer where some process would have none."""
    size = max(1, min(size, math.ceil(len(rows) / processes)))
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _warm_up(tool: str, kind: str, rows: list[Row], all_ready: Any = None) -> None:
    TOOLS[tool](kind, rows)
    if all_ready is not None:
        all_ready.wait(WAIT_S)


def _code(batch: tuple[str, str, list[Row]]) -> tuple[list[Answer], float, float]:
    tool, kind, rows = batch
    started = time.process_time()
    answers = TOOLS[tool](kind, rows)
    return answers, time.process_time() - started, peak_mib()


def run(tool: str, job: dict[str, Any]) -> dict[str, Any]:
    """Task → seconds, peak memory of the largest process, answers. Titles come before texts, so
    that their peak does not hold what only texts need."""
    done = {}
    processes = job["processes"]
    for kind, tasks in itertools.groupby(job["tasks"].items(), lambda task: task[1]["kind"]):
        pool, code = None, map
        if processes > 1:
            all_ready = multiprocessing.Barrier(processes + 1)
            setup = (tool, kind, job["warm"][kind], all_ready)
            pool = multiprocessing.Pool(processes, _warm_up, setup)
            all_ready.wait(WAIT_S)
            code = pool.imap
        else:
            _warm_up(tool, kind, job["warm"][kind])
        for name, task in tasks:
            work = [(tool, kind, own) for own in batches(task["rows"], job["batch"], processes)]
            started = time.perf_counter()
            coded = list(code(_code, work))
            seconds = time.perf_counter() - started
            done[name] = {
                "seconds": seconds,
                "processor_seconds": sum(used for _, used, _ in coded),
                "peak_mib": max(peak for _, _, peak in coded),
                "answers": [answer for own, _, _ in coded for answer in own],
            }
        if pool is not None:
            pool.terminate()
    return done


def in_files(rows: list[Row], folder: Path) -> list[Row]:
    """The texts, each headed by its title, as files of the folder."""
    folder.mkdir()
    paths = [folder / f"{number}.txt" for number in range(len(rows))]
    for path, (title, text) in zip(paths, rows):  # noqa: B905 (Python 3.9 has no strict=)
        path.write_text(f"{title}\n{text}".strip(), encoding="utf-8")
    return [["", str(path)] for path in paths]


def main() -> None:
    tool, rows, answers = sys.argv[1:]
    job = json.loads(Path(rows).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        if tool == "sockit":
            job["warm"]["texts"] = in_files(job["warm"]["texts"], Path(folder, "warm"))
            for name, task in job["tasks"].items():
                if task["kind"] == "texts":
                    task["rows"] = in_files(task["rows"], Path(folder, name))
        tasks = run(tool, job)
    version = importlib.import_module(tool).__version__
    Path(answers).write_text(json.dumps({"version": version, "tasks": tasks}), encoding="utf-8")


if __name__ == "__main__":
    main()
