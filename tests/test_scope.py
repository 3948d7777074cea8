"""What is no job: each doubt with a text that raises it and one that does not."""

from __future__ import annotations

import timeit

import pytest

from socoder import scope
from socoder.records import Duty, Posting
from socoder.scope import find_out_of_scope, is_vague
from socoder.scope_words import Words, kinds, table
from socoder.titles import clean


def found(title: str = "", text: str = "") -> str:
    finding = find_out_of_scope(Posting(clean(title), text))
    return finding.kind if finding else ""


@pytest.mark.parametrize(
    ("doubt", "raises", "passes"),
    [
        (scope.placeholder, "Please see attached.", "See to the guests"),
        (scope.placeholder, "TEST test", "Test Engineer"),
        (scope.no_letters, "# 12-4", "RN"),
        (scope.mashed_keys, "qwer asdfgh", "Sommelier"),
        (scope.mashed_keys, "zzzzzz", "HVAC Tech"),
        (scope.other_letters, "Сварщик", "Pâtissier"),
        (scope.other_language, "Cocinero de línea", "Chef de Cuisine"),
        (scope.other_language, "Kellnerin für die Nacht", "Los Angeles Bus Driver"),
        (scope.address, "77 Elm Street, Dover, DE 19901", "5th Avenue Doorman"),
        (scope.date_or_file, "Tuesday 5 May 2020", "May Apple Picker"),
        (scope.date_or_file, "jobs_final.xlsx", "Node.js Developer"),
    ],
)
def test_each_doubt(doubt: object, raises: str, passes: str) -> None:
    assert callable(doubt)
    assert doubt(Words.of(raises)) is not None
    assert doubt(Words.of(passes)) is None


KINDS = {
    "lorem": ("Dolor amet velit.", "Draw doors."),
    "resume": ("Jan 2019 - Present: I managed a bar.", "Manage a bar. I-9 forms. Since 1998."),
    "web_page": ("Log in. Privacy policy.", "Log in visitors at the desk."),
    "email": ("Subject: keys\nThanks", "Thanks guests as they leave."),
    "source_code": ("if (x == 1) {\n  run();\n}", "Write code in Java and C++."),
    "product": ("Free shipping, 2-year warranty.", "Repairs appliances under warranty."),
    "news": ("The mayor resigned on Monday, officials said.", "Reports to the desk on Monday."),
    "recipe": ("Add 1 cup sugar, salt and butter, then bake.", "Bake bread and pastries."),
    "story": ("Once upon a time, my darling", "Tell stories to children."),
    "legal": ("The parties hereby agree.", "Draft wills and contracts."),
    "form": ("First name, last name, signature", "Collect a signature on delivery."),
}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_text(name: str) -> None:
    (kind,) = [kind for kind in kinds() if kind.name == name]
    raises, passes = KINDS[name]
    finding = kind(Words.of(raises))
    assert finding is not None and not finding.nothing
    assert finding.text.endswith(".") and kind.says in finding.text
    assert kind(Words.of(passes)) is None


def test_every_kind_has_a_case() -> None:
    assert set(KINDS) == set(table()["kinds"])


def test_a_text_that_speaks_as_postings_do_needs_more_cues() -> None:
    page = "Log in\nPrivacy policy\nSous chef"
    posting = "Duties: run the line. Requirements: two years. We are hiring, apply today."
    assert found(text=page) == "web_page"
    assert found(text=f"{page}\n{posting}") == ""


def test_a_placeholder_beside_a_real_title_or_text_is_no_matter() -> None:
    assert found("Welder", "see attached") == ""
    assert found("n/a", "Weld steel frames") == ""
    assert found("n/a", "see attached") == "placeholder"


def test_a_text_of_another_kind_is_one_whatever_the_title() -> None:
    assert found("Welder", "Soldar piezas y revisar las máquinas de la fábrica") == "language"


@pytest.mark.parametrize(
    "title",
    ["Title Examiner", "Position Classifier", "Job Coach", "Au Pair", "Maître d'Hôtel", "LVN",
     "Test Driver", "Die Maker", "Med Tech", "Street Sweeper", "Van Driver", "C# Developer",
     "Garde Manger", "Crew", "Barista", "Rhythm Guitarist", "2nd Grade Teacher"],
)  # fmt: skip
def test_real_titles_pass(title: str) -> None:
    assert found(title) == ""


@pytest.mark.parametrize(
    "title",
    ["Specialist", "Associate", "Team Member", "Staff", "Worker II", "Crew", "Helper",
     "Senior Associate", "Crew Members", "Lead Technician"],
)  # fmt: skip
def test_vague_titles(title: str) -> None:
    posting = Posting(clean(title))
    assert is_vague(posting)
    duty = Duty("Weld steel frames", 1.0, "inferred")
    assert not is_vague(Posting(clean(title), "Weld steel frames", duties=(duty,)))


@pytest.mark.parametrize(
    "title", ["General Manager", "Executive Assistant", "Laborer", "Chief Executive", "Nurse", ""]
)
def test_titles_that_are_not_vague(title: str) -> None:
    assert not is_vague(Posting(clean(title)))


def test_any_text_is_looked_at_without_error() -> None:
    for text in ("", "\x00", "\ud7ff" * 50, "{" * 30_000, "a " * 50_000, "١٢٣", "🙂 🙂"):
        find_out_of_scope(Posting(clean(text), text))


def test_a_plain_title_costs_next_to_nothing() -> None:
    postings = [Posting(clean(f"{word} operator")) for word in table()["posting"]["cues"]]
    postings = [posting for posting in postings if posting.title.variants]

    def look() -> None:
        scope._of_title.cache_clear()
        for posting in postings:
            find_out_of_scope(posting)
            is_vague(posting)

    # Fifteen microseconds are asked for on a free machine; ten times that is no accident.
    assert min(timeit.repeat(look, number=1, repeat=5)) / len(postings) < 150e-6
