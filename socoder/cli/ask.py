"""`socoder code --ask`: the questions that would settle a code, asked at the terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from socoder.errors import InputError
from socoder.records import Coding, Job, Policy, Question

if TYPE_CHECKING:
    from socoder.coder import Coder

Answers = dict[str, float | str | bool]
_NUMBER = re.compile(r"(\d*[.,]?\d+)\s*(%|percent)?")
_HOW = {
    "time": "per cent of the time, or Enter to skip",
    "yes_no": "yes or no, or Enter to skip",
    "choice": "its number, or Enter to skip",
    "text": "in a few words, or Enter to skip",
}


def check_askable(names: Sequence[str]) -> None:
    """Raises InputError unless there is one input and somebody at a terminal to ask."""
    if len(names) != 1:
        raise InputError("--ask is about one job: name one file, or give --title alone")
    if names[0] == "-" or sys.stdin is None or not sys.stdin.isatty():
        raise InputError(
            "--ask needs a terminal to ask at: name the posting as a file, and pipe nothing in;"
            " without one, `questions` in --json holds what to ask"
        )


def ask(questions: Sequence[Question], read: Callable[[str], str] | None = None) -> Answers:
    """Ask each question until the answer is understood; skipped ones are left out. `read` prints
    its prompt and returns a line."""
    line = read or _prompt
    answers: Answers = {}
    for question in questions:
        text = question.text
        if question.kind == "choice":
            options = (
                f"  {i} {name.replace('_', ' ')}" for i, name in enumerate(question.options, 1)
            )
            text = "\n".join((text, *options))
        while said := line(f"{text}\n({_HOW[question.kind]})").strip():
            answer = understood(question, said)
            if answer is not None:
                answers[question.id] = answer
                break
            typer.echo(f"Not understood: {_HOW[question.kind]}.", err=True)
    return answers


def understood(question: Question, said: str) -> float | str | bool | None:
    """The answer as the question's kind wants it; None if it is none. "40", "40 %" and "0.4" are
    the same share of time."""
    if question.kind == "time":
        found = _NUMBER.fullmatch(said.lower())
        if not found:
            return None
        number = float(found[1].replace(",", "."))
        share = number / 100 if found[2] or number > 1 else number
        return share if share <= 1 else None
    if question.kind == "yes_no":
        return {"y": True, "yes": True, "n": False, "no": False}.get(said.lower())
    if question.kind == "choice":
        by_number = {str(i): name for i, name in enumerate(question.options, 1)}
        by_name = {name.replace("_", " "): name for name in question.options}
        return by_number.get(said) or by_name.get(said.lower().replace("_", " "))
    return said


def recoded(
    coder: Coder, job: Job, coding: Coding, answers: Mapping[str, float | str | bool],
    policy: Policy, top: int,
) -> Coding:  # fmt: skip
    """The job coded again with the answers in it."""
    from socoder.questions import DUTIES, answered

    told = dict(answers)
    if words := told.pop(DUTIES, ""):
        job = replace(job, text=f"{job.text}\n\nDuties\n- {words}\n".lstrip())
        coding = coder.code(job, policy, top)
    posting = coder.posting(job)
    if coding.duties:
        posting = replace(posting, duties=coding.duties)
    known = {question.id for question in coding.questions}
    still = {key: answer for key, answer in told.items() if key in known}
    if not still:
        return coding
    return coder.code_posting(answered(posting, coding.questions, still), job, policy, top)


def changes(before: Coding, after: Coding) -> Iterator[str]:
    """What the answers changed, a line each."""
    if before.soc_code != after.soc_code:
        old = f"{before.soc_code} {before.soc_title}".strip() or "no code"
        yield f"The code changed from {old} to {after.soc_code} {after.soc_title}."
    else:
        yield f"The code stays {after.soc_code} {after.soc_title}."
    if before.decided_by != after.decided_by:
        yield f"It is decided by {after.decided_by} now, not {before.decided_by or 'nothing'}."
    was, now = before.confidence.detailed, after.confidence.detailed
    if f"{was:.0%}" != f"{now:.0%}":
        yield f"Its confidence went from {was:.0%} to {now:.0%}."
    gone = [each for each in before.review_reasons if each not in after.review_reasons]
    come = [each for each in after.review_reasons if each not in before.review_reasons]
    for word, reasons in (("Settled", gone), ("New doubt", come)):
        if reasons:
            yield f"{word}: {', '.join(reasons).replace('_', ' ')}."


def _prompt(text: str) -> str:
    """A line typed under a prompt on standard error: standard output is for the coding alone."""
    typer.echo(f"{text}: ", nl=False, err=True)
    return sys.stdin.readline()
