"""The published JSON Schema of a coding: it holds what the records hold, and refuses what they must not."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from socoder import records
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

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "docs" / "result.md"
SCHEMA = json.loads((ROOT / "socoder" / "data" / "coding.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CODING = Coding(
    title="Job Coach",
    soc_code="21-1015",
    soc_title="Rehabilitation Counselors",
    confidence=Confidence(0.9, 0.95, 0.97, 1.0),
    supported=Supported("broad", "21-1010", 0.95),
    status="accepted",
    review_reasons=("policy_sensitive",),
    policy="guideline",
    by_policy={"guideline": "21-1015", "time": "21-1015", "weighted": "21-1015"},
    settings=Settings(),
    alternatives=(Candidate("21-1093", "Social and Human Service Assistants", 0.1, "less skill"),),
    candidate_set=("21-1015",),
    material=(Material("21-1015", 1.0, 5, (0,), (0,)),),
    duties=(
        Duty("Coach at the job site", 0.9, "stated", False, "21-1015", "Rehabilitation Couns.", 5),
        Duty("Write notes", 0.1, "inferred", True),
    ),
    requirements=(Requirement("High school diploma", "education", "high_school"),),
    rules=(RuleStep("most-time", "Guideline 2", "One occupation."),),
    contributions=(Contribution("title", -0.5),),
    role_tags=("direct_support_professional",),
    questions=(
        Question(
            "time.21-1015",
            "How much time goes to coaching?",
            "time",
            affects=("21-1015", "21-1093"),
            about="21-1015",
        ),
    ),
    model=ModelInfo("default", "0" * 64, "O*NET 30.1"),
    rules_version="1",
    decided_by="most-time",
    hinges=(Hinge("time", "most_time", "21-1093", 0.02, "decided by 2 points of time share"),),
    doubts=(Doubt("policy_sensitive", "It would be 21-1093 by time: is that the policy?"),),
)


def valid() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(CODING.to_dict()))
    return found


def documented() -> dict[str, Any]:
    """The example of docs/result.md."""
    (block,) = re.findall(r"```json\n(.*?)```", RESULT.read_text(encoding="utf-8"), re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    return found


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_coding_is_valid() -> None:
    VALIDATOR.validate(valid())


def test_an_uncodable_coding_is_valid() -> None:
    nothing = valid() | {
        "status": "uncodable", "soc_code": "", "soc_title": "", "by_policy": {},
        "supported": {"level": "", "code": "", "probability": 0.0},
        "alternatives": [], "candidate_set": [], "material": [], "duties": [], "rules": [],
    }  # fmt: skip
    VALIDATOR.validate(nothing)


def test_the_schema_names_every_field_of_the_record_and_requires_it() -> None:
    names = {field.name for field in fields(Coding)}
    assert names == set(SCHEMA["required"])
    assert names <= set(SCHEMA["properties"])
    assert set(valid()) == names


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("alternatives", Candidate),
        ("contributions", Contribution),
        ("requirements", Requirement),
        ("settings", Settings),
        ("confidence", Confidence),
        ("supported", Supported),
        ("model", ModelInfo),
        ("questions", Question),
        ("hinges", Hinge),
        ("doubts", Doubt),
    ],
)
def test_the_parts_have_the_fields_of_their_records(name: str, record: type) -> None:
    part = SCHEMA["properties"][name]
    part = part.get("items", part)
    assert set(part["properties"]) == {field.name for field in fields(record)}
    assert set(part["required"]) <= set(part["properties"])


def test_the_values_allowed_are_those_of_the_records() -> None:
    whole = SCHEMA["properties"]
    assert whole["status"]["enum"] == list(get_args(records.Status))
    assert SCHEMA["$defs"]["policy"]["enum"] == list(records.POLICIES)
    assert whole["supported"]["properties"]["level"]["enum"] == ["", *records.LEVELS]
    requirement = whole["requirements"]["items"]["properties"]
    assert requirement["kind"]["enum"] == list(get_args(records.RequirementKind))
    duty = whole["duties"]["items"]["properties"]
    assert duty["time_source"]["enum"] == list(get_args(records.TimeSource))
    assert whole["schema"]["const"] == CODING.schema


def test_fields_may_be_added() -> None:
    more = valid() | {"cost": 3}
    more["duties"][0]["place"] = "van"
    VALIDATOR.validate(more)


def _set(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(found: dict[str, Any]) -> None:
        part: Any = found
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("schema", to="socoder.coding/2"),
        _set("soc_code", to="211015"),
        _set("soc_code", to=""),
        _set("status", to="done"),
        _set("status", to="uncodable"),
        _set("policy", to="skill"),
        _set("by_policy", "skill", to="21-1015"),
        _set("confidence", "detailed", to=1.1),
        _set("confidence", "broad", to=None),
        _set("supported", "level", to="fine"),
        _set("review_reasons", to=["Low confidence"]),
        _set("review_reasons", to=["all_other", "all_other"]),
        _set("settings", "skill_difference", to=0),
        _set("alternatives", 0, "probability", to=-0.1),
        _set("material", 0, "skill_level", to=6),
        _set("duties", 0, "time_source", to="guessed"),
        _set("duties", 0, "time_share", to=40),
        _set("duties", 0, "text", to=""),
        _set("requirements", 0, "kind", to="wish"),
        _set("rules", 0, "id", to="Most time"),
        _set("contributions", 0, "amount", to="much"),
        _set("model", "sha256", to="0" * 63),
        _set("questions", 0, to="How much?"),
        _set("questions", 0, "kind", to="open"),
        _set("hinges", 0, "distance", to=2),
    ],
)
def test_what_is_wrong_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    found = valid()
    change(found)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(found)


@pytest.mark.parametrize("name", sorted(SCHEMA["required"]))
def test_every_field_is_required(name: str) -> None:
    found = valid()
    del found[name]
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(found)


def test_the_documented_example_is_valid() -> None:
    VALIDATOR.validate(documented())


def test_every_field_is_documented() -> None:
    text = RESULT.read_text(encoding="utf-8")

    def names(part: Any) -> set[str]:
        if not isinstance(part, dict):
            return set()
        here = set(part.get("properties", {}))
        below = [
            *part.get("properties", {}).values(),
            part.get("items"),
            *part.get("$defs", {}).values(),
        ]
        return here.union(*(names(other) for other in below))

    missing = {name for name in names(copy.deepcopy(SCHEMA)) if f"`{name}`" not in text}
    assert not missing


def test_every_review_reason_is_documented() -> None:
    import tomllib

    path = ROOT / "socoder" / "data" / "review_reasons.toml"
    text = RESULT.read_text(encoding="utf-8")
    for reason in tomllib.loads(path.read_text(encoding="utf-8")):
        assert f"`{reason}`" in text
