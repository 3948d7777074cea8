"""The crosswalk from service codes to occupations: what ships, and files of one's own over it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder import soc
from socoder.errors import InputError
from socoder.reports.service_codes import (
    UNITS,
    load_crosswalk,
    normal_code,
    shipped,
    split_modifiers,
)

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "training_data" / "service_codes.toml"
DOCS = (ROOT / "docs" / "service-codes.md").read_text(encoding="utf-8")
_ASKED = (
    "T2016 T2017 T2020 T2021 T2014 T2015 T2018 T2019 H2023 H2024 H2025 H2026 T2047 H2014 H2015"
    " H2016 H2021 S5125 S5126 S5130 S5135 S5150 T1005 T1016 T1017 T1019 T1020 T2003 H0038 G9012"
    " 97153"
)
ASKED = _ASKED.split()
OWN = """
[[service]]
code = "T2016"
name = "Our homes"
unit = "day"
expected = ["39-9041"]

[[service]]
code = "W1726"
name = "A code of the state"
unit = "15 minutes"
expected = ["31-1122", "21-1093"]

[[service]]
code = "H2023"
modifier = "HQ"
name = "Crew at work"
unit = "15 minutes"
expected = ["37-2011"]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_crosswalk(path)
    message = str(error.value)
    assert message.startswith("wrong.toml: ") or message.startswith("wrong.toml is ")
    assert "\n" not in message
    return message


def entry(**changed: str) -> str:
    fields = {
        "code": '"T2016"', "name": '"Homes"', "unit": '"day"', "expected": '["31-1122"]', **changed
    }  # fmt: skip
    return "[[service]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items())


def test_every_code_is_there_and_nothing_twice() -> None:
    codes = [code for code, modifier in shipped().services]
    assert set(ASKED) <= set(codes)
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("code", ASKED)
def test_an_entry_says_what_it_is_from_where_and_what_is_not_verified(code: str) -> None:
    found, known = shipped().find(code), soc.load()
    assert found is not None
    assert re.fullmatch(r"[A-Z]\d{4}|\d{5}", found.code)
    assert (found.system == "CPT") == found.code.isdigit()
    assert found.unit in UNITS
    assert len(found.what) > 30
    assert found.sources, "name what was read"
    assert found.expected and len(set(found.expected)) == len(found.expected)
    assert all(known.get(one).level == "detailed" for one in found.expected)
    assert set(found.unverified) <= {"unit", "modifiers", "what"}


def test_short_names_of_sources_and_modifiers_are_explained() -> None:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    for one in table["service"]:
        assert set(one.get("sources", ())) <= set(table["sources"]), one["code"]
        assert set(one.get("modifiers", ())) <= set(table["modifiers"]), one["code"]
        assert all(use["source"] in table["sources"] for use in one.get("state", ()))
    assert all(meaning["source"] in table["sources"] for meaning in table["modifiers"].values())


def test_what_was_not_read_is_marked() -> None:
    """The unit of T2047 and of G9012 stood in no source that was read."""
    found = {code: shipped().find(code) for code in ("T2047", "G9012", "T2016")}
    marked = {code for code, one in found.items() if one and "unit" in one.unverified}
    assert marked == {"T2047", "G9012"}


def test_the_documentation_lists_every_code_with_its_unit() -> None:
    for code in ASKED:
        found = shipped().find(code)
        assert found
        row = next(line for line in DOCS.splitlines() if line.startswith(f"| {code} |"))
        assert f"| {found.name} |" in row
        assert f"| {found.unit} |" in row or f"| {found.unit} (unverified) |" in row
        assert ("unverified" in row) == ("unit" in found.unverified)
        assert all(one in row for one in found.expected)


def test_codes_and_modifiers_are_read_as_people_write_them() -> None:
    assert normal_code(" t2016 ") == "T2016"
    assert normal_code("97153.0") == "97153"
    assert split_modifiers("hq, u4") == split_modifiers("HQ|U4") == ("HQ", "U4")


def test_an_own_file_overrides_code_by_code(own: Path) -> None:
    crosswalk = load_crosswalk(own)
    assert crosswalk.expects("T2016", "39-9041") is True
    assert crosswalk.expects("T2016", "31-1122") is False
    assert crosswalk.expects("W1726", "21-1093") is True
    assert crosswalk.expects("H2025", "21-1015") is True, "the others stay"
    assert crosswalk.expects("X0000", "21-1015") is None
    assert shipped().expects("T2016", "31-1122") is True, "the shipped table is as it was"


def test_an_entry_for_a_modifier_holds_for_it_alone(own: Path) -> None:
    crosswalk = load_crosswalk(own)
    assert crosswalk.expects("H2023", "37-2011", "HQ U4") is True
    assert crosswalk.expects("H2023", "37-2011", "U4") is False
    assert crosswalk.expects("H2023", "21-1015", "U4") is True


def test_an_own_file_can_stand_alone(own: Path) -> None:
    own.write_text("only = true\n" + OWN, encoding="utf-8")
    assert load_crosswalk(own).find("H2025") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code = ", "is not TOML"),
        ("", "there is no [[service]] entry"),
        ("service = 3", "there is no [[service]] entry"),
        ("[[services]]\n", "'services' at the top is not known"),
        ('soc_version = "2010"\n' + entry(), "soc_version is 2010"),
        ('[[service]]\ncode = "T2016"', "service 1 (T2016) lacks name, unit, expected"),
        (entry(unit='"week"'), "unit 'week' must be one of 15 minutes, hour"),
        (entry(expected='["31-1120"]'), "31-1120"),
        (entry(expected='["31-1011"]'), "31-1011"),
        (entry(expected='["31-0000"]'), "is a major group, name detailed codes"),
        (entry(expected='"31-1122"'), "expected must be a list of texts"),
        (entry(expcted="[]"), "'expcted' is not known"),
        (entry(code="97153"), "a code is letters and digits in quotes"),
        (entry(modifier='"HQX"'), "modifier 'HQX' must be two letters or digits"),
        (entry() + "\n" + entry(), "service 2 (T2016) is there twice"),
        (entry(state='["NY"]'), "each [[service.state]] needs state and what"),
    ],
)
def test_a_wrong_file_is_refused_in_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_faults_are_named_together_but_not_endlessly(tmp_path: Path) -> None:
    message = refused(tmp_path, "\n".join(entry(unit='"week"') for _ in range(20)))
    assert "service 1 (T2016): unit 'week'" in message
    assert "and 34 more" in message  # 20 units and 19 repeats, 5 of them named


def test_a_missing_file_and_a_binary_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml: there is no such file"):
        load_crosswalk(tmp_path / "none.toml")
    binary = tmp_path / "wrong.toml"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InputError, match="cannot be read"):
        load_crosswalk(binary)


@given(st.text(max_size=12))
def test_no_cell_breaks_the_reading_of_codes(text: str) -> None:
    assert normal_code(normal_code(text)) == normal_code(text) or text.upper().endswith("0")
    assert all(part.isalnum() for part in split_modifiers(text))
