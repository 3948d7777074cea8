"""The form of the Code page → a job, and the job → its answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from socoder.cli.ask import changes
from socoder.errors import InputError
from socoder.records import POLICIES, Coding, Job, Policy, Question
from socoder.web.answers import checked_answers, settle
from socoder.web.settings import MAX_TEXT

if TYPE_CHECKING:
    from socoder.coder import Coder

RUNNERS_UP = 9
_MOST_FIELD = 2000  # characters of a title or a field of context
_CONTEXT = ("industry", "department", "education", "employer_type")


@dataclass(frozen=True, slots=True)
class CodeForm:
    """What was asked on the Code page. `shares` holds the duties whose share of time (0–1) a
    person stated, by their place; `answers` what was answered, by the id of the question."""

    job: Job = field(default_factory=Job)
    policy: Policy = "guideline"
    shares: Mapping[int, float] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A coding, what changed against the text alone, and the questions among which something was
    answered."""

    coding: Coding
    changes: tuple[str, ...] = ()
    answered: tuple[Question, ...] = ()


def read_form(fields: Mapping[str, str], with_shares: bool, with_answers: bool = False) -> CodeForm:
    """The form in its fields. Shares come as `share_3` in per cent with `was_3`, what was shown
    before: those that differ are stated now, those named in `said` were stated earlier. Answers
    come as `answer_` with the id of their question.

    Raises InputError for a text that is too long, an unknown policy, a share that is none."""
    values = {name: fields.get(name, "").strip() for name in ("title", "text", *_CONTEXT)}
    check_size(values["text"], *(values[name] for name in ("title", *_CONTEXT)))
    shares = _shares(fields) if with_shares else {}
    answers = checked_answers(fields) if with_answers else {}
    policy = checked_policy(fields.get("policy", "guideline"))
    return CodeForm(Job(**values), policy, shares, answers)


def check_size(text: str, *short: str) -> None:
    """Raises InputError for a text or a field that is too long for one job."""
    if len(text) > MAX_TEXT:
        raise InputError(
            f"the text has more than {MAX_TEXT:,} characters: give the text of one job"
        )
    if any(len(each) > _MOST_FIELD for each in short):
        raise InputError(
            f"the title or a field has more than {_MOST_FIELD:,} characters: shorten it"
        )


def checked_policy(name: str) -> Policy:
    """The policy of that name; raises InputError for an unknown one."""
    for policy in POLICIES:
        if policy == name:
            return policy
    raise InputError(f"the policy must be one of {', '.join(POLICIES)}")


def _shares(fields: Mapping[str, str]) -> dict[int, float]:
    said = {int(each) for each in fields.get("said", "").split(",") if _is_index(each)}
    found = {}
    for name, value in fields.items():
        place = name.removeprefix("share_")
        if not name.startswith("share_") or not _is_index(place):
            continue
        index = int(place)
        if value.strip() != fields.get(f"was_{place}", "").strip() or index in said:
            found[index] = _share(value, index)
    return found


def _share(value: str, index: int) -> float:
    try:
        points = float(value.strip().rstrip("%").replace(",", "."))
    except ValueError:
        points = math.nan
    if not 0 <= points <= 100:  # also false for what is no number
        raise InputError(f"the share of duty {index + 1} must be 0 to 100 per cent")
    return points / 100


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def answer(coder: Coder, form: CodeForm, top: int = RUNNERS_UP) -> Answer:
    """The coding of a form. Raises InputError where there is nothing to code, or where a share is
    given for a duty that the text does not have."""
    from socoder.read import read_text

    found = read_text(form.job.text, form.job.title)
    job = replace(form.job, title=found.title, text=found.text)
    if not form.shares and not form.answers:
        return Answer(coder.code(job, form.policy, top))
    posting = coder.posting(job)
    if form.shares and max(form.shares) >= len(posting.duties):
        raise InputError(
            f"a share is given for duty {max(form.shares) + 1}, but the text has"
            f" {len(posting.duties)}: code the text again first"
        )
    before = coder.code_posting(posting, job, form.policy, top)
    after = settle(coder, job, form.shares, form.answers, form.policy, top)
    if not form.shares and not after.asked:
        return Answer(before)
    return Answer(after.coding, tuple(changes(before, after.coding)), after.asked)
