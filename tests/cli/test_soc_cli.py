import json

import pytest
from typer.testing import CliRunner, Result

from socoder.cli.soc import app
from socoder.errors import InputError, UnknownCodeError


def soc(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})


def test_show_a_detailed_occupation() -> None:
    result = soc("show", "21-1093")
    assert result.exit_code == 0
    for part in (
        "21-1093  Social and Human Service Assistants",
        "21-1090 Miscellaneous Community and Social Service Specialists",
        "4 (Job Zone; O*NET)",
        "High school diploma or equivalent (BLS)",
        "a year (May 2024)",
        "2016",
        "21-1093.00",
        "SOC 2010",
        "https://www.bls.gov/oes/current/oes211093.htm",
        "https://www.onetonline.org/link/summary/21-1093.00",
    ):
        assert part in result.output


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("31-1121", "3,988,140 (May 2024, for 31-1120 as a whole)"),
        ("29-1211", "at least $239,200 a year"),
        ("27-2011", "$23.33 an hour"),
        ("55-3016", "assigned by this project"),
        ("55-3016", "not published"),
        ("15-1251", "15-1131 Computer Programmers"),
    ],
)
def test_show_says_what_a_figure_is(code: str, said: str) -> None:
    assert said in soc("show", code).output


def test_show_a_group_lists_its_children() -> None:
    result = soc("show", "31-1100")
    assert "31-1120 Home Health and Personal Care Aides" in result.output
    assert "Major group" in result.output
    assert "Skill level" not in result.output


def test_show_json() -> None:
    found = json.loads(soc("show", "311122", "--json").output)
    assert found["code"] == "31-1122"
    assert found["occupation"]["job_zone"] == 2
    assert found["previous"] == [{"code": "39-9021", "title": "Personal Care Aides"}]
    assert [above["level"] for above in found["parents"]] == ["broad", "minor", "major"]


@pytest.mark.parametrize("command", ["show", "tree"])
def test_a_retired_code_names_its_successor(command: str) -> None:
    result = soc(command, "15-1131")
    assert isinstance(result.exception, UnknownCodeError)
    assert result.exception.exit_status == 2
    assert "15-1251 Computer Programmers" in str(result.exception)


def test_search() -> None:
    result = soc("search", "regsitered", "nurse")
    assert result.output.startswith("29-1141  detailed  Registered Nurses")
    assert "Data Warehousing Specialists" in soc("search", "data warehousing").output


def test_search_json_limit_and_level() -> None:
    found = json.loads(soc("search", "nurse", "--limit", "2", "--level", "broad", "--json").output)
    assert len(found) == 2
    assert {hit["level"] for hit in found} == {"broad"}


def test_search_without_a_hit_says_so_on_stderr() -> None:
    result = soc("search", "zzzz")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No title" in result.stderr
    assert json.loads(soc("search", "zzzz", "--json").stdout) == []


def test_tree_of_a_major_group() -> None:
    result = soc("tree", "21")
    assert result.output.startswith("21-0000  Community and Social Service Occupations")
    lines = result.output.splitlines()
    assert len(lines) == 1 + 2 + 6 + 18
    (line,) = [line for line in lines if "21-1093" in line]
    assert line.startswith("│   ")


def test_tree_stops_at_a_level() -> None:
    assert len(soc("tree", "21", "--level", "minor").output.splitlines()) == 3
    assert len(soc("tree").output.splitlines()) == 23
    whole = json.loads(soc("tree", "15-1200", "--json").output)
    assert whole["children"][0]["children"][0]["level"] == "detailed"
    assert len(json.loads(soc("tree", "--json").output)) == 23


@pytest.mark.parametrize("command", [("tree", "21"), ("search", "nurse")])
def test_a_wrong_level_is_one_clear_line(command: tuple[str, ...]) -> None:
    result = soc(*command, "--level", "huge")
    assert isinstance(result.exception, InputError)
    assert "detailed, broad, minor, major" in str(result.exception)


@pytest.mark.parametrize("command", ["show", "search", "tree"])
def test_help_explains_every_option(command: str) -> None:
    result = soc(command, "--help")
    assert result.exit_code == 0
    assert "--json" in result.output
    assert "Print JSON" in result.output
