from __future__ import annotations

from socoder.records import Job
from socoder.review.agreement import NO_CODE
from socoder.review.pairs import collect_pairs, machine_pairs, reviewer_pairs
from socoder.review.queue import browse, decide, next_dispute, undo
from socoder.review.records import Choice
from socoder.review.store import Store

from .conftest import fill, machine

AIDE, COACH = "31-1122", "21-1015"


def test_only_blind_standing_answers_are_compared(store: Store) -> None:
    fill(store, [(Job(f"Aide {n}"), machine(AIDE)) for n in range(3)], double_share=1.0)
    ann, bob = store.named("Ann"), store.named("Bob")
    chief = store.sign_in(store.add_reviewer("Chief", adjudicator=True))
    one, two, three = (item.id for item in sorted(browse(store), key=lambda own: own.title))
    for reviewer, code in ((ann, AIDE), (bob, COACH)):
        decide(store, reviewer, one, Choice("choose", code))
    assert next_dispute(store, chief) is not None
    decide(store, chief, one, Choice("choose", AIDE))
    decide(store, ann, two, Choice("choose", COACH))
    decide(store, ann, two, Choice("choose", AIDE))  # changed: the later answer stands
    decide(store, bob, two, Choice("no_code"))
    decide(store, ann, three, Choice("choose", COACH))
    undo(store, ann)
    decide(store, bob, three, Choice("flag", reason="two jobs"))
    found = collect_pairs(store)
    assert list(found) == [("Ann", "Bob"), ("Ann", "machine"), ("Bob", "machine")]
    answers = {own.item_id: (own.first, own.second) for own in reviewer_pairs(found)}
    assert answers == {one: (AIDE, COACH), two: (AIDE, NO_CODE)}
    assert all(own.group == "31-0000" for own in machine_pairs(found))
    assert sorted((own.first, own.second) for own in found["Bob", "machine"]) == [
        (COACH, AIDE), (NO_CODE, AIDE),
    ]  # fmt: skip
