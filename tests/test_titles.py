"""Title clean-up: what the table says, case by case, and what holds for any title."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from socoder.records import Title
from socoder.title_words import RULES, TABLE, is_worker, root
from socoder.titles import MAX_LENGTH, clean, normalise

CASES = [
    # plain titles pass
    ("Registered Nurse", "registered nurse"),
    ("  Job   Coach ", "job coach"),
    ("Button-Sewing-Machine Operator", "button sewing machine operator"),
    ("Café Manager", "cafe manager"),
    ("Cook's Helpers", "cook helper"),
    ("Women’s Apparel Buyer", "women apparel buyer"),
    ("Nurse&nbsp;Manager", "nurse manager"),
    ("Labour Organiser", "labor organizer"),
    ("Houskeeper", "housekeeper"),
    ("C++ Developers", "c++ developer"),
    # levels and grades
    ("RN II", "registered nurse"),
    ("Engineer III, Machine Learning", "machine learning engineer"),
    ("Sr. Data Analyst", "data analyst"),
    ("Analyst Senior", "analyst"),
    ("Jr Accountant", "accountant"),
    ("Ski Instructor, Level III", "ski instructor"),
    ("Lift Operator Level 2 ", "lift operator"),
    ("Technician Lvl 3", "technician"),
    ("DOMAIN CONSULTANT-L2", "domain consultant"),
    ("Clerk Grade 12", "clerk"),
    ("GS-9 Program Analyst", "program analyst"),
    ("Cook 2", "cook"),
    ("Laborer-1", "laborer"),
    ("Physician (3)", "physician"),
    ("Entry Level Welder", "welder"),
    ("Boiler Operator 1st Class", "boiler operator"),
    ("Lead Teacher", "lead teacher"),
    ("Chief Engineer", "chief engineer"),
    ("Associate Director", "associate director"),
    # … that are none
    ("Second Grade Teacher", "second grade teacher"),
    ("3rd grade reading teacher", "3rd grade reading teacher"),
    ("Teacher, Grade 5", "teacher grade 5"),
    ("Grades 1 through 5 teacher", "grades 1 through 5 teacher"),
    ("K-12 school principal", "k 12 school principal"),
    ("911 dispatcher", "911 dispatcher"),
    ("411 directory assistance operator", "411 directory assistance operator"),
    ("4-H youth development specialist", "4 h youth development specialist"),
    ("Title I Teacher", "title i teacher"),
    ("Class A driver", "class a driver"),
    ("IV Therapist", "iv therapist"),
    ("Senior Center Director", "senior center director"),
    ("Senior Nutrition Program Aide", "senior nutrition program aide"),
    ("Junior High School Teacher", "junior high school teacher"),
    # places
    ("Stamp Classifier, Worcester, MA", "stamp classifier"),
    ("Prospector in Worcester, MA", "prospector"),
    ("Spreader - Billings MT", "spreader"),
    ("Inspector - Grand Rapids MI", "inspector"),
    ("Cook (Las Cruces NM)", "cook"),
    ("RN - Lancaster PA 17601", "registered nurse"),
    # … that are none
    ("Technician - Chemistry MT", "chemistry mt technician"),
    ("Nurse, Operating Room, OR", "operating room nurse or"),
    ("Accountant - Tax CA", "tax ca accountant"),
    ("Train Despatcher", "train dispatcher"),
    # shifts and hours
    ("DSP - 2nd Shift, Mon-Fri 2p-10p", "direct support professional"),
    ("Dishwasher – nights", "dishwasher"),
    ("Overnight Stocker", "stocker"),
    ("Night Auditor", "night auditor"),
    ("Night Auditor - Nights", "night auditor"),
    ("Behavior Support Professional - Awake Overnight", "behavior support professional"),
    ("Welder 7a-3:30p", "welder"),
    ("Warehouse Associate M-F 8-5", "warehouse associate"),
    ("Janitor (3rd shift)", "janitor"),
    ("Part-Time Cashier (20 hrs/week)", "cashier"),
    ("Floral Designer, part time", "floral designer"),
    ("LPN PRN", "licensed practical nurse"),
    ("Temporary Maintenance Electrician", "maintenance electrician"),
    ("Seasonal Farmworker", "farmworker"),
    ("FT Temp Brush Clearer", "brush clearer"),
    ("Temp Control Technician", "temp control technician"),
    ("Contract Specialist", "contract specialist"),
    ("Substitute Teacher 2024-25 school year", "substitute teacher"),
    # bonuses, pay, places, requisitions, pitch
    ("RN II – PT Nights 0.6 FTE – $5,000 Sign-On Bonus!!", "registered nurse"),
    (
        "Senior Title Examiner – Level 3 (Hybrid / DE, MD, PA) $$ production bonus",
        "title examiner",
    ),
    ("CNC Machinist II – 2nd Shift (4x10) – $2,500 Sign On", "cnc machinist"),
    ("Warehouse Associate $19.50/hr", "warehouse associate"),
    ("Software Engineer (#R-12345) - Austin, TX", "software engineer"),
    ("Software Developers - KBGFJG225231-3", "software developer"),
    ("Software Engineer (017040.001273)", "software engineer"),
    ("Marketing Web Specialist [00057550]", "marketing web specialist"),
    ("Janitor #397491", "janitor"),
    ("Clerk Req #123", "clerk"),
    ("Nanny 39-9011", "nanny"),
    ("Registered Nurse - Austin TX", "registered nurse"),
    ("Cook (St. Cloud, MN 56301)", "cook"),
    ("Cashier (TX)", "cashier"),
    ("Security Guard, Denver, CO", "security guard"),
    ("Nurse Manager, RN, PA", "nurse manager registered nurse pa"),
    ("Medical Coder (Remote)", "medical coder"),
    ("Remote Medical Coder", "medical coder"),
    ("Remote Sensing Scientist", "remote sensing scientist"),
    ("🚀 Now Hiring! Cooks 🚀", "cook"),
    ("Carpenter Helpers (multiple openings)", "carpenter helper"),
    ("Dispatcher\\ ns", "dispatcher"),
    # inverted titles
    ("Clerk, Office", "office clerk"),
    ("COOKS, SHORT ORDER", "short order cook"),
    ("Nurse, Registered", "registered nurse"),
    (
        "Supervisor, Drafting and Printed Circuit Design",
        "drafting and printed circuit design supervisor",
    ),
    ("Technician, Semiconductor Development", "semiconductor development technician"),
    ("Senior Director, Marketing", "marketing director"),
    ("Engineer, Software/Info Platform", "software info platform engineer"),
    ("Helper, Electrician", "electrician helper"),
    ("Helpers--Brickmasons, Stonemasons, and Tile", "brickmason stonemason and tile helper"),
    ("Supervisor, Housekeeping, Laundry, and Linen", "housekeeping laundry and linen supervisor"),
    ("VP, Sales", "sales vice president"),
    ("Farmworker, General I", "general farmworker"),
    ("Farmworker - Ranch Animal", "ranch animal farmworker"),
    # … that are not
    ("Account Manager, Uber Eats", "account manager uber eats"),
    ("Cashiers, Stockers, and Baggers", "cashier stocker and bagger"),
    ("Managers, all other", "manager all other"),
    ("Registered Nurse, ICU", "registered nurse icu"),
    # abbreviations and their neighbours
    ("QIDP", "qualified intellectual disability professional"),
    ("HHA", "home health aide"),
    ("CNAs", "certified nursing assistant"),
    ("Asst Mgr", "assistant manager"),
    ("Maint Supv", "maintenance supervisor"),
    ("Acct Clerk", "account clerk"),
    ("Sr. Acct", "accountant"),
    ("admin asst", "administrative assistant"),
    ("Network Admin", "network administrator"),
    ("Pharm Tech", "pharmacy technician"),
    ("Tech Support Spec", "technical support specialist"),
    ("Eng Tech", "engineering technician"),
    ("Mech Eng", "mechanical engineer"),
    ("Diesel Mech", "diesel mechanic"),
    ("Exec Sec", "executive secretary"),
    ("Sec Guard", "security guard"),
    ("PT Aide", "physical therapist aide"),
    ("Cashier PT", "cashier"),
    ("PT Assistant Manager", "assistant manager"),
    ("PT", "physical therapist"),
    ("PA - Orthopedics", "physician assistant orthopedics"),
    ("PA Announcer", "pa announcer"),
    ("DSP Firmware Engineer", "digital signal processing firmware engineer"),
    ("IT Manager", "information technology manager"),
    ("VP of HR", "vice president of human resources"),
    ("ESL Teacher", "english as a second language teacher"),
    ("SPED Para", "special education paraprofessional"),
    ("CDL driver", "cdl truck driver"),
    ("R&D Scientist", "research and development scientist"),
    ("A/P Clerk", "accounts payable clerk"),
    ("Computed Tomography (CT) Scanner Operator", "computed tomography scanner operator"),
    ("CNA (Certified Novell Administrator)", "certified novell administrator"),
    ("Registered Nurse RN", "registered nurse"),
    # never nothing
    ("Nights", "nights"),
    ("II", "ii"),
    ("Senior II", "senior ii"),
    ("397491", "397491"),
]


@pytest.mark.parametrize(("raw", "expected"), CASES, ids=[raw for raw, _ in CASES])
def test_whole_title(raw: str, expected: str) -> None:
    assert clean(raw).variants[0] == expected


SLASHED = [
    ("Direct Support Professional / Job Coach", ("direct support professional", "job coach")),
    ("Detention Officer/Dispatcher", ("detention officer", "dispatcher")),
    ("Activities Assistant / CNA", ("activities assistant", "certified nursing assistant")),
    ("Nurse I/II", ()),
    ("Midday Host + Account Executive", ("midday host", "account executive")),
    ("Pantry Coordinator & Case Worker", ("pantry coordinator", "case worker")),
    ("Scientist II/Medical Technologist II", ()),  # a scientist of what?
    ("Sr. Project Manager/Scrum Master II", ("project manager", "scrum master")),
    ("Heating/AC mechanic", ()),
    ("Design/Product Development Engineer", ()),
    ("Solutions Engineer/Architect", ()),
    ("Receptionist / Intake / Billing", ()),
    ("Cooks & Servers", ()),
    ("Director of Nursing/DON", ()),
]


@pytest.mark.parametrize(("raw", "parts"), SLASHED, ids=[raw for raw, _ in SLASHED])
def test_slashed_title_names_several(raw: str, parts: tuple[str, ...]) -> None:
    assert clean(raw).variants[1:] == parts


def test_the_whole_slashed_title_comes_first() -> None:
    assert clean("Cook/Youth Care Worker").variants[0] == "cook youth care worker"


def test_says_what_it_did() -> None:
    title = clean("RN II – Med/Surg – PT Nights 0.6 FTE – $5,000 Sign-On Bonus!! (Hybrid) #R-123")
    assert title.removed == (
        "hours: 0.6 FTE",
        "bonus: $5,000 Sign-On Bonus",
        "requisition: #R-123",
        "level: II",
        "hours: PT",
        "shift: Nights",
        "location: Hybrid",
    )
    assert title.expanded == ("rn → registered nurse",)


def test_a_title_kept_whole_has_nothing_removed() -> None:
    assert clean("Nights") == Title("Nights", ("nights",))


@pytest.mark.parametrize("raw", ["", "  ", "!!!", "— / —", "🚀"])
def test_no_words_no_variants(raw: str) -> None:
    assert clean(raw) == Title(raw, ())


def test_a_very_long_title_is_cut() -> None:
    assert len(clean("cook " * 10_000).variants[0]) <= MAX_LENGTH


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Registered Nurses", "registered nurse"),
        ("SECRETARIES & Waitresses", "secretary and waitress"),
        ("Salesmen", "salesman"),
        ("Midwives", "midwife"),
        ("Sales, News, Glass & Logistics", "sales news glass and logistics"),
        ("Business Class Operations", "business class operations"),
        ("Customers' Water-Meter Readers", "customers water meter reader"),
        ("Labour Centre Counsellors", "labor center counselor"),
        ("Señor Chef", "senor chef"),
        ("RN II", "rn ii"),
        ("C# / .NET", "c# net"),
    ],
)
def test_normalise(title: str, key: str) -> None:
    assert normalise(title) == key


titles = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            [raw for raw, _ in CASES]
            + [raw for raw, _ in SLASHED]
            + [" - ", ", ", "/", " (", ") ", " & ", "II", "Sr", "nights", "PT", "12345", "3", "TX"]
        ),
        max_size=6,
    ).map(" ".join),
)


@given(titles)
@example("ͺ")
@example("ΑΣ ΑΣ")
@example("specimens' specimen's's")
@example("a" * 500 + " II")
def test_normalising_twice_changes_nothing(title: str) -> None:
    assert normalise(normalise(title)) == normalise(title)


@given(titles)
@example("ͺ")
@example("I, Robot Mechanic - I")
@example("Night (Auditor) - Day - 2 - 3")
def test_cleaning_a_variant_leaves_it(title: str) -> None:
    for variant in clean(title).variants:
        assert clean(variant).variants[0] == variant


@given(titles)
def test_a_letter_is_enough_for_a_variant(title: str) -> None:
    variants = clean(title).variants
    assert all(variants)
    if any(char.isalpha() for char in title[:MAX_LENGTH]):
        assert variants


@given(titles)
def test_variants_are_keys(title: str) -> None:
    for variant in clean(title).variants:
        assert normalise(variant) == variant or not normalise(variant)


def test_the_table_is_large_enough_and_written_as_keys() -> None:
    assert len(TABLE["expand"]) + len(TABLE["context"]) >= 150
    phrases = [" ".join(rule.words) for rules in RULES.values() for rule in rules]
    words = {word for phrase in phrases for word in phrase.split()} - {"&"}
    assert {word for word in words if root(word) != word} == set()


def test_what_an_abbreviation_stands_for_is_clean() -> None:
    rules = [rule for found in RULES.values() for rule in found]
    expansions = {rule.value for rule in rules if rule.action == "to"}
    expansions -= {"junior"}  # "jr high": stays before "high"
    assert [words for words in sorted(expansions) if clean(words).variants != (words,)] == []


@pytest.mark.parametrize("word", ["nurse", "clerk", "technician", "foreman", "waitress", "cna"])
def test_workers(word: str) -> None:
    assert is_worker(word)


@pytest.mark.parametrize("word", ["water", "customer", "computer", "labor", "business", "human"])
def test_no_workers(word: str) -> None:
    assert not is_worker(word)
