"""A reviewer as a process: decides until nothing is left, and says each confirmed decision aloud.

Run as `python deciding_process.py DATABASE NAME CODE`; not a test itself."""

from __future__ import annotations

import sys

from socoder.review.queue import decide, next_item
from socoder.review.records import Choice
from socoder.review.store import Store


def main(database: str, name: str, code: str) -> None:
    store = Store.open(database)
    reviewer = store.named(name)
    print("ready", flush=True)
    sys.stdin.readline()
    while item := next_item(store, reviewer):
        made = decide(store, reviewer, item.id, Choice("choose", code, seconds=1.0))
        print(made.item_id, flush=True)
    print("nothing left", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
