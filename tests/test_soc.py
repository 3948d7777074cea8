"""The classification that ships, and a made-up later version beside it."""

import doctest
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder.errors import InputError, ReferenceDataError, UnknownCodeError
from socoder.records import EDUCATION_LEVELS, LEVELS
from socoder.soc import SOURCE_NOTES, load

ROOT = Path(__file__).parents[1]
SOC = load()

codes = st.sampled_from([group.code for group in SOC.groups])
detailed_codes = st.sampled_from(SOC.detailed)


# The hierarchy


def test_counts_are_those_of_the_2018_manual() -> None:
    counts = Counter(group.level for group in SOC.groups)
    assert counts == {"major": 23, "minor": 98, "broad": 459, "detailed": 867}
    assert SOC.about["counts"] == counts
    assert len(SOC.detailed) == len(set(SOC.detailed)) == 867


@pytest.mark.parametrize(
    ("code", "broad", "minor", "major"),
    [
        ("29-1221", "29-1210", "29-1000", "29-0000"),
        ("29-1229", "29-1210", "29-1000", "29-0000"),
        ("29-1241", "29-1240", "29-1000", "29-0000"),
        ("15-1252", "15-1250", "15-1200", "15-0000"),
        ("15-2051", "15-2050", "15-2000", "15-0000"),
        ("31-1122", "31-1120", "31-1100", "31-0000"),
        ("51-5111", "51-5110", "51-5100", "51-0000"),
        ("21-1093", "21-1090", "21-1000", "21-0000"),
    ],
)
def test_levels_follow_the_published_hierarchy(
    code: str, broad: str, minor: str, major: str
) -> None:
    assert SOC.ancestors(code) == (broad, minor, major)
    assert [SOC.at_level(code, level) for level in LEVELS] == [code, broad, minor, major]


def test_only_the_known_codes_break_the_pattern_of_digits() -> None:
    odd = {code for code in SOC.detailed if SOC.parent(code) != f"{code[:6]}0"}
    assert odd == {"29-1221", "29-1222", "29-1223", "29-1224", "29-1229"}
    minors = {group.code for group in SOC.groups if group.level == "minor"}
    assert {code for code in minors if not code.endswith("000")} == {
        "15-1200",
        "31-1100",
        "51-5100",
    }


@given(codes)
def test_parents_and_children_agree(code: str) -> None:
    assert all(SOC.parent(child) == code for child in SOC.children(code))
    if parent := SOC.parent(code):
        assert code in SOC.children(parent)
        assert set(SOC.members(code)) <= set(SOC.members(parent))
    else:
        assert SOC.get(code).level == "major"
    assert all(SOC.at_level(member, SOC.get(code).level) == code for member in SOC.members(code))


def test_every_level_divides_the_detailed_occupations() -> None:
    for level in LEVELS:
        groups = [group.code for group in SOC.groups if group.level == level]
        members = [member for code in groups for member in SOC.members(code)]
        assert tuple(members) == SOC.detailed


def test_a_finer_level_than_the_code_has_no_answer() -> None:
    with pytest.raises(InputError, match="no detailed code"):
        SOC.at_level("21-1090", "detailed")


# Skill level, education, figures


def test_every_detailed_occupation_has_a_skill_level_and_an_education_with_sources() -> None:
    assert tuple(SOC.occupations) == SOC.detailed
    for code in SOC.detailed:
        facts = SOC.occupation(code)
        assert 1 <= SOC.skill_level(code) <= 5
        assert SOC.entry_education(code) in EDUCATION_LEVELS
        assert facts.job_zone_source in SOURCE_NOTES
        assert facts.entry_education_source in SOURCE_NOTES
        assert facts.census_code.isdigit()
        assert len(facts.census_code) == 4


@pytest.mark.parametrize(
    ("code", "zone", "source"),
    [
        ("29-1141", 4, "onet"),
        ("29-2061", 3, "onet"),
        ("21-1093", 4, "onet"),
        ("31-1122", 2, "onet"),
        ("29-1229", 5, "onet_children_median"),
        ("17-3029", 2, "onet_children_median"),  # zones 2 and 3: the lower middle
        ("25-9049", 3, "bls_education"),
        ("55-1011", 4, "assigned"),
        ("55-3016", 2, "assigned"),
    ],
)
def test_skill_levels_known_by_hand(code: str, zone: int, source: str) -> None:
    facts = SOC.occupation(code)
    assert (facts.job_zone, facts.job_zone_source) == (zone, source)


