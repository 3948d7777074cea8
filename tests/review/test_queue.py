from __future__ import annotations

import json
from collections import Counter

import pytest
from sqlalchemy import text

from socoder.errors import InputError, UnknownCodeError
from socoder.records import Job
from socoder.review import queue
from socoder.review.claims import CLAIM_SECONDS, ClaimError
from socoder.review.filters import Filters
from socoder.review.queue import (
    SAMPLE_EVERY,
    answers,
    browse,
    claim,
    counts,
    decide,
    next_dispute,
    next_item,
    recent,
    release,
    undo,
)
from socoder.review.records import Choice, Item, Reviewer
from socoder.review.store import Store

from .conftest import Clock, Row, fill, machine

AIDE, COACH, NURSE = "31-1122", "21-1015", "29-1141"


def three(store: Store, **how: float) -> None:
    """Three items: their urgency is 0.5 x 4, 0.9 x 1 and 0.1 x 3."""
    rows: list[Row] = [(Job("Aide"), machine(AIDE, 0.5, alternatives=""))] * 4
    rows += [(Job("Job Coach"), machine(COACH, 0.1, tags="coach|helper"))]
    rows += [(Job("Nurse"), machine(NURSE, 0.9, reasons="small_margin|all_other"))] * 3
    fill(store, rows, **how)


def titles(found: tuple[Item, ...]) -> list[str]:
    return [item.title for item in found]


def taken(store: Store, reviewer: Reviewer, filters: Filters = queue.NO_FILTERS) -> Item:
    item = next_item(store, reviewer, filters)
    assert item is not None
    return item


def test_the_most_doubtful_and_most_frequent_come_first(store: Store) -> None:
    three(store)
    reviewer, order = store.named("Ann"), []
    while item := next_item(store, reviewer):
        order.append((item.title, item.head_count))
        decide(store, reviewer, item.id, Choice("choose", item.soc_code))
    assert order == [("Aide", 4), ("Job Coach", 1), ("Nurse", 3)]


def test_an_item_is_shown_to_one_reviewer_until_the_claim_runs_out(
    store: Store, clock: Clock
) -> None:
    three(store)
    ann, bob = store.named("Ann"), store.named("Bob")
    first = taken(store, ann)
    assert taken(store, ann).id == first.id  # a page that is loaded again shows the same
    second = taken(store, bob)
    assert second.id != first.id
    with pytest.raises(ClaimError, match="somebody else is at this item"):
        claim(store, bob, first.id)
    with pytest.raises(ClaimError):
        decide(store, bob, first.id, Choice("choose", AIDE))
    clock.seconds += CLAIM_SECONDS + 1
    release(store, bob, second.id)
    assert taken(store, bob).id == first.id
    assert counts(store).held == 1
    with pytest.raises(ClaimError):  # too late: somebody else has it now
        decide(store, ann, first.id, Choice("choose", AIDE))


def test_a_decided_item_is_settled_for_everybody_else(store: Store) -> None:
    three(store)
    ann, bob = store.named("Ann"), store.named("Bob")
    item = taken(store, ann)
    made = decide(
        store, ann, item.id, Choice("choose", AIDE, comment=" helps to bathe ", seconds=7)
    )
    assert (made.code, made.level, made.comment, made.seconds) == (
        AIDE, "detailed", "helps to bathe", 7,
    )  # fmt: skip
    assert not made.authenticated
    assert made.shown["soc_code"] == AIDE
    assert made.shown["confidence"]["detailed"] == 0.5
    assert store.item(item.id).final_code == AIDE
    for act in (
        lambda: claim(store, bob, item.id),
        lambda: decide(store, bob, item.id, Choice("choose", COACH)),
    ):
        with pytest.raises(ClaimError, match="somebody else has decided"):
            act()


