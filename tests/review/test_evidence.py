from __future__ import annotations

from dataclasses import replace

import pytest

from socoder.coder import Coder
from socoder.records import Job
from socoder.review.evidence import evidence, maker, shown
from socoder.review.queue import browse
from socoder.review.store import Store

from .conftest import fill, machine

TEXT = "Help residents bathe and dress (60%). Coach residents at their job sites (40%)."


def test_the_coding_of_an_item_is_made_once_and_kept(
    store: Store, coder: Coder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, [(Job("Direct Support Professional", TEXT), machine())])
    (item,) = browse(store)
    first = evidence(store, item, coder)
    assert first == coder.code(Job("Direct Support Professional", TEXT)).to_dict() | first
    assert len(first["duties"]) == 2
    monkeypatch.setattr(Coder, "code", lambda *_: pytest.fail("was coded again"))
    assert evidence(store, item, coder) == first
    known = shown(item, first)
    assert known["soc_code"] == "21-1093"
    assert known["coding"]["soc_code"] == first["soc_code"]
    assert known["coding"]["candidates"][0] == [first["soc_code"], first["confidence"]["detailed"]]
    assert known["coding"]["bundle"]["sha256"] == coder.bundle.info.sha256
    assert known["coding"]["rules_version"]


def test_other_settings_are_another_coding(coder: Coder) -> None:
    stricter = replace(coder, settings=replace(coder.settings, target_accuracy=0.99))
    adjusted = replace(
        coder, calibrator=replace(coder.calibrator, adjustment={"title": {"slope": 2.0}})
    )
    assert len({maker(own) for own in (coder, stricter, adjusted)}) == 3
