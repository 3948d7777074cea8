"""Ranking with a small made-up model: which part says what, and that the parts add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from socoder.lexical import LexicalModel
from socoder.rank import KINDS, PARTS, Ranker, TitleIndex, title_hash, whole
from socoder.records import Duty, Posting, Title

CODES = ("11-1111", "22-2222", "33-3333")
WORDS = ("cook", "drive", "nurse")


class OneHotEncoder:
    """Puts each of WORDS on an axis of its own."""

    name = "one-hot"
    dimension = 4

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen += texts
        rows = np.array([[*(word in text for word in WORDS), 0.1] for text in texts], np.float32)
        return rows.reshape(-1, 4) / np.linalg.norm(rows.reshape(-1, 4), axis=1, keepdims=True)


def index(entries: dict[str, dict[int, float]]) -> TitleIndex:
    keys = sorted(entries, key=title_hash)
    sizes = [len(entries[key]) for key in keys]
    return TitleIndex(
        np.array([title_hash(key) for key in keys], np.uint64),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        np.array([code for key in keys for code in entries[key]], np.int16),
        np.array([share for key in keys for share in entries[key].values()], np.float32),
    )


@pytest.fixture
def ranker() -> Ranker:
    flat = LexicalModel(
        np.zeros((1 << 6, 4), np.int8), np.zeros((4, 3), np.float32), np.zeros(3, np.float32), 1.0
    )
    return Ranker(
        codes=CODES, titles=index({"chef": {0: 1.0}, "runner": {1: 0.75, 2: 0.25}}), lexical=flat,
        encoder=OneHotEncoder(), vectors=whole(np.eye(3, 4, dtype=np.float32)),
        weights=dict.fromkeys(KINDS, [1.0] * len(PARTS)), duty_weights=[0.5, 1.0], logit_scale=5.0,
    )  # fmt: skip


def posting(title: str = "", *duties: tuple[str, float, bool]) -> Posting:
    own = tuple(Duty(text, share, "stated", generic) for text, share, generic in duties)
    return Posting(Title(title, (title,) if title else ()), duties=own)


def first(ranker: Ranker, job: Posting) -> str:
    ranking = ranker.rank([job])[0]
    return CODES[int(ranking.job.argmax())]


def test_a_known_title_is_looked_up(ranker: Ranker) -> None:
    ranking = ranker.rank([posting("chef")])[0]
    assert ranking.title_seen
    assert ranking.models["title"] == CODES[0]
    assert not ranker.rank([posting("chief")])[0].title_seen


def test_a_title_known_for_several_codes_keeps_their_shares(ranker: Ranker) -> None:
    scores = ranker.rank([posting("runner")])[0].parts[0]
    assert np.exp(scores[1]) == pytest.approx(0.75)
    assert np.exp(scores[2]) == pytest.approx(0.25)


def test_time_decides_between_duties(ranker: Ranker) -> None:
    job = posting("", ("cook meals", 0.3, False), ("drive a van", 0.7, False))
    assert first(ranker, job) == CODES[1]
    job = posting("", ("cook meals", 0.7, False), ("drive a van", 0.3, False))
    assert first(ranker, job) == CODES[0]


def test_generic_duties_have_no_vote(ranker: Ranker) -> None:
    job = posting("", ("drive to meetings", 0.8, True), ("cook meals", 0.2, False))
    assert first(ranker, job) == CODES[0]
    only = posting("", ("drive to meetings", 1.0, True))
    assert first(ranker, only) == CODES[1]  # unless there is nothing else


def test_the_parts_add_up_to_the_score(ranker: Ranker) -> None:
    ranking = ranker.rank([posting("chef", ("drive a van", 1.0, False))])[0]
    assert ranking.parts.sum(axis=0) == pytest.approx(ranking.job)
    assert ranking.part_names == PARTS


def test_a_bare_title_is_embedded_only_if_it_is_in_doubt(ranker: Ranker) -> None:
    assert isinstance(ranker.encoder, OneHotEncoder)
    sure, doubtful = ranker.rank([posting("chef"), posting("nurse")])
    assert ranker.encoder.seen == ["nurse"]  # nobody knows it, and its words say nothing
    assert "embedding" not in sure.models and not sure.parts[2].any()
    assert doubtful.models["embedding"] == "33-3333"
    assert doubtful.job == pytest.approx(doubtful.parts.sum(axis=0))


def test_slashed_titles_speak_for_both(ranker: Ranker) -> None:
    both = Posting(Title("Chef / Runner", ("chef runner", "chef", "runner")))
    scores = ranker.rank([both])[0].parts[0]
    assert scores[0] == max(scores)
    assert scores[1] > np.log(0.3)


def test_equal_texts_are_encoded_once(ranker: Ranker) -> None:
    job = posting("", ("cook meals", 0.5, False), ("cook meals", 0.5, False))
    ranker.rank([job, job])
    assert isinstance(ranker.encoder, OneHotEncoder)
    assert ranker.encoder.seen.count("cook meals") == 1


def test_each_half_of_a_slashed_title_is_heard_alone(ranker: Ranker) -> None:
    title = Title("Cook / Nurse", ("cook nurse", "cook", "nurse"))
    duty = (Duty("drive", 1.0, "inferred"),)
    posting, bare, single = (
        Posting(title, duties=duty), Posting(title), Posting(Title("Cook", ("cook",)), duties=duty),
    )  # fmt: skip
    halves, none, one = (ranking.halves for ranking in ranker.rank([posting, bare, single]))
    assert len(halves) == 2
    assert all(np.exp(half).sum() == pytest.approx(1.0) for half in halves)
    assert list(none) == list(one) == []


def test_how_doubtful_a_title_must_be_is_a_setting(ranker: Ranker) -> None:
    posting = Posting(Title("Chef", ("chef",)))
    for doubt, asked in ((0.0, True), (np.inf, False)):
        (ranking,) = replace(ranker, doubt=doubt).rank([posting])
        assert ("embedding" in ranking.models) is asked
