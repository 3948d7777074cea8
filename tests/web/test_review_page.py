"""The desk's pages without a browser: deciding, undoing, searching, and who may do what."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from socoder import soc
from socoder.review.records import Decision
from socoder.review.store import Store
from socoder.web import desk_lists
from socoder.web.coding_view import DutyBar
from socoder.web.review_view import branch, passages, searched

from .conftest import POSTING, TITLES


def item_of(page: str) -> str:
    found = re.search(r'data-item="([0-9a-f]{64})"', page)
    assert found, page[:500]
    return found[1]


def candidates(page: str) -> list[str]:
    form = page[page.index('class="candidates"') :]
    return re.findall(r'name="do" value="(\d\d-\d{4})" class="pick" data-key', form)


def record(database: str, item: str) -> tuple[Decision, ...]:
    store = Store.open(database)
    try:
        return store.record(item)
    finally:
        store.close()


def test_without_a_store_the_page_says_how_to_get_one(client: TestClient) -> None:
    assert "socoder review import" in client.get("/review").text
    assert client.get("/progress").status_code == 200


def test_looking_makes_no_store(client: TestClient) -> None:
    client.get("/review")
    desk = client.app.state.desk  # type: ignore[attr-defined]
    import pathlib

    assert not pathlib.Path(desk.database).exists()


def test_one_must_sign_in(desk_client: TestClient) -> None:
    desk_client.post("/sign-out")
    answer = desk_client.get("/review", follow_redirects=False)
    assert answer.headers["location"].startswith("/sign-in")
    assert desk_client.post(f"/review/{'0' * 64}", data={"do": "21-1093"}).status_code == 422


def test_an_item_is_decided_and_the_next_one_comes(desk_client: TestClient, database: str) -> None:
    page = desk_client.get("/review").text
    item, codes = item_of(page), candidates(page)
    assert 2 <= len(codes) <= 9
    after = desk_client.post(
        f"/review/{item}", data={"do": codes[1], "comment": "by the duties"}
    ).text
    assert f"Recorded: {codes[1]}" in after and item_of(after) != item
    (made,) = record(database, item)
    assert (made.code, made.comment, made.reviewer) == (codes[1], "by the duties", "Ada")
    assert not made.authenticated and made.seconds >= 0
    assert made.shown["soc_code"] == codes[0]
    assert made.shown["coding"]["bundle"]["sha256"] and made.shown["coding"]["rules_version"]


def test_an_undo_is_a_new_row_and_shows_the_item_again(
    desk_client: TestClient, database: str
) -> None:
    page = desk_client.get("/review").text
    item = item_of(page)
    desk_client.post(f"/review/{item}", data={"do": candidates(page)[0]})
    again = desk_client.post("/review/undo", data={}).text
    assert item_of(again) == item and "Taken back" in again
    assert [row.kind for row in record(database, item)] == ["choose", "undo"]
    assert "no decision of yours" in desk_client.post("/review/undo").text


def test_a_recent_decision_is_listed_and_can_be_changed(
    desk_client: TestClient, database: str
) -> None:
    page = desk_client.get("/review").text
    item, codes = item_of(page), candidates(page)
    listed = desk_client.post(f"/review/{item}", data={"do": codes[0]}).text
    assert f'href="/review/{item}"' in listed
    again = desk_client.get(f"/review/{item}").text
    assert "You decided this before" in again
    desk_client.post(f"/review/{item}", data={"do": codes[1]})
    assert [row.code for row in record(database, item)] == codes[:2]


@pytest.mark.parametrize("level", ["broad", "minor", "major"])
def test_a_broader_level_can_be_chosen(desk_client: TestClient, database: str, level: str) -> None:
    page = desk_client.get("/review").text
    item = item_of(page)
    code = soc.load().at_level(candidates(page)[0], level)  # type: ignore[arg-type]
    assert f'value="{code}" class="pick"' in page
    desk_client.post(f"/review/{item}", data={"do": code})
    assert [(row.code, row.level) for row in record(database, item)] == [(code, level)]


@pytest.mark.parametrize("kind", ["skip", "flag"])
def test_skips_and_flags_need_a_reason(desk_client: TestClient, database: str, kind: str) -> None:
    item = item_of(desk_client.get("/review").text)
    refused = desk_client.post(f"/review/{item}", data={"do": kind}).text
    assert "needs a reason" in refused and item_of(refused) == item
    desk_client.post(f"/review/{item}", data={"do": kind, f"{kind}_reason": "not my field"})
    assert [(row.kind, row.reason) for row in record(database, item)] == [(kind, "not my field")]


def test_no_code_is_a_decision(desk_client: TestClient, database: str) -> None:
    item = item_of(desk_client.get("/review").text)
    desk_client.post(f"/review/{item}", data={"do": "no_code"})
    assert [row.kind for row in record(database, item)] == ["no_code"]


def test_next_and_back_decide_nothing(desk_client: TestClient, database: str) -> None:
    first = item_of(desk_client.get("/review").text)
    page = desk_client.post(f"/review/{first}", data={"do": "pass"}).text
    assert item_of(page) != first and f'href="/review/{first}" data-key="k"' in page
    assert item_of(desk_client.get(f"/review/{first}").text) == first
    assert record(database, first) == ()


@pytest.mark.parametrize("pressed", ["99-9999", "25-9045", "<b>", ""])
def test_a_code_that_is_none_is_refused(
    desk_client: TestClient, database: str, pressed: str
) -> None:
    item = item_of(desk_client.get("/review").text)
    page = desk_client.post(f"/review/{item}", data={"do": pressed}).text
    assert "Not recorded" in page and item_of(page) == item
    assert record(database, item) == ()


def test_search_and_tree_work_without_script(desk_client: TestClient) -> None:
    item = item_of(desk_client.get("/review").text)
    page = desk_client.get(f"/review/{item}", params={"q": "rehabilitaton counselor"}).text
    assert 'form="decide" name="do" value="21-1015"' in page
    page = desk_client.get(f"/review/{item}", params={"under": "21-1010"}).text
    assert 'form="decide" name="do" value="21-1015"' in page and "under=21-0000" in page
    assert "under=53-0000" in desk_client.get(f"/review/{item}", params={"under": ""}).text
    assert desk_client.get(f"/review/{item}", params={"under": "<b>"}).status_code == 200


def test_filters_leave_what_fits(desk_client: TestClient) -> None:
    page = desk_client.get("/review", params={"text": "teacher aide"}).text
    assert "Teacher Aide" in page and "<strong>1</strong> waiting with these filters" in page
    decided = desk_client.post(
        f"/review/{item_of(page)}", data={"do": "25-9042", "text": "teacher aide"}
    )
    assert "Nothing left that fits" in decided.text


def test_the_whole_queue_can_be_worked_through(desk_client: TestClient, database: str) -> None:
    for _ in range(len(TITLES) + 1):
        page = desk_client.get("/review").text
        desk_client.post(f"/review/{item_of(page)}", data={"do": candidates(page)[0]})
    assert "All done" in desk_client.get("/review").text
    progress = desk_client.get("/progress").text
    assert (
        f"<strong>{len(TITLES) + 1}</strong> done" in progress and '<svg class="plot"' in progress
    )


def test_a_reviewers_token_proves_who_decides(desk_client: TestClient, database: str) -> None:
    store = Store.open(database)
    token = store.add_reviewer("Grace", adjudicator=True)
    store.close()
    desk_client.post("/sign-out")
    assert "sign in with it" in desk_client.post("/sign-in", data={"name": "Grace"}).text
    page = desk_client.post("/sign-in", data={"token": token, "next": "/review"}).text
    item = item_of(page)
    desk_client.post(f"/review/{item}", data={"do": candidates(page)[0]})
    (made,) = record(database, item)
    assert made.reviewer == "Grace" and made.authenticated


def test_a_flag_goes_to_the_adjudicator_who_sees_it(desk_client: TestClient, database: str) -> None:
    item = item_of(desk_client.get("/review").text)
    desk_client.post(f"/review/{item}", data={"do": "flag", "flag_reason": "two jobs in one"})
    store = Store.open(database)
    token = store.add_reviewer("Grace", adjudicator=True)
    store.close()
    desk_client.post("/sign-out")
    desk_client.post("/sign-in", data={"token": token})
    page = desk_client.get("/review", params={"queue": "disputes"}).text
    assert item_of(page) == item and "two jobs in one" in page and "What the reviewers said" in page


def test_single_keys_can_be_switched_off(desk_client: TestClient) -> None:
    page = desk_client.get("/review").text
    assert 'data-keys="on"' in page
    assert 'data-keys="off"' in desk_client.post("/review/keys", data={"item": item_of(page)}).text


def test_a_message_is_shown_once(desk_client: TestClient) -> None:
    page = desk_client.get("/review").text
    assert "Recorded" in desk_client.post(f"/review/{item_of(page)}", data={"do": "no_code"}).text
    assert "Recorded" not in desk_client.get("/review").text


def bar(index: int, text: str, code: str = "35-2014") -> DutyBar:
    return DutyBar(index, text, 0.0, 0.1, True, code, "", 2, "o1")


def test_duties_are_marked_where_they_stand() -> None:
    text = "Cook\n• Cook meals for\n  forty people (50%)\n• Clean\n"
    found = passages(
        text, [bar(0, "Cook meals for forty people"), bar(1, "Fly"), bar(2, "Clean", "")]
    )
    assert [(piece.text, piece.duty) for piece in found if piece.duty >= 0] == [
        ("Cook meals for\n  forty people", 0),
        ("Clean", 2),
    ]


@given(st.text("ab \n.*(", max_size=60), st.lists(st.text("ab .*(", max_size=8), max_size=5))
def test_marking_loses_no_character(text: str, duties: list[str]) -> None:
    found = passages(text, [bar(i, duty) for i, duty in enumerate(duties)])
    assert "".join(piece.text for piece in found) == text


def test_the_tree_leads_from_the_major_groups_to_every_detailed_code() -> None:
    known = soc.load()
    seen, open_codes = set(), [""]
    while open_codes:
        _, below = branch(open_codes.pop())
        seen |= {each.soc_code for each in below}
        open_codes += [each.soc_code for each in below if each.parent]
    assert seen == {group.code for group in known.groups}


@pytest.mark.parametrize("words", ["21-1093", "211093", "social and human service"])
def test_a_search_finds_by_number_and_by_words(words: str) -> None:
    assert searched(words)[0].soc_code == "21-1093"


def test_the_posting_has_its_duties_marked(desk_client: TestClient) -> None:
    page = desk_client.get("/review", params={"text": "bathe"}).text
    assert page.count("<mark ") == 5 and "Jane Whitfield" in POSTING and "Whitfield" not in page


def options(page: str, field: str) -> list[str]:
    """The values that a pick-list of the filters offers."""
    found = re.search(rf'<select id="f-{field}".*?</select>', page, re.S)
    assert found
    return re.findall(r'value="([^"]+)"', found[0])


def test_filters_offer_what_there_is(desk_client: TestClient) -> None:
    item = item_of(desk_client.get("/review").text)
    desk_client.post(f"/review/{item}", data={"do": "no_code"})
    page = desk_client.get("/review").text
    tags = options(page, "role")
    assert "peer_support" in tags and tags == sorted(set(tags))
    assert options(page, "reviewer") == ["Ada"]
    assert options(page, "status") == ["open", "done", "disagreed", "flagged", "unqueued"]
    tagged = desk_client.get("/review?role=peer_support").text
    assert "Peer Support Specialist" in tagged


def test_decided_items_are_listed_and_lead_back(desk_client: TestClient) -> None:
    item = item_of(desk_client.get("/review").text)
    desk_client.post(f"/review/{item}", data={"do": "no_code"})
    for query in ("status=done", "reviewer=Ada", "status=done&reviewer=Ada"):
        listed = desk_client.get(f"/review?{query}").text
        assert re.findall(r'href="/review/([0-9a-f]{64})', listed) == [item]
    assert "No item fits" in desk_client.get("/review?status=flagged").text
    assert "No item fits" in desk_client.get("/review?status=done&after=999&text=zzz").text
    assert item_of(desk_client.get(f"/review/{item}?status=done").text) == item
    assert desk_client.get("/review?status=%22%3E%3Cscript%3E&after=-1").status_code == 200


def test_who_is_no_adjudicator_learns_nothing_of_others_answers(
    desk_client: TestClient, database: str
) -> None:
    store = Store.open(database)
    token = store.add_reviewer("Judge", adjudicator=True)
    store.close()
    item = item_of(desk_client.get("/review").text)
    desk_client.post(f"/review/{item}", data={"do": "no_code"})
    desk_client.post("/sign-out")
    desk_client.post("/sign-in", data={"name": "Ben"})
    assert "No item fits" in desk_client.get("/review?reviewer=Ada").text
    assert options(desk_client.get("/review").text, "reviewer") == []
    assert item_of(desk_client.get("/review?status=second").text) != item  # as if not asked
    desk_client.post("/sign-out")
    desk_client.post("/sign-in", data={"token": token})
    assert item in desk_client.get("/review?reviewer=Ada").text
    assert "second" in options(desk_client.get("/review").text, "status")


def test_a_long_list_is_turned(desk_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_lists, "PAGE", 1)
    decided = set()
    for _ in range(2):
        item = item_of(desk_client.get("/review").text)
        desk_client.post(f"/review/{item}", data={"do": "no_code"})
        decided.add(item)
    first = desk_client.get("/review?status=done").text
    assert "1–1 of 2" in first and "Further ones" in first and "Earlier ones" not in first
    second = desk_client.get("/review?status=done&after=1").text
    assert "2–2 of 2" in second and "Earlier ones" in second
    found = re.findall(r'href="/review/([0-9a-f]{64})', first + second)
    assert set(found) == decided and len(found) == 2
