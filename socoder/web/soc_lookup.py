"""Finding codes from the pages: by number, by words, and down the tree."""

from __future__ import annotations

from contextlib import suppress

from socoder import soc
from socoder.errors import UnknownCodeError
from socoder.occupation_texts import search_names
from socoder.records import Level


def look_up(words: str, limit: int = 10, level: Level | None = None) -> list[soc.Hit]:
    """The groups that a person may mean: the one with this code first, then by words."""
    known = soc.load()
    if words.strip()[:1].isdigit():
        with suppress(UnknownCodeError):
            code = known.find(words)
            group = known.get(code)
            below = [known.get(each) for each in known.children(code)]
            return [
                soc.Hit(each.code, each.title, each.level, 1.0, each.title)
                for each in (group, *below)
                if level in (None, each.level)
            ][:limit]
    return list(known.search(words, limit, level, search_names()))