def test_a_reviewer_with_a_token_is_recorded_as_such(store: Store) -> None:
    three(store)
    ann = store.sign_in(store.add_reviewer("Ann"))
    assert decide(store, ann, taken(store, ann).id, Choice("choose", AIDE)).authenticated


def test_the_time_taken_is_that_since_the_item_was_handed_out(store: Store, clock: Clock) -> None:
    three(store)
    ann = store.named("Ann")
    item = taken(store, ann)
    clock.seconds += 42
    assert decide(store, ann, item.id, Choice("choose", AIDE)).seconds == pytest.approx(42, abs=0.1)


def test_a_broader_code_can_be_chosen_where_the_text_supports_no_more(store: Store) -> None:
    three(store)
    ann = store.named("Ann")
    made = decide(store, ann, taken(store, ann).id, Choice("choose", "31-1120"))
    assert (made.code, made.level) == ("31-1120", "broad")


def test_what_is_no_decision_is_refused(store: Store) -> None:
    three(store)
    ann = store.named("Ann")
    item = taken(store, ann)
    for choice, error, message in (
        (Choice("choose"), InputError, "no code was chosen"),
        (Choice("choose", "99-9999"), UnknownCodeError, "not in SOC"),
        (Choice("skip"), InputError, "needs a reason"),
        (Choice("flag", reason="  "), InputError, "needs a reason"),
        (Choice("no_code", AIDE), InputError, "without a code"),
        (Choice("undo"), InputError, "one of"),
    ):
        with pytest.raises(error, match=message):
            decide(store, ann, item.id, choice)
    with pytest.raises(InputError, match="no such item"):
        decide(store, ann, "0" * 64, Choice("choose", AIDE))
    assert store.record(item.id) == ()


def test_a_skipped_item_goes_to_somebody_else(store: Store) -> None:
    three(store)
    ann, bob = store.named("Ann"), store.named("Bob")
    item = taken(store, ann)
    decide(store, ann, item.id, Choice("skip", reason="I do not know this programme"))
    assert taken(store, ann).id != item.id
    assert taken(store, bob).id == item.id


def test_items_can_be_passed_over(store: Store) -> None:
    three(store)
    ann = store.named("Ann")
    first = taken(store, ann)
    second = next_item(store, ann, passing=[first.id])
    assert second is not None
    assert second.id != first.id
    assert next_item(store, ann, passing=[first.id, second.id]) is not None
    ids = [item.id for item in browse(store)]
    assert next_item(store, ann, passing=ids) is None


def test_undo_is_a_new_row_and_opens_the_item_again(store: Store) -> None:
    three(store)
    ann, bob = store.named("Ann"), store.named("Bob")
    item = taken(store, ann)
    decide(store, ann, item.id, Choice("choose", AIDE))
    back = undo(store, ann)
    record = store.record(item.id)
    assert [own.kind for own in record] == ["choose", "undo"]
    assert (back.undoes, record[0].undone) == (record[0].id, True)
    assert store.item(item.id).state == "open"
    assert store.item(item.id).final_code == ""
    assert taken(store, bob).id != item.id  # who took it back holds it
    assert taken(store, ann).id == item.id
    with pytest.raises(ClaimError, match="no decision of yours"):
        undo(store, ann)
    with pytest.raises(ClaimError, match="no decision of yours"):
        undo(store, bob, record[0].id)


def test_an_answer_can_be_changed_and_the_change_undone(store: Store) -> None:
    three(store)
    ann = store.named("Ann")
    item = taken(store, ann)
    decide(store, ann, item.id, Choice("choose", AIDE))
    claim(store, ann, item.id)
    decide(store, ann, item.id, Choice("choose", COACH))
    assert store.item(item.id).final_code == COACH
    undo(store, ann)
    assert store.item(item.id).final_code == AIDE
    assert [own.code for own in recent(store, ann)] == [AIDE]


