from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from socoder.cli import code as module
from socoder.cli import main
from socoder.cli.code import check_settings, code_inputs, input_names, schema_file
from socoder.errors import BundleError, InputError
from socoder.records import Job, Settings

Write = Callable[..., str]
Captured = pytest.CaptureFixture[str]
SCHEMA = jsonschema.Draft202012Validator(json.loads(schema_file().read_text(encoding="utf-8")))


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input is a terminal unless a test pipes something in; lines are 80 columns."""
    pipe(monkeypatch, b"", tty=True)
    monkeypatch.setenv("COLUMNS", "80")


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes, tty: bool = False) -> None:
    stream = io.TextIOWrapper(io.BytesIO(data))
    monkeypatch.setattr(stream, "isatty", lambda: tty, raising=False)
    monkeypatch.setattr(sys, "stdin", stream)


def valid(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    SCHEMA.validate(found)
    return found


def test_a_posting_gets_a_page(fake: Any, file: Write, capsys: Captured) -> None:
    assert main(["code", file("a.txt", "Aide\n\n- Help residents bathe (60%)")]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("31-1122  Personal Care Aides")
    assert "53-3053" not in out
    assert err == ""
    assert "bathe" in fake.jobs[0].text


def test_json_of_one_input_is_one_object_of_the_schema(
    fake: Any, file: Write, capsys: Captured
) -> None:
    path = file("a.txt", "Help residents bathe and dress every day of the week.")
    assert main(["code", path, "--title", "Aide", "--json"]) == 0
    found = valid(capsys.readouterr().out)
    assert (found["input"], found["title"], found["soc_code"]) == (path, "Aide", "31-1122")
    assert list(found)[:2] == ["schema", "input"]
    assert len(found["alternatives"]) == 6
    assert [rule["id"] for rule in found["rules"]] == [
        "work-performed", "requirement-bound", "most-time",
    ]  # fmt: skip
    assert "explanation" not in found


def test_json_of_several_inputs_is_json_lines(fake: Any, file: Write, capsys: Captured) -> None:
    paths = [file(f"{name}.txt", f"Help resident {name} bathe and dress.") for name in "ab"]
    assert main(["code", *paths, "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [valid(line)["input"] for line in lines] == paths


def test_several_pages_say_whose_they_are(fake: Any, file: Write, capsys: Captured) -> None:
    paths = [file(f"{name}.txt", "Help residents bathe and dress.") for name in "ab"]
    assert main(["code", *paths]) == 0
    out = capsys.readouterr().out
    assert out.count("31-1122  Personal Care Aides") == 2
    assert [f"{name}.txt" in out for name in "ab"] == [True, True]


def test_a_title_alone(fake: Any, capsys: Captured) -> None:
    assert main(["code", "--title", "Job Coach", "--json"]) == 0
    found = valid(capsys.readouterr().out)
    assert (found["input"], found["title"]) == ("", "Job Coach")


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input(
    fake: Any, arguments: list[str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, "Help résidents bathe, dress and eat.".encode())
    assert main(["code", *arguments, "--title", "Aide", "--json"]) == 0
    assert valid(capsys.readouterr().out)["input"] == "-"
    assert (fake.jobs[0].title, "résidents" in fake.jobs[0].text) == ("Aide", True)


def test_empty_standard_input_with_a_title_is_the_title_alone(
    fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, b" \n")
    assert main(["code", "--title", "Job Coach"]) == 0
    assert (fake.jobs[0].title, fake.jobs[0].text) == ("Job Coach", "")


def test_empty_standard_input_alone_is_an_error(
    fake: Any, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, b"")
    assert main(["code"]) == 2
    assert capsys.readouterr().err.startswith(
        "socoder: error: standard input is empty: give the text"
    )


def test_piped_input_is_left_alone_when_files_are_named(
    fake: Any, file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, b"Drive a truck all day.")
    assert main(["code", file("a.txt", "Help residents bathe and dress.")]) == 0
    assert len(fake.jobs) == 1
    assert sys.stdin.read() == "Drive a truck all day."


def test_an_uncodable_text_is_an_answer(fake: Any, file: Write, capsys: Captured) -> None:
    assert main(["code", "--title", "!!!", "--json"]) == 0
    found = valid(capsys.readouterr().out)
    assert (found["status"], found["soc_code"]) == ("uncodable", "")
    assert main(["code", "--title", "!!!"]) == 0
    assert capsys.readouterr().out.startswith("No code")


def test_a_bad_file_among_good_ones_is_named_and_the_others_are_coded(
    fake: Any, file: Write, capsys: Captured
) -> None:
    good = file("good.txt", "Help residents bathe and dress.")
    bad = [good.replace("good", "missing"), file("empty.txt", ""), file("b.txt", "It fails here.")]
    assert main(["code", bad[0], good, bad[1], bad[2], "--json"]) == 3
    out, err = capsys.readouterr()
    assert [valid(line)["input"] for line in out.splitlines()] == [good]
    lines = err.splitlines()
    assert len(lines) == 4
    for line, path in zip(lines, bad, strict=False):
        assert line.startswith("socoder: error: ")
        assert path in line
    assert lines[-1] == "socoder: 3 of 4 inputs were rejected"


def test_only_bad_files_are_bad_input(fake: Any, file: Write, capsys: Captured) -> None:
    missing = file("a.txt", "x").replace("a.txt", "b.txt")
    assert main(["code", missing, missing]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 3
    assert main(["code", missing]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("socoder: error: ")
    assert missing in line


def test_a_bundle_that_cannot_be_loaded_ends_with_4(tmp_path: Path, capsys: Captured) -> None:
    assert main(["code", "--title", "Job Coach", "--bundle", str(tmp_path)]) == 4
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert str(tmp_path) in err


def test_the_bundle_is_not_loaded_for_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object) -> None:
        raise BundleError("no bundle")

    monkeypatch.setattr(module, "load_coder", load)
    assert main(["code", str(tmp_path / "missing.txt")]) == 2


def test_policy_top_settings_and_bundle_reach_the_coder(
    fake: Any, tmp_path: Path, capsys: Captured
) -> None:
    asked = ["--policy", "time", "--top", "2", "--bundle", str(tmp_path), "--encoder", "mine"]
    asked += ["--material-share", "0.3", "--supervisor-share", "0.7", "--management-share", "0.6"]
    asked += ["--skill-difference", "2", "--target-accuracy", "0.9"]
    assert main(["code", "--title", "Job Coach", "--json", *asked]) == 0
    found = valid(capsys.readouterr().out)
    assert (found["policy"], len(found["alternatives"])) == ("time", 2)
    assert fake.loaded_with == (tmp_path, "mine", Settings(0.3, 0.7, 0.6, 2, 0.9))


@pytest.mark.parametrize(("asked", "shown"), [([], 5), (["--top", "1"], 1), (["--top", "9"], 6)])
def test_how_many_runners_up_a_page_shows(
    fake: Any, asked: list[str], shown: int, capsys: Captured
) -> None:
    main(["code", "--title", "Job Coach", *asked])
    out = capsys.readouterr().out
    listed = [code for code in ("21-1093 S", "31-1121", "39-9041", "29-2053", "31-1131", "53-3053")
              if code in out]  # fmt: skip
    assert len(listed) == shown


def test_explain_all(fake: Any, capsys: Captured) -> None:
    assert main(["code", "--title", "DSP II", "--explain", "all"]) == 0
    out = capsys.readouterr().out
    assert "Set aside" in out
    assert "53-3053" in out
    main(["code", "--title", "DSP II", "--explain", "all", "--json"])
    found = valid(capsys.readouterr().out)["explanation"]
    assert found["title"]["removed"] == ["II"]
    assert found["set_aside"][0]["kind"] == "eeo"
    assert [rule["id"] for rule in found["rules_without_effect"]] == ["all-other"]


def test_the_schema_is_printed_as_published(capsys: Captured) -> None:
    assert main(["code", "--schema"]) == 0
    assert capsys.readouterr().out == schema_file().read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to code: name a file, pipe a text in, or give --title"),
        (["--title", "  "], "nothing to code"),
        (["a.txt", "b.txt", "--title", "Aide"], "--title names one job"),
        (["-", "-"], "only once"),
        (["--policy", "skill", "a.txt"], "--policy must be one of guideline, time, weighted"),
        (["--explain", "some", "a.txt"], "--explain must be all"),
        (["--top", "-1", "a.txt"], "--top"),
        (["--top", "many", "a.txt"], "--top"),
        (["--tpo", "1", "a.txt"], "No such option: --tpo"),
        (["--material-share", "20", "a.txt"], "(20 % is 0.2), not 20"),
        (["--target-accuracy", "nan", "a.txt"], "--target-accuracy must be above 0"),
        (["--material-share", "0", "--skill-difference", "9", "a.txt"], "not 0; --skill-differ"),
    ],
)
def test_bad_arguments_are_one_clear_line(
    fake: Any, arguments: list[str], said: str, capsys: Captured
) -> None:
    assert main(["code", *arguments]) == 2
    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    assert (out, line.startswith("socoder: error: ")) == ("", True)
    assert said in line
    assert fake.jobs == []


def test_json_in_a_narrow_encoding_is_still_json(
    fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
    assert main(["code", "--title", "Aide à domicile", "--json"]) == 0
    sys.stdout.flush()
    assert json.loads(buffer.getvalue())["title"] == "Aide à domicile"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere names of files are Unicode")
def test_a_file_whose_name_is_no_text(
    fake: Any, file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="utf-8"))
    path = file(os.fsdecode(b"caf\xe9.txt"), "Help residents bathe and dress.")
    assert main(["code", path, "--json"]) == 0
    sys.stdout.flush()
    assert json.loads(buffer.getvalue())["input"] == path


def test_errors_name_the_whole_path(fake: Any, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "empty.txt").touch()
    for name, said in (("empty.txt", " is empty: "), ("none.txt", ": there is no such file")):
        assert main(["code", str(tmp_path / name)]) == 2
        err = capsys.readouterr().err
        assert f"error: {tmp_path / name}{said}" in err
        assert err.count(name) == 1


def test_input_names() -> None:
    assert input_names(["a", "-"], "", piped=True) == ["a", "-"]
    assert input_names([], "Aide", piped=True) == ["-"]
    assert input_names([], "Aide", piped=False) == [""]
    with pytest.raises(InputError):
        input_names([], "", piped=False)


def test_the_coder_is_loaded_once(fake: Any, file: Write) -> None:
    loads = []

    def load() -> Any:
        loads.append(fake)
        return fake

    paths = [file(f"{name}.txt", "Help residents bathe and dress.") for name in "abc"]
    coded = list(code_inputs(paths, Job(), load))
    assert [one.name for one in coded] == paths
    assert all(one.coding and not one.posting for one in coded)
    assert len(loads) == 1


def test_settings_in_range_come_back() -> None:
    assert check_settings(Settings(1.0, 1.0, 1.0, 4, 1.0)) == Settings(1.0, 1.0, 1.0, 4, 1.0)
