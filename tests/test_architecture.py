"""The house rules that a machine can hold: who may import whom, how large a module may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "socoder"
STEPS = {
    "read", "titles", "split", "encode", "rank", "weigh", "rules", "roles", "calibrate", "decide",
}  # fmt: skip
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def imported(source: str) -> set[str]:
    """Names of the socoder modules that a source imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.removeprefix("socoder.") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module == "socoder" or (node.level and not module):
                names |= {alias.name for alias in node.names}
            elif module.startswith("socoder.") or node.level:
                names.add(module.removeprefix("socoder.").split(".")[0])
    return names


def test_the_reader_of_imports_sees_every_form() -> None:
    source = (
        "import socoder.rank\ndef f():\n    from socoder import split\n    from .weigh import weigh"
    )
    assert imported(source) & STEPS == {"rank", "split", "weigh"}


@pytest.mark.parametrize("step", sorted(STEPS))
def test_no_step_imports_another_step(step: str) -> None:
    path = PACKAGE / f"{step}.py"
    if not path.exists():
        pytest.skip(f"{step}.py does not exist yet")
    assert not (imported(path.read_text()) & STEPS) - {step}


def test_no_support_module_reaches_back_into_a_step() -> None:
    """What steps are built of (records, tables, patterns) must not know the steps."""
    callers = {"coder.py", "__init__.py", "cli", "web"}
    for path in MODULES:
        top = path.relative_to(PACKAGE).parts[0]
        if top.removesuffix(".py") not in STEPS and top not in callers:
            assert not imported(path.read_text()) & STEPS, path.name


def test_the_main_path_fits_on_one_screen() -> None:
    assert len((PACKAGE / "coder.py").read_text().splitlines()) <= 120


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_stay_small_and_are_named_by_what_they_do(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
    assert path.stem not in {"utils", "util", "helpers", "main", "common", "misc"}