@pytest.mark.parametrize(
    ("code", "education", "source", "published"),
    [
        ("29-1141", "bachelor", "bls", "Bachelor's degree"),
        ("21-1015", "master", "bls", "Master's degree"),
        ("21-1093", "high_school", "bls", "High school diploma or equivalent"),
        ("31-1131", "some_college", "bls", "Postsecondary nondegree award"),
        ("25-9043", "some_college", "bls_hybrid", "Some college, no degree"),
        ("21-1014", "master", "bls_hybrid", "Master's degree"),
        ("37-2012", "none", "bls", "No formal educational credential"),
        ("55-2011", "high_school", "assigned", ""),
    ],
)
def test_entry_education_known_by_hand(
    code: str, education: str, source: str, published: str
) -> None:
    facts = SOC.occupation(code)
    assert facts.entry_education == education
    assert facts.entry_education_source == source
    assert facts.entry_education_published == published


def test_only_military_occupations_lack_a_bls_education() -> None:
    imputed = {
        code
        for code in SOC.detailed
        if not SOC.occupation(code).entry_education_source.startswith("bls")
    }
    assert imputed == set(SOC.members("55-0000"))


def test_the_figures_of_a_hybrid_go_to_its_members_marked() -> None:
    home, personal = SOC.occupation("31-1121"), SOC.occupation("31-1122")
    assert home.employment == personal.employment == 3_988_140
    assert home.median_wage == 34_900
    assert home.figures_from == personal.figures_from == "31-1120"
    for hybrid, members in {
        "21-1018": ("21-1011", "21-1014"),
        "25-9045": ("25-9042", "25-9043", "25-9049"),
        "13-1020": SOC.members("13-1020"),
    }.items():
        assert tuple(SOC.about["hybrids"][hybrid]["members"]) == members
        assert {SOC.occupation(code).figures_from for code in members} == {hybrid}
    assert len(SOC.about["hybrids"]) == 12
    assert SOC.occupation("25-9044").figures_from == ""


def test_wages_that_oews_does_not_publish_as_a_number() -> None:
    anesthesiologists = SOC.occupation("29-1211")
    assert (anesthesiologists.median_wage, anesthesiologists.wage_top_coded) == (239_200, True)
    actors = SOC.occupation("27-2011")
    assert (actors.median_wage, actors.median_hourly_wage) == (None, 23.33)
    assert SOC.occupation("45-3031").employment is None
    assert SOC.about["figures_period"] == "May 2024"


def test_facts_belong_to_detailed_occupations() -> None:
    with pytest.raises(InputError, match="21-1090 is a broad group"):
        SOC.skill_level("21-1090")


# Kinds of codes


def test_all_other_codes_end_in_nine() -> None:
    residual = {code for code in SOC.detailed if SOC.is_all_other(code)}
    assert len(residual) == 76
    assert residual == {code for code in SOC.detailed if code.endswith("9")}
    assert "29-1029" in residual  # Dentists, All Other Specialists
    assert "55-2013" not in residual  # supervisors of all other tactical specialists
    assert not SOC.is_all_other("21-1090")


def test_supervisors() -> None:
    assert SOC.is_supervisor("47-1011")
    assert not SOC.is_supervisor("47-1010")
    assert not SOC.is_supervisor("11-9151")
    majors = {SOC.at_level(code, "major") for code in SOC.detailed if SOC.is_supervisor(code)}
    assert min(majors) == "33-0000"


# Other classifications


def test_onet_codes() -> None:
    assert len(SOC.onet) == 1016
    assert {child.soc_code for child in SOC.onet} == set(SOC.detailed)
    assert [child.code for child in SOC.onet_occupations("21-1093")] == ["21-1093.00"]
    assert len(SOC.onet_occupations("15-1299")) == 10