def test_recent_decisions_are_own_ones_and_the_latest_first(store: Store) -> None:
    three(store)
    ann, bob = store.named("Ann"), store.named("Bob")
    for reviewer in (ann, bob, ann):
        decide(store, reviewer, taken(store, reviewer).id, Choice("choose", AIDE))
    assert [own.title for own in recent(store, ann)] == ["Nurse", "Aide"]
    assert len(recent(store, ann, 1)) == 1


def test_two_reviewers_of_a_doubled_item_stay_blind_to_each_other(store: Store) -> None:
    fill(store, [(Job("Aide"), machine())], double_share=1.0)
    ann, bob, cid = store.named("Ann"), store.named("Bob"), store.named("Cid")
    chief = store.sign_in(store.add_reviewer("Chief", adjudicator=True))
    item = taken(store, ann)
    same = taken(store, bob)  # both may hold it
    assert same == item
    assert next_item(store, cid) is None
    decide(store, ann, item.id, Choice("choose", AIDE))
    between = taken(store, bob)
    assert between.state == "second"
    assert AIDE not in repr(between.final_code)
    assert next_item(store, ann) is None
    assert recent(store, bob) == ()
    with pytest.raises(ClaimError, match="only an adjudicator"):
        answers(store, bob, item.id)
    with pytest.raises(ClaimError, match="not shown"):
        answers(store, chief, item.id)
    decide(store, bob, item.id, Choice("choose", AIDE))
    assert (store.item(item.id).state, store.item(item.id).final_code) == ("done", AIDE)


def test_a_disagreement_goes_to_an_adjudicator_who_sees_both(store: Store) -> None:
    fill(store, [(Job("Aide"), machine())], double_share=1.0)
    ann, bob, cid = store.named("Ann"), store.named("Bob"), store.named("Cid")
    chief = store.sign_in(store.add_reviewer("Chief", adjudicator=True))
    for reviewer, code in ((ann, AIDE), (bob, COACH)):
        decide(store, reviewer, taken(store, reviewer).id, Choice("choose", code))
    (item,) = browse(store)
    assert (item.state, item.final_code) == ("disagreed", "")
    assert next_item(store, cid) is None
    with pytest.raises(ClaimError, match="waits for an adjudicator"):
        decide(store, cid, item.id, Choice("choose", AIDE))
    with pytest.raises(ClaimError, match="only an adjudicator"):
        next_dispute(store, cid)
    dispute = next_dispute(store, chief)
    assert dispute is not None
    assert [(own.reviewer, own.code) for own in answers(store, chief, dispute.id)] == [
        ("Ann", AIDE), ("Bob", COACH),
    ]  # fmt: skip
    made = decide(store, chief, item.id, Choice("choose", NURSE, reason="gives medication"))
    assert made.role == "adjudication"
    assert store.item(item.id).final_code == NURSE
    with pytest.raises(ClaimError):  # what an adjudicator settled, a reviewer cannot reopen
        decide(store, ann, item.id, Choice("choose", COACH))
    decide(store, chief, item.id, Choice("choose", AIDE))
    assert store.item(item.id).final_code == AIDE
    undo(store, chief)
    undo(store, chief)
    assert store.item(item.id).state == "disagreed"


def test_nobody_adjudicates_an_own_answer(store: Store) -> None:
    fill(store, [(Job("Aide"), machine())], double_share=1.0)
    ann = store.named("Ann")
    chief = store.sign_in(store.add_reviewer("Chief", adjudicator=True))
    for reviewer, code in ((ann, AIDE), (chief, COACH)):
        decide(store, reviewer, taken(store, reviewer).id, Choice("choose", code))
    assert next_dispute(store, chief) is None
    (item,) = browse(store)
    assert decide(store, chief, item.id, Choice("choose", AIDE)).role == "review"
    assert store.item(item.id).state == "done"  # they agree after all


