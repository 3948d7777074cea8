"""Parallel clients at the web server: errors, p50 and p95 of the time to answer, memory.

    python scripts/measure_web.py --clients 50 --seconds 60

Starts `socoder serve` on a free port of this machine, lets each client post one text after another
to the Code page, every text another one, and prints the figures as JSON. Warming up is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[1]
WARMING_UP = 12.0  # seconds
POSTING = ROOT / "docs" / "samples" / "direct_support_professional.txt"


def texts(client: int) -> list[dict[str, str]]:
    """Forms of one client: the posting with a duty and a title of its own in each."""
    posting = POSTING.read_text(encoding="utf-8")
    duties = (
        "Prepare payroll",
        "Repair vans",
        "Train new staff",
        "Keep the stock room",
        "Teach art",
    )
    return [
        {
            "title": f"Support worker {client}-{number}",
            "text": posting.replace("• Cook meals", f"• {duty} for team {client}-{number}\n• Cook meals"),
        }
        for number, duty in enumerate(duties)
    ]  # fmt: skip


async def post_for(
    client: int, address: str, end: float, times: list[float], outcomes: Counter[str]
) -> None:
    """Post until the time is over; the seconds of each answer go to `times`."""
    forms, number = texts(client), 0
    async with httpx2.AsyncClient(base_url=address, timeout=120) as session:
        while time.perf_counter() < end:
            form = forms[number % len(forms)]
            begin = time.perf_counter()
            try:
                answer = await session.post("/code", data=form)
                right = answer.status_code == 200 and 'id="soc-code"' in answer.text
                outcomes["right" if right else f"status {answer.status_code}"] += 1
            except httpx2.HTTPError as error:
                outcomes[type(error).__name__] += 1
            times.append(time.perf_counter() - begin)
            number += 1


def memory(server: int) -> list[float]:
    """Resident memory in MiB of the server and of each process that it started: the most that each
    has had so far."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has just ended
            continue
        most, parent = re.search(r"VmHWM:\s+(\d+) kB", text), re.search(r"PPid:\s+(\d+)", text)
        if most and parent:
            found[int(status.parent.name)] = (int(parent[1]), int(most[1]) / 1024)
    return [most for process, (parent, most) in found.items() if server in (process, parent)]


async def measure(
    address: str, clients: int, seconds: float
) -> tuple[list[float], Counter[str], float]:
    """Seconds of every answer, how they came out, and the seconds that all took together."""
    warm = time.perf_counter() + WARMING_UP  # further processes begin, and load what they need
    await asyncio.gather(*(post_for(i, address, warm, [], Counter()) for i in range(4)))
    times: list[float] = []
    outcomes: Counter[str] = Counter()
    begin = time.perf_counter()
    end = begin + seconds
    await asyncio.gather(
        *(post_for(client, address, end, times, outcomes) for client in range(clients))
    )
    return times, outcomes, time.perf_counter() - begin


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--clients", type=int, default=50)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--workers", type=int, default=0, help="0: what the server takes itself")
    asked = options.parse_args()
    load = os.getloadavg()[0]
    workers = ["--workers", str(asked.workers)] if asked.workers else []
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "socoder", "serve", "--port", "0", *workers],
            stderr=subprocess.PIPE, text=True, cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert server.stderr
        try:
            line = server.stderr.readline()
            address = re.search(r"http://\S+", line)
            if not address:
                raise SystemExit(f"the server did not start: {line}")
            times, outcomes, took = asyncio.run(measure(address[0], asked.clients, asked.seconds))
            most = memory(server.pid)
        finally:
            server.terminate()
            server.wait()
    times.sort()
    figures = {
        "clients": asked.clients, "seconds": round(took, 1), "answers": len(times),
        "a_second": round(len(times) / took, 1), "outcomes": dict(outcomes),
        "errors": len(times) - outcomes["right"],
        "p50_seconds": round(times[len(times) // 2], 2),
        "p95_seconds": round(times[int(len(times) * 0.95)], 2),
        "longest_seconds": round(times[-1], 2), "server_memory_mib": round(sum(most)),
        "memory_by_process_mib": [round(each) for each in most],
        "load_average_before": round(load, 1),
    }  # fmt: skip
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
