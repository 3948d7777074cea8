"""Requirements: recognised, typed, told from duties that speak of the same things."""

from __future__ import annotations

import pytest

from socoder.records import EDUCATION_LEVELS
from socoder.splitting.headings import table
from socoder.splitting.language import find_phrases, read
from socoder.splitting.requirements import asks, find_requirements


def _found(text: str, *, preferred: bool = False) -> list[str]:
    hits = find_phrases(read(text))
    return [
        f"{need.kind}:{need.level}{'' if need.required else '?'}"
        for need in find_requirements(text, hits, preferred=preferred)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("High school diploma or equivalent", ["education:high_school"]),
        ("HS/GED", ["education:high_school"]),
        ("Some college preferred", ["education:some_college?"]),
        ("Associate's degree in nursing", ["education:associate"]),
        ("ADN ok, BSN within 5 yrs", ["education:associate", "education:bachelor?"]),
        ("BS in biology", ["education:bachelor"]),
        ("Bachelor's degree required, master's preferred", ["education:bachelor", "education:master?"]),
        ("Master's degree in social work", ["education:master"]),
        ("Ph.D. in chemistry", ["education:doctoral"]),
        ("No degree required", ["education:none"]),
        ("No experience necessary", ["education:none"]),
        (
            "Bachelor's degree or HS diploma with 4 years' experience",
            ["education:bachelor?", "education:high_school", "experience:4?"],
        ),
        ("Bachelor's degree in social work or equivalent experience", ["education:bachelor?", "experience:?"]),
        ("Bachelor's degree or four years doing public-benefits work", ["education:bachelor?", "experience:4?"]),
        ("Bachelor's degree and two years of experience", ["education:bachelor", "experience:2"]),
        ("Master's preferred", ["education:master?"]),
    ],
)  # fmt: skip
def test_education(text: str, expected: list[str]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Current RN license", ["licence:rn"]),
        ("RN license preferred", ["licence:rn?"]),
        ("RN or LPN license required", ["licence:rn", "licence:lpn"]),
        ("LCSW, LPC or LMFT", ["licence:lcsw", "licence:lpc", "licence:lmft"]),
        ("Class B CDL within six months", ["licence:cdl"]),
        ("Commercial driver's license", ["licence:cdl"]),
        ("Valid state teaching license", ["licence:teacher"]),
        ("Licensed electrician", ["licence:electrician"]),
        ("Guard card", ["licence:guard_card"]),
        ("State license", ["licence:"]),
        ("CNA or HHA a plus", ["certificate:cna?", "certificate:hha?"]),
        ("CPR and First Aid", ["certificate:cpr", "certificate:first_aid"]),
        ("Certified Peer Specialist within 6 months", ["certificate:cps"]),
        ("RBT preferred", ["certificate:rbt?"]),
        ("Forklift cert or get one with us", ["certificate:forklift"]),
        ("ServSafe Manager", ["certificate:food_handler"]),
        ("Valid driver's license", ["drivers_licence:"]),
        ("DL with acceptable record", ["drivers_licence:"]),
        ("License & insured car", ["drivers_licence:"]),
    ],
)
def test_licences_and_certificates(text: str, expected: list[str]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3-5 years of experience preferred", ["experience:3?"]),
        ("Two (2) years of experience", ["experience:2"]),
        ("6 months experience", ["experience:0.5"]),
        ("Experience is nice", ["experience:?"]),
        ("five years servicing pianos", ["experience:5"]),
        ("2 yrs in recovery", ["lived_experience:"]),
        ("Lived experience of mental illness", ["lived_experience:"]),
        ("Parent of a child with a disability", ["lived_experience:"]),
        ("18 years of age or older", []),
        ("CPR within 90 days", ["certificate:cpr"]),
        ("Driver's license held 3 years", ["drivers_licence:"]),
    ],
)
def test_experience(text: str, expected: list[str]) -> None:
    assert _found(text) == expected


def test_what_a_heading_prefers_is_not_required() -> None:
    assert _found("Bachelor's degree", preferred=True) == ["education:bachelor?"]


@pytest.mark.parametrize(
    "text",
    [
        "Help students apply for driver's licenses", "Supervise RNs", "Verify teachers' licenses",
        "Teach GED classes", "Pass evening meds once you are med-certified", "Order supplies for the RN",
        "Maintains phlebotomy cart", "The RN assesses residents", "CPI training provided",
    ],
)  # fmt: skip
def test_duties_that_speak_of_licences_ask_for_nothing(text: str) -> None:
    assert not asks(text, find_phrases(read(text)))


@pytest.mark.parametrize(
    "text",
    [
        "Maintain current CPR certification", "Must have valid driver's license", "HS diploma or GED",
        "5 yrs exam experience min.", "Ability to lift 50 lbs", "Must pass a drug screen",
        "Strong communication skills", "One season doing similar work",
    ],
)  # fmt: skip
def test_lines_that_ask(text: str) -> None:
    assert asks(text, find_phrases(read(text)))


def test_the_table_is_in_order() -> None:
    needs = table("requirements")
    assert set(needs["education"]) <= set(EDUCATION_LEVELS)
    assert set(needs["licence"]).isdisjoint(needs["certificate"])
    for kind in ("education", "licence", "certificate"):
        for level, entry in needs[kind].items():
            assert entry["phrases"] or entry["exact"], level
            assert all(phrase == phrase.lower() for phrase in entry["phrases"]), level