def test_a_flag_waits_for_an_adjudicator_even_one_who_flagged_it(store: Store) -> None:
    three(store)
    ann = store.named("Ann")
    chief = store.sign_in(store.add_reviewer("Chief", adjudicator=True))
    for reviewer in (ann, chief):
        item = taken(store, reviewer)
        decide(store, reviewer, item.id, Choice("flag", reason="two jobs in one title"))
    assert counts(store).items == {"flagged": 2, "open": 1}
    while dispute := next_dispute(store, chief):
        assert answers(store, chief, dispute.id)[0].reason == "two jobs in one title"
        decide(store, chief, dispute.id, Choice("no_code", reason="not a job"))
    assert counts(store).items == {"done": 2, "open": 1}


def test_filters_find_items(store: Store) -> None:
    three(store)
    ann = store.named("Ann")
    decide(store, ann, taken(store, ann).id, Choice("choose", AIDE))
    (batch,) = store.batches()
    cases = {
        Filters(reason="small_margin"): ["Nurse"],
        Filters(reason="margin"): [],
        Filters(role_tag="helper"): ["Job Coach"],
        Filters(major_group="29-0000"): ["Nurse"],
        Filters(batch=batch.id): ["Aide", "Job Coach", "Nurse"],
        Filters(batch="none"): [],
        Filters(reviewer="Ann"): ["Aide"],
        Filters(status="done"): ["Aide"],
        Filters(machine_status="review", text="O"): ["Job Coach"],
        Filters(text="coach JOB"): ["Job Coach"],
        Filters(text="100%_"): [],
    }
    for filters, expected in cases.items():
        assert titles(browse(store, filters)) == expected, filters
    assert titles(browse(store, limit=1, offset=1)) == ["Job Coach"]
    assert counts(store, Filters(status="open")).heads == {"open": 4}
    assert next_item(store, ann, Filters(reason="small_margin")) == store.item(
        browse(store, Filters(text="nurse"))[0].id
    )


def test_accepted_rows_come_in_blindly_and_in_random_order(small: Store) -> None:
    rows: list[Row] = [(Job(f"Doubtful {n}"), machine()) for n in range(40)]
    rows += [(Job(f"Sure {n}"), machine(AIDE, 0.99, "accepted", "", "")) for n in range(1000)]
    done = fill(small, rows, sample_share=0.02)
    drawn = done.queued - 40
    assert 5 < drawn < 50  # binomial(1000, 0.02): outside with a chance of 1 in a million
    ann, order = small.named("Ann"), []
    while item := next_item(small, ann):
        assert not {"sampled", "doubled", "machine_status"} & set(Item.__slots__)
        order.append(item.title.split()[0])
        decide(small, ann, item.id, Choice("choose", AIDE))
    assert Counter(order) == {"Doubtful": 40, "Sure": drawn}
    assert order[: SAMPLE_EVERY - 1] == ["Doubtful"] * (SAMPLE_EVERY - 1)
    assert order[SAMPLE_EVERY - 1] == "Sure"


def test_an_accepted_item_can_be_decided_when_it_is_looked_up(store: Store) -> None:
    fill(store, [(Job("Aide"), machine(AIDE, 0.99, "accepted"))])
    ann = store.named("Ann")
    assert next_item(store, ann) is None
    (item,) = browse(store)
    assert item.state == "unqueued"
    claim(store, ann, item.id)
    decide(store, ann, item.id, Choice("choose", NURSE))
    assert store.item(item.id).final_code == NURSE


def test_the_record_holds_what_was_on_the_screen(store: Store) -> None:
    three(store)
    ann = store.named("Ann")
    item = taken(store, ann)
    decide(store, ann, item.id, Choice("choose", AIDE), {"coding": {"rules_version": "7"}})
    assert store.record(item.id)[0].shown == {"coding": {"rules_version": "7"}}
    with store.reading() as connection:
        kept = connection.execute(text("SELECT shown FROM decisions")).scalar_one()
    assert json.loads(kept)["coding"]["rules_version"] == "7"
