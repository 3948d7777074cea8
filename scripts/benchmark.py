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
    text = SAMPLE.read_text(encoding="utf-8")
    for posting in (text, longer(text)):
        print(f"postings of {len(posting.split())} words, one process: {_timed(posting):.0f}/s")


def longer(text: str) -> str:
    """The sample with more duties: about 250 words."""
    more = (
        "Plan the week's menu with residents and shop within the household budget",
        "Remind residents of their medication and note each dose in the record",
    )
    head, mark, rest = text.partition("• ")
    return head + "".join(f"• {line}\n" for line in more) + mark + rest


def _timed(text: str, seconds: float = 5.0) -> float:
    """Postings a second in this process, once warm; the same text each time."""
    from socoder import Coder, Job

    coder, posting = Coder.load(), Job(text=text)
    coder.code(posting)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        coder.code(posting)
        count += 1
    return count / (time.perf_counter() - started)


def two_processes() -> None:
    """Postings a second of two processes at once, each with one thread."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    text = longer(SAMPLE.read_text(encoding="utf-8"))
    # As in bulk coding: libraries with threads of their own would fight over the cores.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        both = sum(pool.map(_timed, [text, text]))
    print(f"postings of {len(text.split())} words, two processes at once: {both:.0f}/s")


if __name__ == "__main__":
    whole_commands()
    inside()
    two_processes()
