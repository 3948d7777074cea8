"""socoder: what a job does, in; its US 2018 SOC code, out, with how sure that is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from socoder.records import Coding, Job

if TYPE_CHECKING:
    from socoder.bulk.frames import code_table
    from socoder.coder import Coder

__version__ = "0.1.0"
__all__ = ["Coder", "Coding", "Job", "__version__", "code_table"]


def __getattr__(name: str) -> Any:
    # Loaded when first asked for, so that `import socoder` stays light.
    if name == "Coder":
        from socoder.coder import Coder

        return Coder
    if name == "code_table":
        from socoder.bulk.frames import code_table

        return code_table
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
