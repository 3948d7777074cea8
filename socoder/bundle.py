"""Load and verify a model bundle: a folder of arrays, JSON and ONNX with a manifest of hashes.

No pickle is ever read. A bundle is refused, with one clear line, when it is missing, damaged or
of a newer format than this version knows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.errors import BundleError
from socoder.records import ModelInfo

FORMAT = 1
MANIFEST = "manifest.json"
_MEND = "install socoder again, or name another bundle with --bundle"


def default_folder() -> Path:
    """Where the shipped bundle lies: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "models" / "default"
    return installed if installed.exists() else package.parent / "models" / "default"


def sha256(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle. `manifest` is its parsed manifest, `digest` the sha256 of that file."""

    folder: Path
    manifest: dict[str, Any]
    digest: str

    @classmethod
    def load(cls, folder: Path | None = None) -> Bundle:
        """Read the manifest and check the hash of every file it names; raises BundleError."""
        folder = folder or default_folder()
        path = folder / MANIFEST
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            version, files = int(manifest["format"]), dict(manifest["files"])
        except FileNotFoundError:
            raise BundleError(
                f"{folder}: no model bundle there ({MANIFEST} missing): {_MEND}"
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BundleError(
                f"{path}: not a readable manifest ({type(error).__name__}): {_MEND}"
            ) from None
        if version > FORMAT:
            raise BundleError(
                f"{folder}: the bundle has format {version}, this socoder reads up to {FORMAT}:"
                " update socoder"
            )
        for name, entry in files.items():
            file = folder / name
            if not file.is_file():
                raise BundleError(f"{folder}: the bundle lacks {name}: {_MEND}")
            if sha256(file) != entry["sha256"]:
                raise BundleError(f"{file}: damaged, its sha256 is not the manifest's: {_MEND}")
        return cls(folder, manifest, sha256(path))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The arrays of an .npz file of the bundle, by name."""
        self._check(name)
        with np.load(self.folder / name, allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}

    def json(self, name: str) -> Any:
        """The content of a JSON file of the bundle."""
        self._check(name)
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    @property
    def info(self) -> ModelInfo:
        """What stands in every result."""
        return ModelInfo(self.manifest["name"], self.digest, self.manifest["data"])

    def _check(self, name: str) -> None:
        if name not in self.manifest["files"]:
            raise BundleError(f"{self.folder}: the bundle's manifest does not name {name}: {_MEND}")


def write_manifest(folder: Path, name: str, data: str, **more: Any) -> Path:
    """Hash every file of the folder into a manifest; `more` (figures, folds, seeds) goes in too."""
    files = {
        path.name: {"sha256": sha256(path), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST and path.suffix != ".md"
    }
    manifest = {"format": FORMAT, "name": name, "data": data, **more, "files": files}
    path = folder / MANIFEST
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
