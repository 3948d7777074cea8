"""The short way through the rules for bare titles gives the very ruling of the long way."""

from __future__ import annotations

import pytest

from socoder import rules
from socoder.coder import Coder
from socoder.occupation_texts import load_texts
from socoder.records import Job
from socoder.weigh import weigh

CUED = ("Nurse Helper", "Volunteer Cook", "Working Foreman", "Apprentice Plumber", "Lead Cashier",
        "House Manager", "7th Grade Teacher", "Warehouse Supervisor", "Sales Manager")  # fmt: skip


def test_plain_titles_are_ruled_as_the_rules_would(coder: Coder) -> None:
    titles = [title for text in load_texts().values() for title in text.titles][::9]
    plain = 0
    postings = [coder.posting(Job(title)) for title in (*titles, *CUED)]
    for posting, ranking in zip(postings, coder.ranker.rank(postings), strict=True):
        first = ranking.codes[int(ranking.job.argmax())]
        known, settings = coder.classification, coder.settings
        material, _ = weigh(posting, ranking, known, coder.penalty)
        given = (posting, material, ranking, known, settings, "guideline")
        assert rules.apply_rules(*given) == rules._apply_all(*given, rules.RULES)
        plain += rules._is_plain_title(posting, known, first)
    assert plain > len(titles) / 2


@pytest.mark.parametrize("title", CUED)
def test_titles_with_a_cue_take_the_long_way(coder: Coder, title: str) -> None:
    posting = coder.posting(Job(title))
    assert not rules._is_plain_title(posting, coder.classification, "51-9111")
