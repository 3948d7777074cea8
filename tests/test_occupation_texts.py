"""The occupations in our own words: complete, sound, and kept apart from the official text."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

from socoder import soc
from socoder.occupation_texts import load_texts, official_definitions, search_names

ROOT = Path(__file__).parents[1]
KNOWN = soc.load()
TEXTS = load_texts()


def test_every_occupation_stands_in_the_table_in_published_order() -> None:
    assert tuple(TEXTS) == KNOWN.detailed


def test_titles_are_the_official_ones() -> None:
    with (ROOT / "training_data/occupations.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(row["title"] == KNOWN.title(row["soc_code"]) for row in rows)
    assert all(value.strip() for row in rows for value in row.values())


@pytest.mark.parametrize("code", KNOWN.detailed)
def test_each_text_is_whole(code: str) -> None:
    text = TEXTS[code]
    assert 25 <= len(text.summary.split()) <= 60
    assert 5 <= len(text.duties) <= 8
    assert 5 <= len(text.titles) <= 12
    assert text.distinguishers
    assert text.neighbours
    for neighbour in text.neighbours:
        assert neighbour.what
        assert neighbour.code in TEXTS
        assert neighbour.code != code


def test_no_text_names_a_code_that_does_not_exist() -> None:
    for text in TEXTS.values():
        for found in re.findall(r"\d\d-\d{4}", f"{text.summary} {text.distinguishers}"):
            KNOWN.get(found)


def test_search_finds_everyday_words_and_misspellings() -> None:
    def first(words: str) -> str:
        return KNOWN.search(words, limit=1, texts=search_names())[0].code

    assert first("forklft driver") == "53-7051"
    assert first("case aide") == "21-1093"


def test_the_official_definition_comes_from_the_users_own_copy(tmp_path: Path) -> None:
    assert official_definitions(tmp_path) == {}
    (tmp_path / "soc2018").mkdir()
    path = tmp_path / "soc2018/soc_2018_definitions.csv"
    path.write_text("level,code,title,definition\nDetailed,21-1093,Assistants,Made up. \n")
    official_definitions.cache_clear()
    assert official_definitions(tmp_path) == {"21-1093": "Made up."}


def test_the_projects_texts_are_its_own(reference: Path) -> None:
    script = ROOT / "scripts/check_own_words.py"
    command = [sys.executable, str(script), "--reference", str(reference)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "no run of 8 words" in done.stdout


def test_a_copied_sentence_is_found() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    import check_own_words as check

    official = "Polish the brass lamps of ships and lighthouses with wax and cloth"
    known = set(check.runs(official, 8))
    page = ROOT / "README.md"
    assert list(check.shared(page, known, 8)) == []
    assert set(check.runs(f"They {official.upper()}, as we say.", 8)) & known
    assert not set(check.runs("Polish the brass lamps of ships, then lighthouses", 8)) & known
