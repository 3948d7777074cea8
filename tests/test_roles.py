"""Roles without a code: a text that gets the tag and a near one that does not, for each role."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import numpy as np
import pytest

from socoder import soc
from socoder.errors import ReferenceDataError
from socoder.records import Duty, Posting, Ranking, Requirement, SetAside, Title
from socoder.role_table import load_roles, read_roles
from socoder.roles import SPEAKS_FOR, find_roles, informed, weigh_roles

ROOT = Path(__file__).parents[1]
PAIRS = tomllib.loads((ROOT / "tests/data/role_texts.toml").read_text(encoding="utf-8"))["pair"]
IDS = [role.id for role in load_roles()]
DSP, PEER, OST = "direct_support_professional", "peer_support", "out_of_school_time"
DIRECT_MATCH = ROOT.parent / "shared/reference/soc2018/soc_2018_direct_match_titles.csv"


def posting(title: str, text: str = "") -> Posting:
    return Posting(Title(title, (title.lower(),)), text=text, summary=text)


def roles(title: str, text: str = "") -> tuple[str, ...]:
    return find_roles(posting(title, text))


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["role"] for pair in PAIRS])
def test_a_text_gets_the_tag_and_a_near_one_does_not(pair: dict[str, dict[str, str]]) -> None:
    assert pair["role"] in roles(**pair["tagged"])
    assert pair["role"] not in roles(**pair["near"])


def test_each_role_has_one_pair_of_short_texts() -> None:
    assert [pair["role"] for pair in PAIRS] == IDS
    for pair in PAIRS:
        for text in (pair["tagged"]["text"], pair["near"]["text"]):
            assert 20 <= len(text.split()) <= 90


def test_the_near_texts_get_no_tag_at_all() -> None:
    """They are work that the classification names, so nothing of them is to be counted."""
    assert {pair["role"]: roles(**pair["near"]) for pair in PAIRS} == dict.fromkeys(IDS, ())


class TestTable:
    def test_it_has_the_roles_that_were_asked_for(self) -> None:
        kinds = {DSP: 9, PEER: 5, OST: 3}
        for parent, number in kinds.items():
            assert sum(role.parent == parent for role in load_roles()) == number
        assert sum(not role.parent for role in load_roles()) >= 3 + 15

    @pytest.mark.parametrize("role", load_roles(), ids=IDS)
    def test_an_entry_is_whole(self, role) -> None:
        known = soc.load()
        assert len(role.codes) > 1
        assert all(known.get(option.code).level == "detailed" for option in role.codes)
        assert len({option.code for option in role.codes}) == len(role.codes)
        assert all(option.when for option in role.codes)
        assert role.name and role.titles and role.signals_for and role.signals_against
        assert role.decides and role.source
        assert role.status_2028 in {"unknown", "proposed, not decided"}

    def test_no_whole_title_stands_for_two_roles(self) -> None:
        whole = [title for role in load_roles() if role.whole_title for title in role.titles]
        assert len(whole) == len(set(whole))

    def test_no_title_of_the_table_belongs_to_an_occupation(self) -> None:
        if not DIRECT_MATCH.is_file():
            pytest.skip("official reference data is not beside this checkout")
        with DIRECT_MATCH.open(encoding="utf-8", newline="") as file:
            official = {row["title"].lower() for row in csv.DictReader(file)}
        ours = {title for role in load_roles() for title in (*role.titles, *role.shared_titles)}
        assert not ours & official

    def test_the_page_lists_every_role(self) -> None:
        page = (ROOT / "docs/roles.md").read_text(encoding="utf-8")
        listed = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
        assert listed == IDS

    @pytest.mark.parametrize(
        "text",
        ["", "[signals]\n[[role]]\nid = 'a'\n", "[[role]\n", "signals = {}\nrole = 3\n"],
        ids=["empty", "half an entry", "no TOML", "no list"],
    )
    def test_a_damaged_table_gets_one_clear_line(self, text: str, tmp_path: Path) -> None:
        path = tmp_path / "roles.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ReferenceDataError, match=r"table of roles roles\.toml is damaged"):
            read_roles(path)


class TestTitles:
    @pytest.mark.parametrize(
        ("title", "role"),
        [
            ("Direct Support Professional", DSP),
            ("DIRECT SUPPORT PROFESSIONALS (2 openings)", DSP),
            ("DSP - weekends", DSP),
            ("Peer Support Specialist", PEER),
            ("Certified Peer Specialists", PEER),
            ("After-School Group Leader", f"{OST}.group_leader"),
            ("Scrum Master", "scrum_master"),
            ("Specialist", "specialist"),
            ("SPECIALIST III", "specialist"),
        ],
    )
    def test_a_bare_title_is_enough_where_it_says_all(self, title: str, role: str) -> None:
        assert role in roles(title)

    @pytest.mark.parametrize(
        "title",
        [
            "", "Benefits Specialist", "Skincare Specialist", "Pharmacy Technician",
            "Financial Analyst", "Group Leader", "Site Coordinator", "Employment Specialist",
            "Executive Director", "DSP Firmware Engineer", "Technicians' Apprentice",
            "Special Education Paraprofessional", "Peer Reviewer",
        ],
    )  # fmt: skip
    def test_a_shared_or_narrower_title_alone_is_not(self, title: str) -> None:
        assert roles(title) == ()

    def test_a_vague_title_must_be_the_whole_title_not_a_part_of_a_slashed_one(self) -> None:
        slashed = Title("Host / Coordinator", ("host coordinator", "host", "coordinator"))
        assert find_roles(Posting(slashed)) == ()
        assert find_roles(Posting(Title("Coord. II", ("coordinator",)))) == ("coordinator",)

    def test_a_kind_brings_its_parent_in_the_order_of_the_table(self) -> None:
        both = roles("Job Coach / Youth Peer Advocate")
        assert both == (DSP, f"{DSP}.job_coach", PEER, f"{PEER}.youth")


class TestSignals:
    STORY = (
        "{} of mental health recovery. Share your own story, meet members as an equal and write "
        "wellness plans together at our crisis center."
    )

    def test_a_text_alone_can_show_a_role(self) -> None:
        assert PEER in roles("", self.STORY.format("You bring lived experience"))
        assert roles("", self.STORY.format("You bring lived experience")[:52]) == ()

    @pytest.mark.parametrize(
        "denied",
        [
            "lived experience is not required here; no mutual support",
            "you do not need lived experience",
            "nobody asks for a diagnosis, and never for lived experience",
        ],
    )
    def test_a_denied_signal_does_not_count(self, denied: str) -> None:
        (evidence,) = (e for e in weigh_roles(posting("Peer Mentor", denied)) if e.id == PEER)
        assert evidence.signals_for == ()
        assert PEER not in roles("Peer Mentor", denied)

    def test_a_community_health_worker_is_no_peer(self) -> None:
        health = "Take blood pressure, screen for diabetes and coordinate care with the nurse. "
        assert PEER in roles("Peer Navigator", "Meet people as an equal on our crisis unit.")
        assert PEER not in roles("Peer Navigator", health + "Sit in on a mental health team.")

    def test_signals_are_looked_for_in_the_work_and_the_pitch_not_in_benefits(self) -> None:
        title = Title("Support Worker", ("support worker",))
        served = "adults with developmental disabilities"
        parts = (
            {"summary": served},
            {"duties": (Duty(f"Cook with {served}", 1.0, "inferred"),)},
            {"requirements": (Requirement(f"A year with {served}", "experience", "1"),)},
            {"set_aside": (SetAside(f"We serve {served}.", "pitch"),)},
        )
        assert all(find_roles(Posting(title, **part)) == (DSP,) for part in parts)
        aside = (SetAside("Short-term disability insurance", "benefits"),)
        assert find_roles(Posting(title, set_aside=aside)) == ()

    def test_the_evidence_adds_up(self) -> None:
        text = "Raise money for a nonprofit with hundreds of employees; reports to the board."
        evidence = weigh_roles(posting("Executive Director", text))
        (found,) = (e for e in evidence if e.id == "executive_director_small_charity")
        assert (found.title, found.points, found.needed) == ("executive director", 2, 3)
        assert (len(found.signals_for), len(found.signals_against)) == (2, 1)


def test_a_role_speaks_alike_for_the_codes_that_it_may_fall_in() -> None:
    codes = ("31-1121", "31-1122", "37-2012")
    ranking = Ranking(codes, np.zeros(3), np.zeros((1, 3)), np.zeros((1, 3)), ("words",))
    posting = Posting(Title("DSP", ("dsp",)), duties=(Duty("Bathe", 1.0, "stated"),))
    found = informed(ranking, posting, ("direct_support_professional",))
    assert found.job.tolist() == [SPEAKS_FOR, SPEAKS_FOR, 0.0]
    assert found.part_names == ("words", "role")
    assert np.array_equal(found.parts.sum(axis=0), found.job)


def test_a_vague_title_or_a_bare_one_informs_nothing() -> None:
    ranking = Ranking(("31-1122",), np.zeros(1), np.zeros((1, 1)), np.zeros((1, 1)), ("words",))
    posting = Posting(Title("X", ("x",)), duties=(Duty("Bathe", 1.0, "stated"),))
    assert informed(ranking, posting, ("specialist",)) is ranking
    bare = Posting(Title("X", ("x",)))
    assert informed(ranking, bare, ("direct_support_professional",)) is ranking
