"""What `socoder bulk` takes, measured from outside on a made-up payroll: time, memory, kills.

    python scripts/measure_bulk.py                       # 1,000,000 rows of 40,000 distinct titles
    python scripts/measure_bulk.py --kills 20 --rows 50000 --titles 3000
    python scripts/measure_bulk.py --peer /path/to/python    # distinct titles a second beside sockit
    python scripts/measure_bulk.py --stand-in --rows 5000000    # memory and checkpoint, no model

Time is wall time of the whole command, cold start included. Memory is that of all its processes
together (proportional set size, so that shared pages count once), sampled ten times a second.
sockit's licence allows non-commercial use only: it is a benchmark here and nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from socoder import soc
from socoder.tabular.atomic import PART

ROOT = Path(__file__).parents[1]
SEED = 7
HEADER = (
    "Employee ID", "Last Name", "First Name", "SSN", "Birth Date", "Email", "Job Title",
    "Department", "Location", "Hours", "Rate", "Gross Pay",
)  # fmt: skip
BEFORE = ("", "Sr. ", "Lead ", "Assistant ", "PT ", "Temporary ", "Certified ")
AFTER = ("", " II", " - Nights", " III", " (0.6 FTE)", ", Per Diem", " - Weekend", " I", " 12hr")
# The command and the libraries with the parts that only such a run needs.
COMMAND = [sys.executable, "-m", "socoder", "bulk"]
PEER_CODE = """
import csv, sys, time
from sockit import title
rows = [row[0] for row in csv.reader(open(sys.argv[1], newline="", encoding="utf-8"))][1:]
title.sort(title.search(title.clean(rows[0])))
started = time.perf_counter()
for row in rows:
    title.sort(title.search(title.clean(row)))
print(len(rows) / (time.perf_counter() - started))
"""

# Answers of the model to 600 titles, given to whatever is asked: cells of true length in no time.
STAND_IN_CODE = """
import sys
from pathlib import Path
from socoder import soc
from socoder.bulk import BulkOptions, run
from socoder.bulk.coding import code_distinct
from socoder.coder import Coder
from socoder.records import Job
known = soc.load()
answers = code_distinct(Coder.load(), [Job(title=known.title(c)) for c in known.detailed[:600]])
def engine(batches):
    for batch in batches:
        yield batch, [answers[int.from_bytes(key[:4], "big") % 600] for key in batch.keys]
run(Path(sys.argv[1]), Path(sys.argv[2]), BulkOptions(department_column="-"), engine=engine)
"""


def titles(count: int, folder: Path | None) -> list[str]:
    """Distinct titles: those of the labelled sets in the folder, else those of the classification,
    with the levels, shifts and marks that payrolls add to them."""
    if folder:
        names = ("census_index_titles", "dot_titles", "dol_h2_titles", "h1b_titles")
        plain = [row["title"] for name in names for row in _rows(folder / f"{name}.csv")]
    else:
        known = soc.load()
        plain = [known.title(code) for code in known.detailed]
    made = (f"{a}{title}{b}" for a, b in itertools.product(BEFORE, AFTER) for title in plain)
    found = list(itertools.islice(dict.fromkeys(made), count))
    if len(found) < count:
        raise SystemExit(f"only {len(found):,} distinct titles can be made: ask for fewer")
    return found


def payroll(path: Path, rows: int, distinct: Sequence[str]) -> None:
    """A payroll of so many rows: each title once, then the frequent ones again and again, in a
    fixed random order. Names and numbers in it are made up."""
    chance = random.Random(SEED)
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(distinct))))
    drawn = [*distinct, *chance.choices(distinct, cum_weights=weights, k=rows - len(distinct))]
    chance.shuffle(drawn)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number, title in enumerate(drawn, 1):
            out.writerow(
                (number, f"Surname{number % 5003}", f"Given{number % 997}",
                 f"{900 + number % 99}-{number % 89 + 10}-{number % 9000 + 1000}",
                 f"19{number % 50 + 50}-0{number % 9 + 1}-1{number % 9}", f"p{number}@example.org",
                 title, f"Unit {number % 37}, East" if number % 5 == 0 else "",
                 f"Site {number % 11}", number % 41, f"{15 + number % 40}.50",
                 f"{number % 90_000 / 7:.2f}")
            )  # fmt: skip


def numbered(path: Path, rows: int) -> int:
    """A payroll in which nine rows of ten have a title of their own; how many titles it has."""
    known = soc.load()
    plain = [known.title(code) for code in known.detailed]
    own = rows * 9 // 10
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for row in range(rows):
            title = row if row < own else row * 7919 % own
            out.writerow(
                (row, "Surname", "Given", "900-10-1000", "1970-01-11", "p@example.org",
                 f"{plain[title % len(plain)]} unit {title}", "", "Site 1", 40, "15.50", "620.00")
            )  # fmt: skip
    return own


def stand_in(source: Path, target: Path, distinct: int) -> None:
    """Prints what a run without a model takes: seconds, memory at each quarter, checkpoint."""
    started = time.perf_counter()
    command = [sys.executable, "-c", STAND_IN_CODE, str(source), str(target)]
    process = subprocess.Popen(command, env=_environment())
    memory, largest = [0.0], 0
    while process.poll() is None:
        memory.append(sum(map(_mib, _family(process.pid))))
        left = list(target.parent.glob(f"{target.name}.socoder-checkpoint*"))
        with contextlib.suppress(OSError):
            largest = max(largest, sum(path.stat().st_size for path in left))
        time.sleep(0.5)
    seconds = time.perf_counter() - started
    quarters = [max(part) for part in _quarters(memory)]
    print(f"{seconds:.0f} s, status {process.returncode}")
    print(f"most memory in each quarter of the time: {', '.join(f'{m:.0f}' for m in quarters)} MiB")
    print(
        f"checkpoint with its log: {largest / 2**20:.0f} MiB at most,"
        f" {largest / distinct:.0f} bytes a distinct text"
    )


def _quarters(found: Sequence[float]) -> Iterator[Sequence[float]]:
    size = -(-len(found) // 4)
    yield from (found[at : at + size] for at in range(0, len(found), size))


def run(arguments: Sequence[str]) -> tuple[float, float, int]:
    """Wall seconds, peak MiB of all processes together, exit status of one command."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, *arguments], stderr=subprocess.DEVNULL, env=_environment()
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(map(_mib, _family(process.pid))))
        time.sleep(0.1)
    return time.perf_counter() - started, peak, process.returncode


