"""Loading a bundle: verified, or refused with one clear line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from socoder.bundle import FORMAT, MANIFEST, Bundle, default_folder, write_manifest
from socoder.errors import BundleError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    np.savez(tmp_path / "numbers.npz", a=np.arange(3))
    (tmp_path / "words.json").write_text('{"b": 1}')
    write_manifest(tmp_path, "small", "made up")
    return tmp_path


def test_a_sound_bundle_gives_its_arrays_and_its_name(folder: Path) -> None:
    bundle = Bundle.load(folder)
    assert bundle.arrays("numbers.npz")["a"].tolist() == [0, 1, 2]
    assert bundle.json("words.json") == {"b": 1}
    assert (bundle.info.bundle, bundle.info.data) == ("small", "made up")
    assert len(bundle.info.sha256) == 64


def refused(folder: Path) -> str:
    with pytest.raises(BundleError) as caught:
        Bundle.load(folder)
    assert caught.value.exit_status == 4
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_bundle(tmp_path: Path) -> None:
    assert "no model bundle there" in refused(tmp_path / "nowhere")


def test_one_changed_byte(folder: Path) -> None:
    path = folder / "words.json"
    path.write_text('{"b": 2}')
    assert "words.json: damaged" in refused(folder)


def test_a_lost_file(folder: Path) -> None:
    (folder / "numbers.npz").unlink()
    assert "lacks numbers.npz" in refused(folder)


def test_a_newer_format(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"format": FORMAT + 1}))
    assert "update socoder" in refused(folder)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 1}', '{"format": "x", "files": {}}']
)
def test_a_broken_manifest(folder: Path, content: str) -> None:
    (folder / MANIFEST).write_text(content)
    assert "not a readable manifest" in refused(folder)


def test_a_file_that_the_manifest_does_not_name_is_not_read(folder: Path) -> None:
    (folder / "extra.json").write_text("{}")
    with pytest.raises(BundleError, match="does not name"):
        Bundle.load(folder).json("extra.json")


def test_no_pickle_is_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "evil.npz", a=np.array([{"code": 1}], dtype=object))
    write_manifest(tmp_path, "evil", "")
    with pytest.raises(ValueError, match="pickle"):
        Bundle.load(tmp_path).arrays("evil.npz")


def test_the_shipped_bundle_is_sound_and_small() -> None:
    bundle = Bundle.load()
    size = sum(path.stat().st_size for path in default_folder().iterdir())
    assert size <= 48e6
    assert set(bundle.manifest["files"]) == {
        "titles.npz", "lexical.npz", "encoder.onnx", "tokenizer.json", "vectors.npz",
        "weights.json", "calibration.json", "context.npz", "answers.npz",
    }  # fmt: skip
