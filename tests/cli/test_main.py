from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from socoder import __version__
from socoder.cli import main
from socoder.cli import model as model_commands
from socoder.errors import BundleError, InputError, MissingExtraError, SocoderError

ROOT = Path(__file__).parents[2]
Captured = pytest.CaptureFixture[str]


def socoder(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "socoder", *arguments],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, check=False,
    )  # fmt: skip


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("socoder.bundle.Bundle.load", fail)


def test_version(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"socoder {__version__}\n"


def test_no_arguments_print_help_and_are_bad_arguments(capsys: Captured) -> None:
    for arguments in ([], ["soc"], ["model"]):
        assert main(arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "Commands:" in err


def test_an_unknown_command_is_one_line(capsys: Captured) -> None:
    assert main(["cod"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("socoder: error: No such command 'cod'")
    assert line.endswith("(see socoder --help)")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SocoderError("what, where, what to do"), 2),
        (InputError("a\nb"), 2),
        (MissingExtraError("install it"), 2),
        (BundleError("damaged"), 4),
        (OSError(28, "No space left on device", "out.json"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_are_one_line_with_their_status(
    error: BaseException, status: int, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, error)
    assert main(["model", "info"]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == (0 if status == 130 else 1)


def test_a_fault_shows_its_type_and_no_text(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, ZeroDivisionError("words of a posting"))
    assert main(["model", "info"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("socoder: error: unexpected ZeroDivisionError: this is a fault")
    assert "words" not in err
    assert len(err.splitlines()) == 1
    monkeypatch.setenv("SOCODER_DEBUG", "1")
    main(["model", "info"])
    assert "Traceback" in capsys.readouterr().err


def test_the_error_of_a_command_mounted_below(capsys: Captured) -> None:
    assert main(["soc", "show", "99-9999"]) == 2
    assert capsys.readouterr().err.startswith("socoder: error: 99-9999 is not in SOC 2018")


def test_python_m_socoder() -> None:
    result = socoder("soc", "show", "21-1093")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("21-1093  Social and Human Service Assistants")


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_reader_that_leaves_ends_it_quietly() -> None:
    command = f"{sys.executable} -m socoder soc tree 51 --json | head -n 1"
    result = subprocess.run(
        command, shell=True, capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (result.stdout, result.stderr) == ("{\n", "")


def test_colours_only_where_they_can_be_shown() -> None:
    command = ("soc", "show", "21-1093")
    assert "\x1b[" not in socoder(*command).stdout
    assert "\x1b[1m" in socoder(*command, FORCE_COLOR="1", TERM="xterm").stdout
    assert "\x1b[31" not in socoder(*command, FORCE_COLOR="1", NO_COLOR="1", TERM="xterm").stdout


def test_a_terminal_of_another_encoding_gets_question_marks_not_a_traceback() -> None:
    result = socoder("soc", "show", "29-1299", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (result.returncode, result.stderr) == (0, "")


def test_model_info_describes_a_bundle(tmp_path: Path, capsys: Captured) -> None:
    import json

    from socoder.bundle import write_manifest

    figures = {
        "postings": {
            "rows": 53,
            "levels": {
                level: {"top_1": 0.5, "top_5": 0.75, "top_10": 0.875}
                for level in ("detailed", "broad", "minor", "major")
            },
            "top_1_interval": [0.4, 0.6],
            "best_constant": 0.1,
            "calibration_error": 0.05,
            "accepted": 0.0,
            "accepted_right": None,
        }
    }
    (tmp_path / "weights.json").write_text("{}")
    write_manifest(tmp_path, "mine", "O*NET 30.1", figures=figures)
    assert main(["model", "info", "--bundle", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["name"], found["files"], found["bytes"]) == ("mine", {"weights.json": 2}, 2)
    assert found["figures"] == figures
    assert found == model_commands.describe(model_bundle(tmp_path))
    assert main(["model", "info", "--bundle", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    for part in (
        "mine",
        found["sha256"],
        "weights.json  2 bytes",
        "postings",
        ".40-.60",
        ".875",
    ):
        assert part in out
    (tmp_path / "weights.json").write_text("{ }")
    assert main(["model", "info", "--bundle", str(tmp_path)]) == 4


def model_bundle(folder: Path):  # type: ignore[no-untyped-def]
    from socoder.bundle import Bundle

    return Bundle.load(folder)
