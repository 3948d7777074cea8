"""The questions that would settle a code, answered on the Code page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from socoder.cli.ask import understood
from socoder.errors import InputError
from socoder.questions import DUTIES, answered, nothing_said
from socoder.records import Coding, Job, Policy, Posting, Question
from socoder.web.shares import stated_posting

if TYPE_CHECKING:
    from socoder.coder import Coder

MOST_ROUNDS = 4  # an answer can raise questions of its own; so often they are asked
LONGEST = 2000  # characters of one answer


@dataclass(frozen=True, slots=True)
class Settled:
    """What the answers made of a job: its coding, and the questions among which something was
    answered, in the order in which they came up. The coding's own questions are those not yet
    asked."""

    coding: Coding
    asked: tuple[Question, ...] = ()


def checked_answers(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields `answer_ID` that are filled, by the id of their question. Raises InputError for
    an answer that is too long."""
    found = {
        name.removeprefix("answer_"): " ".join(value.split())
        for name, value in fields.items()
        if name.startswith("answer_") and value.strip()
    }
    if any(len(name) > 100 or len(value) > LONGEST for name, value in found.items()):
        raise InputError(f"an answer has more than {LONGEST:,} characters: shorten it")
    return found


def settle(
    coder: Coder, job: Job, shares: Mapping[int, float], answers: Mapping[str, str],
    policy: Policy, top: int,
) -> Settled:  # fmt: skip
    """The job coded with shares of time stated and questions answered. An answer counts if its
    question comes up; those to questions that do not come up (any more) change nothing.

    Raises InputError for an answer that its question does not take."""
    if words := answers.get(DUTIES, ""):
        job = replace(job, text=f"{job.text}\n\nDuties\n- {words}\n".lstrip())
    posting = stated_posting(coder.posting(job), shares)
    found = coder.code_posting(posting, job, policy, top)
    asked = {question.id: question for question in nothing_said()} if words else {}
    done = set(asked)
    for _ in range(MOST_ROUNDS):
        open_now = [q for q in found.questions if q.id in answers and q.id not in done]
        if not open_now:
            break
        told = {question.id: _understood(question, answers[question.id]) for question in open_now}
        done |= told.keys()
        asked = {**asked, **{q.id: q for q in found.questions if q.id not in asked}}
        posting = _placed(posting, found)
        posting = answered(posting, found.questions, told)
        found = coder.code_posting(posting, job, policy, top)
    left = tuple(question for question in found.questions if question.id not in asked)
    return Settled(replace(found, questions=left), tuple(asked.values()))


def _placed(posting: Posting, found: Coding) -> Posting:
    """The posting with its duties at the occupations that they were found to belong to."""
    return replace(posting, duties=found.duties) if found.duties else posting


def _understood(question: Question, said: str) -> float | str | bool:
    share = question.kind == "time" and not said.endswith("%")
    answer = understood(question, f"{said} %" if share else said)
    if answer is None:
        wanted = {"time": "0 to 100 per cent", "yes_no": "yes or no"}.get(
            question.kind, f"one of {', '.join(question.options)}".replace("_", " ")
        )
        raise InputError(f"the answer to “{question.text}” must be {wanted}")
    return answer