@pytest.mark.parametrize(
    ("code", "census"),
    [
        ("21-1093", "2016"),  # of its own
        ("25-1011", "2205"),  # of a minor group
        ("31-1132", "3605"),  # of a remainder, 31-113X
        ("51-9199", "8990"),  # named in 51-91XX although 51-919X fits as well
        ("51-9193", "8865"),
        ("17-3012", "1545"),  # left out of the workbook's list
    ],
)
def test_census_codes(code: str, census: str) -> None:
    assert SOC.occupation(code).census_code == census


def test_all_census_codes_of_an_occupation_are_used() -> None:
    # 570 less "Military, rank not specified" and "Unemployed", which are no occupations.
    assert len({facts.census_code for facts in SOC.occupations.values()}) == 568


def test_links_to_2010() -> None:
    assert SOC.previous_version == "2010"
    assert len({link.old_code for link in SOC.links}) == 840
    assert {link.code for link in SOC.links} == set(SOC.detailed)
    assert SOC.successors("15-1131") == ("15-1251",)
    assert SOC.successors("15-1132") == ("15-1252", "15-1253")
    assert SOC.successors("99-9999") == ()
    aides = SOC.predecessors("31-1122")
    assert [(link.old_code, link.old_title) for link in aides] == [
        ("39-9021", "Personal Care Aides")
    ]
    assert not any("#" in link.old_title for link in SOC.links)


# Finding


@given(codes, st.sampled_from(["{}", " {} ", "{}.00", "SOC {}", "soc: {}", "{}\n"]))
def test_find_gives_back_every_code(code: str, form: str) -> None:
    assert SOC.find(form.format(code)) == code
    assert SOC.find(form.format(code.replace("-", ""))) == code


@given(codes, st.sampled_from("‐‑‒–—―−－﹣ ."))
def test_find_takes_any_hyphen(code: str, hyphen: str) -> None:
    assert SOC.find(code.replace("-", hyphen)) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("21", "21-0000"),
        ("211093.0", "21-1093"),
        ("15-1299.08", "15-1299"),
        ("15129908", "15-1299"),
        ("２１−１０９３", "21-1093"),
        ("13-1020", "13-1020"),  # a broad occupation first, a hybrid of the statistics second
    ],
)
def test_find(text: str, code: str) -> None:
    assert SOC.find(text) == code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("15-1131", "15-1131 is a SOC 2010 code, retired: in SOC 2018 use 15-1251 Computer Progr"),
        ("15-1132.00", "use 15-1252 Software Developers; 15-1253 Software Quality"),
        ("29-1069", "2 more"),
        ("21-1018", "21-1018 is no SOC code: BLS publishes figures under it for 21-1011 Substance"),
        ("99-9999", "99-9999 is not in SOC 2018: look for words with `socoder soc search`"),
        ("15-1299.77", "15-1299.77 is not in SOC 2018"),
        ("2110930", "2110930 is not in SOC 2018"),
        ("22", "22-0000 is not in SOC 2018"),
        ("", "no SOC code"),
    ],
)
def test_unknown_codes_get_a_clear_line(text: str, said: str) -> None:
    with pytest.raises(UnknownCodeError) as caught:
        SOC.find(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text())
def test_find_answers_or_says_so(text: str) -> None:
    try:
        assert SOC.find(text) in {group.code for group in SOC.groups}
    except UnknownCodeError as error:
        assert "\n" not in str(error)


def test_a_message_never_repeats_a_text_that_may_be_a_name() -> None:
    for ask in (SOC.find, SOC.get, SOC.title, SOC.skill_level, SOC.members):
        with pytest.raises(UnknownCodeError) as caught:
            ask("Jane Doe")
        assert "Jane" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("registered nurse", "29-1141"),
        ("regsitered nurse", "29-1141"),
        ("social and human service assistant", "21-1093"),
        ("sherifs patrol officer", "33-3051"),
        ("data warehousing", "15-1243"),  # an O*NET title
    ],
)
def test_search(words: str, code: str) -> None:
    assert SOC.search(words)[0].code == code


def test_search_options() -> None:
    assert [hit.level for hit in SOC.search("nurse", limit=3, level="broad")] == ["broad"] * 3
    assert SOC.search("zzzz") == ()
    assert SOC.search("") == ()
    assert SOC.search("nurse", limit=0) == ()
    (hit,) = SOC.search("bean counter", texts={"13-2011": ["Bean Counter"]}, limit=1)
    assert (hit.code, hit.name, hit.score) == ("13-2011", "Bean Counter", 1.0)


