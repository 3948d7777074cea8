"""Run the examples that the docs show and put what they print into the docs: after each bundle.

python scripts/refresh_docs.py
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import refresh_how_it_decides
from socoder.bundle import Bundle

ROOT = Path(__file__).parents[1]
SAMPLE = "docs/samples/direct_support_professional.txt"
PAGES = ("README.md", "docs/commands.md")
_EXAMPLE = re.compile(r"(```console\n\$ (socoder [^\n]*)\n).*?```", re.DOTALL)
_FIGURES = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->)", re.DOTALL)
# What a first screen has room for: set → its name for a person.
SHOWN = {
    "census_index_titles": "titles of the Census index",
    "census_index_titles: no industry": "… those that no industry decides",
    "dot_titles: not in O*NET": "1991 titles (DOT) that O\\*NET does not have",
    "dol_h2_titles": "titles that employers wrote (H-2)",
    "h1b_titles": "titles coded by employers (H-1B, noisy)",
    "ooh_duties": "lists of duties, no title",
    "postings: human services": "whole postings, human services",
    "postings: others": "whole postings, others",
}


def output(command: str) -> str:
    """What the command prints in 80 columns, without the paths of this machine."""
    run = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        check=True, cwd=ROOT, env=os.environ | {"COLUMNS": "80"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True,
    )  # fmt: skip
    text = run.stdout.replace(f"{ROOT}/", "/path/to/")
    if command == "socoder model info":  # the figures stand in the model card
        text = re.split(r"\n +rows +top", text)[0]
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def refreshed(example: re.Match[str]) -> str:
    """The example with what its command prints now; one that shows no output stays as it is."""
    command = example[2]
    if example[0].count("\n") < 3 or "--json" in command:
        return example[0]
    return f"{example[1]}{output(command)}\n```"


def figures() -> str:
    """The table of measured figures, from the manifest of the shipped bundle."""
    measured = Bundle.load().manifest["figures"]
    lines = [
        "| | rows | right first (95 %) | in the first five | right of those accepted |",
        "|---|---|---|---|---|",
    ]
    for name, text in SHOWN.items():
        own = measured[name]
        detailed, (low, high) = own["levels"]["detailed"], own["top_1_interval"]
        lines.append(
            f"| {text} | {own['rows']:,} | {detailed['top_1']:.2f} ({low:.2f}–{high:.2f})"
            f" | {detailed['top_5']:.2f} | {own['accepted_right']:.2f} of {own['accepted']:.0%} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    for name in PAGES:
        page = ROOT / name
        text = page.read_text(encoding="utf-8")
        text = _EXAMPLE.sub(refreshed, text)
        text = _FIGURES.sub(lambda found: f"{found[1]}{figures()}{found[2]}", text)
        page.write_text(text, encoding="utf-8")
    result = json.loads(output(f"socoder code {SAMPLE} --json"))
    result["alternatives"] = result["alternatives"][:2]
    result["candidate_set"] = result["candidate_set"][:3]
    shown = f"```json\n{json.dumps(result, indent=2, ensure_ascii=False)}\n```"
    page = ROOT / "docs/result.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(
        re.sub(r"```json\n.*?```", lambda _: shown, text, count=1, flags=re.DOTALL),
        encoding="utf-8",
    )
    refresh_how_it_decides.main()


if __name__ == "__main__":
    main()
