"""Industry, employer and department as evidence; education as a requirement."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from evaluation.context import NAMES, given
from evaluation.folds import MEASURED, TRAINED
from evaluation.industries import IndustryRow, industry_rows, parse
from socoder import soc
from socoder.bundle import Bundle, write_manifest
from socoder.context import DEPARTMENT, Context, education_requirement
from socoder.industries import DATA, named_sectors, sectors
from socoder.records import Job, Ranking

SCRIPTS = Path(__file__).parents[1] / "scripts"
COOK, NURSE, CARPENTER = "35-2014", "29-1141", "47-2031"


@pytest.fixture(scope="module")
def known() -> soc.Classification:
    return soc.load()


@pytest.fixture(scope="module")
def training():
    sys.path.insert(0, str(SCRIPTS))
    import train_context

    return train_context


@pytest.fixture(scope="module")
def bundle(training, known: soc.Classification, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of nothing but the context, learnt from three rows and the table of usual places."""
    folder = tmp_path_factory.mktemp("bundle")
    rows = [
        IndustryRow("Formwork carpenter", frozenset({CARPENTER}), 2, frozenset({"0770"}), "named"),
        IndustryRow("Grill cook", frozenset({COOK}), 2, frozenset({"8680", "8660"}), "named"),
        IndustryRow("Clerk", frozenset({"43-9061"}), 2, None, ""),
    ]
    training.learn(rows, known).save(folder / "context.npz")
    write_manifest(folder, "test", "three rows")
    return Bundle.load(folder)


@pytest.fixture(scope="module")
def context(bundle: Bundle, known: soc.Classification) -> Context:
    return Context.load(bundle, known)


@pytest.mark.parametrize(
    ("text", "sector"),
    [
        ("Hospital", "hospitals"),
        ("nursing homes", "nursing_homes"),
        ("Public School District", "schools"),
        ("restaurants", "restaurants"),
        ("private household", "households"),
        ("non-profit provider of disability services", "social_services"),
        ("6231", "nursing_homes"),
        ("NAICS 722511", "restaurants"),
        ("722511 - Full-Service Restaurants", "restaurants"),
        ("7870", "colleges"),
        ("Census industry code 7870", "colleges"),
        ("0770", "construction"),
        ("770", "construction"),
        ("county hospital", "hospitals"),
        ("federal credit union", "banking"),
        ("furniture store", "home_stores"),
        ("Residential care, except skilled nursing facilities", "residential_care"),
    ],
)
def test_names_and_codes_find_their_sector(text: str, sector: str) -> None:
    assert named_sectors(text) == {sector}


def test_wide_names_and_codes_find_several_sectors() -> None:
    assert {"colleges", "human_programs"} <= named_sectors("state government")
    assert {"food", "furniture", "machinery"} <= named_sectors("31-33")
    assert named_sectors("hospital equipment manufacturing") == named_sectors("Manufacturing")
    # The same four digits in both lists, when nothing says which list is meant.
    assert named_sectors("5171") == named_sectors("Census 5171") | named_sectors("NAICS 5171")


@pytest.mark.parametrize("text", ["", "various", "n/a", "Services", "9999", "24 hours", "Acme Ltd"])
def test_unknown_industries_add_exactly_nothing(text: str, context: Context) -> None:
    assert not named_sectors(text)
    assert not context.of_industry(text, text).any()


def test_tables_name_existing_codes_and_each_industry_once(known: soc.Classification) -> None:
    census = [code for sector in sectors() for code in sector.census]
    naics = [code for sector in sectors() for code in sector.naics]
    assert len(set(census)) == len(census)
    assert len(set(naics)) == len(naics)
    assert all(known.members(code) for sector in sectors() for code in sector.usual)
    ids = {sector.id for sector in sectors()}
    table = tomllib.loads((DATA / "industries.toml").read_text(encoding="utf-8"))
    assert all(set(group["sectors"].split()) <= ids for group in table["group"])
    assert all(named_sectors(name) for name in NAMES.values())


def test_an_industry_speaks_for_its_occupations(
    context: Context, known: soc.Classification
) -> None:
    column = {code: i for i, code in enumerate(known.detailed)}
    hospital = context.of_industry("Hospital")
    assert hospital[column[NURSE]] > 1
    assert hospital[column[CARPENTER]] < hospital[column[NURSE]]
    assert context.of_industry("0770")[column[CARPENTER]] > 0.5
    assert np.abs(hospital).max() <= 2.5
    assert np.isfinite(context.evidence).all()