@given(detailed_codes)
def test_search_finds_every_title_by_itself(code: str) -> None:
    best = SOC.search(SOC.title(code), level="detailed")
    assert code in {hit.code for hit in best if hit.score == 1.0}


def test_describe_is_ready_for_json() -> None:
    for group in SOC.groups:
        found = SOC.describe(group.code)
        assert json.loads(json.dumps(found))["title"] == group.title
        assert ("occupation" in found) == (group.level == "detailed")
    aides = SOC.describe("31-1122")
    assert aides["links"] == {
        "bls": "https://www.bls.gov/oes/current/oes311120.htm",
        "onet": "https://www.onetonline.org/link/summary/31-1122.00",
    }


# Versions


def made_up(folder: Path, **changed: str) -> Path:
    """A tiny SOC 2028: 21-1093 was split, and two hierarchy levels are unlike their digits."""
    tables = {
        "groups": "code,title,level,parent\n"
        "21-0000,Human Services,major,\n"
        "21-1100,Support,minor,21-0000\n"
        "21-1110,Support Workers,broad,21-1100\n"
        "21-1095,Direct Support Professionals,detailed,21-1110\n"
        "21-1096,Peer Support Specialists,detailed,21-1110\n",
        "previous": "old_code,code,old_title\n"
        "21-1093,21-1095,Social and Human Service Assistants\n"
        "21-1093,21-1096,Social and Human Service Assistants\n",
    } | changed
    files = {name: f"soc_2028_{name}.csv" for name in tables}
    about = {"version": "2028", "previous_version": "2018", "tables": files}
    (folder / "soc_2028.json").write_text(json.dumps(about))
    for name, text in tables.items():
        (folder / files[name]).write_text(text)
    return folder


def test_a_later_version_loads_beside_2018(tmp_path: Path) -> None:
    later = load("2028", made_up(tmp_path))
    assert later.detailed == ("21-1095", "21-1096")
    assert later.ancestors("21-1095") == ("21-1110", "21-1100", "21-0000")
    assert later.successors("21-1093") == later.detailed
    with pytest.raises(UnknownCodeError, match="SOC 2018 code, retired: in SOC 2028 use 21-1095"):
        later.find("21-1093")
    with pytest.raises(ReferenceDataError, match="no job zone or figures for 21-1095"):
        later.skill_level("21-1095")
    assert later.describe("21-1095")["occupation"] is None
    assert later.search("peer suport")[0].code == "21-1096"
    assert SOC.find("21-1093") == "21-1093"
    assert load() is SOC


def test_a_version_that_is_not_there() -> None:
    with pytest.raises(InputError, match="no SOC version 2028 here: there is 2018"):
        load("2028")


@pytest.mark.parametrize(
    "groups",
    [
        "",
        "code,title\n21-0000,Human Services\n",
        "code,title,level,parent\n21-1100,Support,minor,21-0000\n",
        "code,title,level,parent\n21-0000,Human Services,major,\n21-1110,Support,broad,21-0000\n",
        "code,title,level,parent\n21-0000,A,major,\n21-0000,B,major,\n",
        "code,title,level,parent\n21-0000,Human Services,huge,\n",
    ],
)
def test_damaged_tables_are_refused(tmp_path: Path, groups: str) -> None:
    with pytest.raises(ReferenceDataError, match="tables of SOC 2028 are damaged"):
        load("2028", made_up(tmp_path, groups=groups))


def test_loading_needs_no_heavy_library() -> None:
    script = "import sys, socoder.soc as s; s.load(); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert not {"pandas", "sklearn", "spacy", "torch", "rich", "typer"} & set(run.stdout.split())


def test_every_table_says_where_it_comes_from() -> None:
    assert {source["table"] for source in SOC.about["sources"]} == set(SOC.about["tables"])
    for source in SOC.about["sources"]:
        assert source["name"]
        assert source["licence"]


def test_the_examples_of_the_page_about_the_classification() -> None:
    failed, tried = doctest.testfile(
        str(ROOT / "docs" / "classification.md"), module_relative=False
    )
    assert failed == 0
    assert tried > 0
