"""A process of its own for one bulk run: `python -m socoder.web.bulk_worker`.

What to do comes as JSON on standard input; how far it is goes out as JSON lines. A damaged file can
take this process down, but not the server; and coding here does not slow the pages down.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from socoder.errors import SocoderError

FAULT = "this file could not be coded: that is a fault of socoder, please report it"


def work(order: dict[str, Any]) -> dict[str, Any]:
    """Run what is ordered: `source`, `target` and `options` (fields of BulkOptions). Returns
    {"summary": …} or {"error": one line}."""
    from socoder.bulk import BulkOptions, Progress, run

    def tell(progress: Progress) -> None:
        _say({"progress": asdict(progress)})

    try:
        given = dict(order["options"])
        if "bundle" in given:
            given["bundle"] = Path(given["bundle"])
        options = BulkOptions(**given)
        summary = run(Path(order["source"]), Path(order["target"]), options, tell)
        return {"summary": summary.to_dict()}
    except SocoderError as error:
        return {"error": str(error)}
    except Exception:  # its message could quote a row
        return {"error": FAULT}


def _say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    _say(work(json.load(sys.stdin)))