def test_the_employer_narrows_an_industry_or_stands_in_for_it(context: Context) -> None:
    schools, wide = context.of_industry("public school"), context.of_industry("Education")
    assert not np.array_equal(schools, wide)
    assert np.array_equal(context.of_industry("Education", "school district"), schools)
    assert np.array_equal(context.of_industry("", "school district"), schools)
    # What cannot both be is settled by the industry.
    assert np.array_equal(context.of_industry("public school", "private household"), schools)


def test_departments(context: Context, known: soc.Classification) -> None:
    column = {code: i for i, code in enumerate(known.detailed)}
    nursing = context.of_department("Dept. of Nursing")
    assert nursing[column[NURSE]] == DEPARTMENT
    assert nursing[column[COOK]] == 0
    assert context.of_department("Housekeeping - Building B")[column["37-2012"]] == DEPARTMENT
    assert not context.of_department("Region 7").any()


def test_what_is_said_stands_among_the_parts(context: Context, known: soc.Classification) -> None:
    size = len(known.detailed)
    plain = Ranking(
        codes=known.detailed, job=np.zeros(size), duties=np.zeros((0, size)),
        parts=np.zeros((1, size)), part_names=("title: words",),
    )  # fmt: skip
    assert context.informed(plain, Job(title="Clerk", industry="various")) is plain
    told = context.informed(plain, Job(industry="Hospital", department="Nursing"))
    assert told.part_names == ("title: words", "industry", "department")
    assert told.job == pytest.approx(told.parts.sum(axis=0))
    assert told.codes[int(told.job.argmax())].startswith("29-")


def test_a_bundle_without_context_is_neutral(known: soc.Classification, tmp_path: Path) -> None:
    write_manifest(tmp_path, "old", "nothing")
    context = Context.load(Bundle.load(tmp_path), known)
    assert not context.of_industry("Hospital").any()
    assert context.of_department("Nursing").any()


@pytest.mark.parametrize(
    ("text", "level", "required"),
    [
        ("Bachelor's degree", "bachelor", True),
        ("HS diploma/GED", "high_school", True),
        ("none", "none", True),
        ("No formal educational credential", "none", True),
        ("B.S. preferred", "bachelor", False),
        ("Bachelor's or Master's", "master", True),
        ("Bachelor's degree or equivalent experience", "bachelor", False),
        ("Some college, no degree", "some_college", True),
        ("Doctoral or professional degree", "doctoral", True),
        ("high_school", "high_school", True),
    ],
)
def test_education_becomes_a_requirement(text: str, level: str, required: bool) -> None:
    found = education_requirement(text)
    assert found is not None
    assert (found.kind, found.level, found.required) == ("education", level, required)
    assert found.text == f"education: {text}"


@pytest.mark.parametrize("text", ["", "n/a", "see posting", "RN", "no preference", "5 years"])
def test_what_names_no_education_is_no_requirement(text: str) -> None:
    assert education_requirement(text) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("(0770)", {"0770"}),
        ("#7870", {"7870"}),
        ("7860-7880", {"7860", "7870", "7880"}),
        ("GOV, OWN, PR 0770", {"0770"}),
        ("Exc. 7860, 7870", {"0770", "1070", "6471", "7880"}),
        ("0770-7880 exc. 6471, 7860-7880", {"0770", "1070"}),
        ("7870 exc. medical school", {"7870"}),
        ("7860, exc. 0770", {"7860"}),
        ("Mfg.", {"1070"}),
    ],
)
def test_the_shorthand_of_the_census_index(text: str, left: set[str]) -> None:
    assert parse(text, ["0770", "1070", "6471", "7860", "7870", "7880"]) == left


def test_the_index_is_read_and_no_measured_row_is_learnt_from(training, labelled: Path) -> None:
    rows = industry_rows(labelled)
    assert sum(row.industries is not None for row in rows) > 4400
    assert {row.fold for row in training.training_rows(labelled)} == set(TRAINED)
    assert MEASURED not in TRAINED
    clerks = [row for row in rows if row.kind == "not listed"]
    assert len(clerks) > 100
    assert all(given(row) in (row.industries or ()) for row in clerks)
