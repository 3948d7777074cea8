"""Misspelt words of titles: which are mended, and which are left alone."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder.spelling import (
    LEAST_ATTESTED,
    LEAST_LETTERS,
    known_words,
    mend,
    mended,
    vocabulary,
)
from socoder.title_words import root
from socoder.titles import clean

_LONG = sorted(w for w, n in vocabulary().items() if len(w) > LEAST_LETTERS and n > 50)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Restaruant Managre", "restaurant manager"),
        ("Regisered Nurse", "registered nurse"),
        ("Truck Drivver", "truck driver"),
        ("Warehouse Supervixor", "warehouse supervisor"),
        ("Operatorr", "operator"),
        ("Body Finishr", "body finisher"),
        ("Enginers", "engineer"),
        ("Acocuntants", "accountant"),
        ("Senoir Accountant", "accountant"),  # a level all the same
        ("Cutsomer Service Rep - Nigths", "customer service representative"),
    ],
)
def test_one_slip_is_mended(title: str, expected: str) -> None:
    assert clean(title).variants[0] == expected


@pytest.mark.parametrize(
    "word",
    [
        "nurse", "taylor", "publix", "magento", "iseries", "payables", "marbler", "guideline",
        "leverage", "nigth", "ab1cd", "k12th", "wxyzq", "electrn", "mngr", "stna", "tourism",
    ],
)  # fmt: skip
def test_other_words_stay(word: str) -> None:
    # "nigth" is short, so that a swap must lead to a frequent word
    assert mended(word) == (word if word != "nigth" else "night")


def test_what_was_mended_is_said() -> None:
    assert clean("Restaruant Managre").expanded == ("restaruant → restaurant", "managre → manager")
    assert clean("Restaruant Cook II").expanded == ("restaruant → restaurant",)
    notes: list[str] = []
    assert mend(["registerd", "nurse"], notes) == ["registered", "nurse"]
    assert notes == ["registerd → registered"]


def test_a_title_that_is_spelled_right_says_nothing() -> None:
    assert clean("Registered Nurse").expanded == ()


@given(st.sampled_from(_LONG), st.integers(0, 30), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_mending_twice_changes_nothing(word: str, at: int, letter: str) -> None:
    at %= len(word)
    for misspelt in (word[:at] + letter + word[at:], word[:at] + word[at + 1 :]):
        once = mended(root(misspelt))
        assert mended(once) == once
        variant = clean(f"{misspelt} clerk").variants[0]
        assert clean(variant).variants[0] == variant


def test_known_words_are_closed_under_root() -> None:
    assert {word for word in vocabulary() if root(word) not in known_words()} <= {
        word for word in vocabulary() if len(root(word)) < LEAST_LETTERS - 1
    }


def test_the_vocabulary_is_small_and_loads_fast() -> None:
    text = "\n".join(f"{word} {number}" for word, number in vocabulary().items())
    assert len(text) < 300_000
    assert min(vocabulary().values()) >= 1 and LEAST_ATTESTED > 1
    code = (
        "import time, socoder.titles, socoder.spelling as s; t = time.process_time();"
        "s.known_words(); print(time.process_time() - t)"
    )
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(runs) < 0.05  # 8 ms on the machine it was written on


def test_a_long_text_of_strange_words_takes_no_time() -> None:
    started = time.process_time()
    clean("qwertzuiop" * 1_000)
    clean(" ".join(f"qwert{letter}xyz" for letter in "abcdefghijklmnopqrstuvwxyz"))
    assert time.process_time() - started < 1
