"""The object of the published schema → a Coding: what the desk keeps goes through the same pages
as what was coded just now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from socoder.records import (
    Candidate,
    Coding,
    Confidence,
    Contribution,
    Doubt,
    Duty,
    Hinge,
    Material,
    ModelInfo,
    Question,
    Requirement,
    RuleStep,
    Settings,
    Supported,
)

R = TypeVar("R")
_LISTS: Mapping[str, type] = {
    "alternatives": Candidate, "material": Material, "duties": Duty, "requirements": Requirement,
    "rules": RuleStep, "contributions": Contribution, "questions": Question, "hinges": Hinge,
    "doubts": Doubt,
}  # fmt: skip
_RECORDS: Mapping[str, type] = {
    "confidence": Confidence, "supported": Supported, "settings": Settings, "model": ModelInfo,
}  # fmt: skip


def coding_of(whole: Mapping[str, Any]) -> Coding:
    """The coding that `Coding.to_dict` made this of; what that leaves out (rules that had nothing
    to say, which duties are generic) has its default. Fields of a later version are skipped."""
    values: dict[str, Any] = {}
    for name in Coding.__dataclass_fields__:
        if name not in whole:
            continue
        value = whole[name]
        if name in _LISTS:
            values[name] = tuple(_record(_LISTS[name], each) for each in value)
        elif name in _RECORDS:
            values[name] = _record(_RECORDS[name], value)
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    return Coding(**values)


def _record(kind: type[R], value: Mapping[str, Any]) -> R:
    fields = kind.__dataclass_fields__  # type: ignore[attr-defined]
    known = {name: each for name, each in value.items() if name in fields}
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in known.items()})