def kills(source: Path, folder: Path, count: int, jobs: int) -> int:
    """How many of `count` runs that were killed (signal 9, all processes of the run) at a random
    moment ended with the bytes of an uninterrupted one after --resume. Every third kill waits until
    a random part of the output is written."""
    whole = folder / "whole.csv"
    seconds, _, _ = run([str(source), "-o", str(whole), "-j", str(jobs)])
    wanted, size = _digest(whole), whole.stat().st_size
    chance, same = random.Random(SEED), 0
    for number in range(count):
        target = folder / f"killed{number}.csv"
        command = [*COMMAND, str(source), "-o", str(target), "-j", str(jobs)]
        moment, alive = chance.uniform(0.1, 1.0) * seconds, False
        while not alive:  # a run that was faster than the kill is none
            for path in folder.glob(target.name + "*"):
                path.unlink()
            process = subprocess.Popen(
                command, stderr=subprocess.DEVNULL, start_new_session=True, env=_environment()
            )
            began = time.perf_counter()
            if number % 3 == 2:
                _wait_for(target.with_name(target.name + PART), chance.random() * size, process)
            else:
                time.sleep(moment)
            alive = process.poll() is None
            if alive:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            spent, moment = time.perf_counter() - began, moment * 0.8
        left = sorted(
            path.name.removeprefix(target.name) for path in folder.glob(target.name + "*")
        )
        run([str(source), "-o", str(target), "-j", str(jobs), "--resume"])
        fits = target.is_file() and _digest(target) == wanted
        same += fits
        state = "same bytes" if fits else "DIFFERENT"
        print(f"  kill {number + 1} after {spent:.1f} s (left: {' '.join(left)}): {state}")
        for path in folder.glob(target.name + "*"):
            path.unlink()
    return same


def _wait_for(path: Path, size: float, process: subprocess.Popen[bytes]) -> None:
    """Until the file has so many bytes, or the process has ended."""
    while process.poll() is None:
        with contextlib.suppress(OSError):
            if path.stat().st_size >= size:
                return
        time.sleep(0.01)


def peer_speed(python: Path, distinct: Sequence[str], folder: Path) -> float:
    """Titles a second of sockit on one core, in its own interpreter, loading apart."""
    path = folder / "titles.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["title"], *([title] for title in distinct)])
    done = subprocess.run(
        [str(python), "-I", "-c", PEER_CODE, str(path)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _family(number: int) -> list[int]:
    """The process and all below it."""
    found, new = [number], [number]
    while new:
        below = []
        for parent in new:
            try:
                text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
            except OSError:
                continue
            below += [int(child) for child in text.split()]
        found += below
        new = below
    return found


def _mib(number: int) -> float:
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--titles", type=int, default=40_000, help="distinct ones")
    parser.add_argument("--sets", type=Path, help="folder of the labelled sets: titles as written")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--department", action="store_true", help="let the department be evidence")
    parser.add_argument("--kills", type=int, default=0, help="kill so many runs, and resume each")
    parser.add_argument(
        "--stand-in", action="store_true", help="no model: nearly all titles distinct, any rows"
    )
    parser.add_argument("--peer", type=Path, help="python that has sockit, to be timed as well")
    parser.add_argument("--folder", type=Path, help="where the files go; default: a temporary one")
    args = parser.parse_args()
    if not args.stand_in and args.rows < args.titles:
        parser.error("--rows must be at least --titles")
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        source = folder / "payroll.csv"
        if args.stand_in:
            own = numbered(source, args.rows)
            print(f"{args.rows:,} rows, {own:,} titles, {source.stat().st_size / 2**20:.0f} MiB")
            stand_in(source, folder / "coded.csv", own)
            return
        distinct = titles(args.titles, args.sets)
        payroll(source, args.rows, distinct)
        print(
            f"{args.rows:,} rows, {args.titles:,} titles, {source.stat().st_size / 2**20:.0f} MiB"
        )
        if args.kills:
            same = kills(source, folder, args.kills, args.jobs)
            print(f"{same} of {args.kills} killed runs ended with the same bytes")
            return
        column = [] if args.department else ["--department-column", "-"]
        target = folder / "coded.csv"
        seconds, peak, status = run([str(source), "-o", str(target), "-j", str(args.jobs), *column])
        print(f"whole command: {seconds:.1f} s, {peak:.0f} MiB in all processes, status {status}")
        print(f"{args.titles / seconds:.0f} distinct titles a second through the whole command")
        if args.peer:
            speed = peer_speed(args.peer, distinct, folder)
            print(f"sockit, one core, loading apart: {speed:.0f} titles a second")


if __name__ == "__main__":
    main()
