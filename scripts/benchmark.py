"""Time the command line as a user feels it, and the coder inside: `make bench`.

Whole commands run in turn with a baseline (the same interpreter importing numpy), so that the
ratios hold when the machine's speed drifts. Times are wall seconds, memory is the peak resident
set of the process in MiB.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "docs/samples/direct_support_professional.txt"
RUNS = 7
COMMANDS = {
    "baseline: import numpy": [sys.executable, "-c", "import numpy"],
    "socoder --help": [sys.executable, "-m", "socoder", "--help"],
    "socoder code --title": [sys.executable, "-m", "socoder", "code", "--title", "Job Coach"],
    "socoder code POSTING": [sys.executable, "-m", "socoder", "code", str(SAMPLE)],
}


def run(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MiB of one run."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)}: ended with status {status}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def whole_commands() -> None:
    for command in COMMANDS.values():
        run(command)  # a first read of the files from disk does not count
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    peaks: dict[str, float] = dict.fromkeys(COMMANDS, 0.0)
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            seconds, peak = run(command)
            times[name].append(seconds)
            peaks[name] = max(peaks[name], peak)
    base = statistics.median(times["baseline: import numpy"])
    print(f"{'command':28} {'median s':>9} {'max s':>7} {'x baseline':>11} {'MiB':>6}")
    for name, own in times.items():
        middle = statistics.median(own)
        print(f"{name:28} {middle:9.2f} {max(own):7.2f} {middle / base:11.1f} {peaks[name]:6.0f}")


def inside() -> None:
    """Titles and postings a second on one core, loading apart."""
    from socoder import Coder, Job

    started = time.perf_counter()
    coder = Coder.load()
    print(f"\nload of the bundle: {time.perf_counter() - started:.2f} s")
    codes = coder.classification.detailed
    titles = [Job(title=coder.classification.title(code)) for code in codes] * 2
    coder.code_batch(titles[:50])
    started = time.perf_counter()
    coder.code_batch(titles)
    print(f"bare titles: {len(titles) / (time.perf_counter() - started):.0f}/s")
    posting = Job(text=SAMPLE.read_text(encoding="utf-8"))
    coder.code(posting)
    started = time.perf_counter()
    for _ in range(50):
        coder.code(posting)
    words = len(posting.text.split())
    print(f"postings of {words} words: {50 / (time.perf_counter() - started):.0f}/s")


if __name__ == "__main__":
    whole_commands()
    inside()
