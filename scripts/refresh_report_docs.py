"""Put what the reports print on the sample provider into docs/funding.md: after each new bundle.

    python scripts/make_sample_provider.py && python scripts/refresh_report_docs.py

docs/reports.md quotes single lines; its test names those that differ. The prose around the tables,
which quotes figures too, is for a person to read again.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE, SAMPLE = ROOT / "docs" / "funding.md", ROOT / "docs" / "samples" / "provider"
_BLOCK = re.compile(r"(```console\n(?:\$ [^\n]*\n)*)(.*?)(```)", re.DOTALL)


def printed(command: str) -> list[str]:
    """The lines that the command prints, without the empty ones."""
    run = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)], check=True, cwd=SAMPLE,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True,
    )  # fmt: skip
    return [line.rstrip() for line in run.stdout.splitlines() if line.strip()]


def renewed(block: str, lines: list[str]) -> str:
    """The lines that a block of the page quotes now: from its first line on, as many tables or
    lists as it had (what is not indented, and no item of a list, begins one)."""
    old = [line for line in block.splitlines() if line.strip()]
    count = sum(map(_begins, old))
    places = [at for at, line in enumerate(lines) if line == old[0]]
    # A table may bear the title of the whole report: its second line tells them apart.
    start = next((at for at in places if lines[at + 1] == old[1]), places[0])
    begun = 0
    for end, line in enumerate(lines[start:], start):
        begun += _begins(line)
        if begun > count:
            return "\n".join(lines[start:end]) + "\n"
    return "\n".join(lines[start:]) + "\n"


def _begins(line: str) -> bool:
    return not line.startswith((" ", "- ", "─"))


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    (command,) = re.findall(r"^\$ (socoder report funding .*)$", text, re.MULTILINE)
    lines = printed(command)
    text = _BLOCK.sub(lambda found: found[1] + renewed(found[2], lines) + found[3], text)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
