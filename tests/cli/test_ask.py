"""`socoder code --ask`: questions at a terminal, and what the answers changed."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from socoder.cli import main
from socoder.cli.ask import ask, changes, check_askable, understood
from socoder.errors import InputError
from socoder.records import Coding, Question

TIME = Question("time.21-1015", "How much coaching?", "time", about="21-1015")
YES = Question("licence.rn", "Licensed?", "yes_no")
CHOICE = Question("education", "Which education?", "choice", ("none", "high_school"))


def at_terminal(monkeypatch: pytest.MonkeyPatch, typed: str, tty: bool = True) -> None:
    stream = io.TextIOWrapper(io.BytesIO(typed.encode()))
    monkeypatch.setattr(stream, "isatty", lambda: tty, raising=False)
    monkeypatch.setattr(sys, "stdin", stream)


def lines(*said: str) -> Callable[[str], str]:
    left: Iterator[str] = iter(said)
    return lambda prompt: next(left)


@pytest.mark.parametrize(
    ("question", "said", "answer"),
    [
        (TIME, "40", 0.4),
        (TIME, "40 %", 0.4),
        (TIME, "0.4", 0.4),
        (TIME, "0,4", 0.4),
        (TIME, "1 percent", 0.01),
        (TIME, "0", 0.0),
        (TIME, "120", None),
        (TIME, "half", None),
        (YES, "Yes", True),
        (YES, "n", False),
        (YES, "perhaps", None),
        (CHOICE, "2", "high_school"),
        (CHOICE, "High school", "high_school"),
        (CHOICE, "3", None),
        (Question("duties", "What?", "text"), "Cook", "Cook"),
    ],
)
def test_answers_are_understood(question: Question, said: str, answer: Any) -> None:
    assert understood(question, said) == answer


def test_a_question_is_asked_until_understood_and_may_be_skipped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = ask((TIME, YES, CHOICE), lines("half", "50", "", "1"))
    assert given == {"time.21-1015": 0.5, "education": "none"}
    assert "Not understood" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("names", "tty"), [(["a.txt", "b.txt"], True), (["-"], True), ([""], False)]
)
def test_it_needs_one_job_and_a_terminal(
    names: list[str], tty: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_terminal(monkeypatch, "", tty)
    with pytest.raises(InputError, match="--ask"):
        check_askable(names)


def test_without_a_terminal_the_command_says_so(
    fake: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_terminal(monkeypatch, "", tty=False)
    assert main(["code", "--title", "DSP", "--ask"]) == 2
    assert "--ask needs a terminal" in capsys.readouterr().err


def test_it_asks_codes_again_and_shows_what_changed(
    fake: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_terminal(monkeypatch, "40\n2\n")
    assert main(["code", "--title", "DSP", "--ask", "--json"]) == 0
    out, err = capsys.readouterr()
    assert "job coaching" in err and "2 high school" in err
    assert "changed from 31-1122 Personal Care Aides to 21-1015" in err
    found = json.loads(out)
    assert found["answers"] == {"time.21-1015": 0.4, "education": "high_school"}
    assert found["soc_code"] == "21-1015"
    assert any(duty.soc_code == "21-1015" for duty in fake.answered.duties)


def test_skipping_everything_changes_nothing(
    fake: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_terminal(monkeypatch, "\n\n")
    assert main(["code", "--title", "DSP", "--ask"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("31-1122") and "nothing changed" in err
    assert fake.answered is None


def test_changes_are_told_in_plain_words(coding: Coding, uncodable: Coding) -> None:
    assert list(changes(coding, coding)) == ["The code stays 31-1122 Personal Care Aides."]
    said = " ".join(changes(uncodable, coding))
    assert "changed from no code to 31-1122" in said and "New doubt: low confidence" in said
