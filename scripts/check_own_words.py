"""Fail if a text of the project shares a run of words with an official reference text.

    python scripts/check_own_words.py [--reference ../shared/reference] [--run 8]

Runs inside official titles are let through: titles are facts. Without the reference folder there
is nothing to compare with; the check says so and passes.
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT_FILES = {
    ".md", ".py", ".csv", ".toml", ".json", ".jsonl", ".txt", ".html", ".js", ".css", ".yml", ".yaml",
}  # fmt: skip
# The licence and the tokenizer's vocabulary are others' words by their nature.
NOT_OURS = {"LICENSE", "models/default/tokenizer.json"}
_WORD = re.compile(r"[a-z]+")  # numbers and codes are facts
# File → the column of running text and the column of titles ("" for none).
COLUMNS = {
    "soc2018/soc_2018_definitions.csv": ("definition", "title"),
    "soc2018/soc_2018_direct_match_titles.csv": ("", "title"),
    "onet_30_1/Occupation Data.txt": ("Description", "Title"),
    "onet_30_1/Task Statements.txt": ("Task", ""),
    "onet_30_1/Emerging Tasks.txt": ("Task", ""),
    "onet_30_1/DWA Reference.txt": ("DWA Title", ""),
    "onet_30_1/IWA Reference.txt": ("IWA Title", ""),
    "onet_30_1/Alternate Titles.txt": ("", "Alternate Title"),
    "onet_30_1/Job Zone Reference.txt": ("Experience", "Name"),
}
Run = tuple[str, ...]


def runs(text: str, length: int) -> Iterator[Run]:
    """Every run of `length` words, lower case, numbers and punctuation aside."""
    words = _WORD.findall(text.lower())
    for start in range(len(words) - length + 1):
        yield tuple(words[start : start + length])


def official_runs(reference: Path, length: int) -> set[Run]:
    """The runs of all reference texts, without those that stand in a title."""
    texts: set[Run] = set()
    titles: set[Run] = set()
    for name, (text, title) in COLUMNS.items():
        delimiter = "\t" if name.endswith(".txt") else ","
        with (reference / name).open(newline="", encoding="utf-8-sig") as file:
            for row in csv.DictReader(file, delimiter=delimiter):
                texts.update(runs(row.get(text, ""), length))
                titles.update(runs(row.get(title, ""), length))
    for manual in (reference / "manual").glob("*.txt"):
        texts.update(runs(manual.read_text(encoding="utf-8"), length))
    return texts - titles


def project_files() -> list[Path]:
    """The text files that git tracks or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.splitlines() if name not in NOT_OURS]
    return [path for path in paths if path.suffix in TEXT_FILES and path.is_file()]


def shared(path: Path, known: set[Run], length: int) -> Iterator[str]:
    """One message for each line of the file that shares a run."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        found = next((run for run in runs(line, length) if run in known), None)
        if found:
            yield f"{path.relative_to(ROOT)}:{number}: {' '.join(found)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--reference", type=Path, default=ROOT.parent / "shared/reference")
    parser.add_argument("--run", type=int, default=8, help="words in a row that count as copied")
    arguments = parser.parse_args()
    if not arguments.reference.is_dir():
        print(f"own words: no reference texts in {arguments.reference}, nothing to compare with")
        return
    known = official_runs(arguments.reference, arguments.run)
    found = [line for path in project_files() for line in shared(path, known, arguments.run)]
    print("\n".join(found) or f"own words: no run of {arguments.run} words is shared")
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
