from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder import overrides, soc
from socoder.coder import Coder
from socoder.errors import InputError
from socoder.overrides import ANY_TEXT, Override, Overrides, load_overrides, text_key
from socoder.records import Job

KNOWN = soc.load()
AIDE = Override("Care Spec II", "31-1122", author="Ann", decided_at="2026-03-04T10:00:00.0Z")


def table(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_an_exact_title_is_found_whatever_its_case_and_spacing() -> None:
    rows = Overrides.of([AIDE])
    assert rows.find(Job("  care  SPEC ii ")) == AIDE
    for other in (Job("Care Spec III"), Job("Care Spec"), Job(), Job("", "Care Spec II")):
        assert rows.find(other) is None


def test_a_title_alone_says_nothing_about_a_title_with_a_text() -> None:
    rows = Overrides.of([AIDE])
    assert rows.find(Job("Care Spec II", "Manages the budget.")) is None
    whatever = Override("Care Spec II", "31-1122", for_text=ANY_TEXT)
    assert Overrides.of([whatever]).find(Job("Care Spec II", "Manages the budget.")) == whatever
    assert Overrides.of([whatever]).find(Job("Care Spec II")) == whatever


def test_the_most_specific_override_wins() -> None:
    job = Job("Aide", "Helps  residents.", department="Unit 4")
    rows = [
        Override("Aide", "31-1122", for_text=ANY_TEXT),
        Override("Aide", "31-1131", for_text=ANY_TEXT, department="unit 4"),
        Override("Aide", "25-9045", for_text=text_key("Helps residents.")),
        Override("Aide", "29-1141", for_text=text_key("Helps residents."), department="Unit 4"),
    ]
    for count in range(len(rows), 0, -1):
        assert Overrides.of(rows[:count]).find(job) == rows[count - 1]


def test_contradictions_are_refused_and_repetitions_are_not() -> None:
    assert len(Overrides.of([AIDE, AIDE])) == 1
    with pytest.raises(InputError, match="row 2 gives 21-1093 to a title that has 31-1122"):
        Overrides.of([AIDE, Override("CARE SPEC II", "21-1093")])


@settings(deadline=None)
@given(st.text(max_size=40))
def test_every_title_finds_its_own_override(title: str) -> None:
    title = title.encode("utf-8", "replace").decode()
    own = Override(title, "31-1122")
    found = Overrides.of([own]).find(Job(title))
    assert found == (own if overrides.exact(title) else None)


def test_a_file_is_read_with_its_author_and_date(tmp_path: Path) -> None:
    path = table(
        tmp_path / "map.csv",
        "Job Title,SOC Code,Author,Date,revoked_at",
        "Care Spec II,311122,Ann,2026-03-04,",
        "House Mgr,39-9041.00,Bob,2026-03-05,2026-04-01",
        "Open,,Bob,2026-03-05,",
    )
    assert load_overrides(path, KNOWN).by_key == {
        ("care spec ii", "", ""): Override(
            "Care Spec II", "31-1122", author="Ann", decided_at="2026-03-04"
        )
    }


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("title,code of pay", "Aide,5"), "need the columns title and soc_code"),
        (("title,soc_code", "Aide,31-1120"), "row 1: 31-1120 is no detailed code"),
        (("title,soc_code", "Cook,35-2014", "Aide,99-9999"), "row 2: 99-9999 is not in SOC 2018"),
        (("title,soc_code", "Aide,31-1122", "aide,29-1141"), "row 2 gives 29-1141"),
    ],
)
def test_a_table_that_is_wrong_says_where(
    tmp_path: Path, lines: tuple[str, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        load_overrides(table(tmp_path / "map.csv", *lines), KNOWN)


def test_a_coding_says_who_decided_and_what_the_machine_had(coder: Coder) -> None:
    machine = coder.code(Job("Registered Nurse"))
    why = Override("Registered Nurse", "11-9111", "", "", "Ann", "2026-03-04T1", "", "runs a unit")
    coding = overrides.apply(machine, why, KNOWN)
    assert (coding.soc_code, coding.status, coding.decided_by) == (
        "11-9111",
        "accepted",
        "override",
    )
    assert coding.soc_title == "Medical and Health Services Managers"
    assert coding.rules[-1].citation == "decision of Ann, 2026-03-04"
    assert coding.rules[-1].outcome == "11-9111 instead of 29-1141: runs a unit"
    assert coding.alternatives[0].soc_code == "29-1141"
    assert coding.alternatives[0].probability == machine.confidence.detailed
    assert "11-9111" not in [own.soc_code for own in coding.alternatives]
    same = overrides.apply(machine, Override("Registered Nurse", "29-1141"), KNOWN)
    assert same.rules[-1].outcome == "29-1141"
    assert same.alternatives == machine.alternatives


def test_an_overridden_coding_keeps_the_published_schema(coder: Coder) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    folder = Path(soc.__file__).with_name("data")
    schema = json.loads((folder / "coding.schema.json").read_text(encoding="utf-8"))
    for job in (Job("Registered Nurse"), Job("n/a"), Job("Volunteer", "Unpaid. Serves meals.")):
        coding = overrides.apply(coder.code(job), AIDE, KNOWN)
        jsonschema.validate(json.loads(json.dumps(coding.to_dict())), schema)
