from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from socoder import soc
from socoder.cli.page import ASCII, Glyphs, console, page, percent, plain, review_reasons, why
from socoder.doubts import DOUBTS
from socoder.records import Coding, Duty, Material, Posting, RuleStep, Settings, Supported

TITLE_OF = soc.load().title


def printed(coding: Coding, width: int = 80, **asked: object) -> str:
    out = io.StringIO()
    Console(file=out, width=width, markup=False, highlight=False, emoji=False).print(
        page(coding, TITLE_OF, **asked)  # type: ignore[arg-type]
    )
    return out.getvalue()


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_page_holds_what_a_reader_asks(coding: Coding) -> None:
    text = printed(coding)
    first, second = text.splitlines()[:2]
    assert first.startswith("31-1122  Personal Care Aides")
    assert first.rstrip().endswith("to be reviewed")
    assert second.rstrip() == "Direct Support Professional"
    flat = words(text)
    for part in (
        "████████████░░░░░░░░ 62% broad 71% · minor 74% · major 96%",
        "target of 95% reached for the major group: 31-0000 Healthcare Support Occupations, 96%",
        "Why 31-1122 takes the most time, 60 % against 25 %.",
        "• The confidence is below what the target accuracy asks for",
        "Role direct support professional",
        "60% 31-1122 Personal Care Aides, Job Zone 2",
        "25% 21-1015 Rehabilitation Counselors, Job Zone 5",
        "60% 31-1122 Help residents bathe, dress and move between bed and wheelchair",
        "~15% generic Write daily notes",
        "~ share of time inferred",
        "requirement-bound (Guideline 2): 21-1015 lowered: a master's",
        "weighted: 21-1015 Rehabilitation Counselors",
        "14% 21-1093 Social and Human Service Assistants: explains it less well",
        "education: high school · driver's licence · certificate: cpr (preferred or equivalent)",
        "bundle default 0123456789ab · rules 1 · policy guideline",
    ):
        assert part in flat


def test_the_page_fits_one_screen_of_80_columns(coding: Coding) -> None:
    lines = printed(coding).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80


def test_only_what_was_asked_for_is_shown(coding: Coding, posting: Posting) -> None:
    short = words(printed(coding))
    assert "53-3053" not in short
    assert words(printed(coding, runners_up=9)).count("53-3053") == 1
    assert "Runners-up" not in printed(coding, runners_up=0)
    whole = words(printed(coding, posting=posting))
    for part in (
        "No effect all-other (Guideline 4): no residual occupation is material",
        "looked up: direct support professional; removed: II; expanded: DSP: direct support",
        "Set aside eeo: We are an equal opportunity employer.",
        "-1.50 title words",
        "material from 20%",
        "• education: high school: High school diploma or GED",
        "O*NET 30.1",
    ):
        assert part in whole
        assert part not in short


def test_other_settings_are_named_without_asking(coding: Coding) -> None:
    text = printed(replace(coding, settings=Settings(material_share=0.3)))
    assert "material from 30%" in text


def test_agreeing_policies_are_not_listed(coding: Coding) -> None:
    same = replace(coding, by_policy=dict.fromkeys(coding.by_policy, "31-1122"))
    assert "By policy" not in printed(same)


def test_an_uncodable_input_says_what_to_give(uncodable: Coding) -> None:
    text = words(printed(uncodable))
    assert text.startswith("No code uncodable !!! Why Nothing here says what work is done")
    assert "Confidence" not in text


def test_out_of_scope_shows_the_nearest_code_and_why(coding: Coding) -> None:
    unpaid = RuleStep("pay-or-profit", "Principle 1", "The work is unpaid.")
    text = words(
        printed(replace(coding, status="out_of_scope", rules=(unpaid, *coding.rules),
                        decided_by="pay-or-profit"))
    )  # fmt: skip
    assert "31-1122 Personal Care Aides out of scope:" in text
    assert "Why The work is unpaid." in text


@pytest.mark.parametrize(
    ("decided_by", "rules", "duties", "said"),
    [
        ("work-performed", (), (), "Of all occupations, this one fits the title best."),
        (
            "work-performed",
            (),
            (Duty("Drive", 1.0, "inferred"),),
            "Of all occupations, this one fits the duties best.",
        ),
        ("work-performed", (RuleStep("work-performed", "", "X does"),), (), "X does."),
        (
            "most-time",
            (RuleStep("management", "", "Y"), RuleStep("most-time", "", "X wins")),
            (),
            "X wins.",
        ),
        (
            "requirement-bound",
            (RuleStep("requirement-bound", "", "Y is lowered."), RuleStep("most-time", "", "X")),
            (),
            "Y is lowered; so X comes first.",
        ),
        (
            "most-time",
            (RuleStep("most-time", "", "b", False),),
            (),
            "Of all occupations, this one fits the title best.",
        ),
    ],
)
def test_why_is_what_the_deciding_rule_said(
    coding: Coding,
    decided_by: str,
    rules: tuple[RuleStep, ...],
    duties: tuple[Duty, ...],
    said: str,
) -> None:
    asked = replace(
        coding, soc_code="X", by_policy={"guideline": "X"}, material=(), decided_by=decided_by
    )
    assert why(replace(asked, rules=rules, duties=duties)) == said


def test_why_says_that_another_policy_decided(coding: Coding) -> None:
    weighted = replace(coding, policy="weighted", soc_code="21-1015")
    assert why(weighted) == "The policy weighted puts it first; the guidelines give 31-1122."


def test_why_of_one_occupation_that_no_rule_touched(coding: Coding) -> None:
    alone = replace(coding, rules=(), material=coding.material[:1])
    assert why(alone) == "The duties are those of one occupation."


@pytest.mark.parametrize(
    ("supported", "said"),
    [
        (Supported("detailed", "31-1122", 0.96), "target of 95% reached for the detailed occ"),
        (Supported("broad", "31-1120", 0.96), "broad occupation: 31-1120 Home Health and"),
        (Supported("", "", 0.0), "below the target of 95% at every level"),
    ],
)
def test_the_level_that_is_sure_enough(coding: Coding, supported: Supported, said: str) -> None:
    assert said in words(printed(replace(coding, supported=supported)))


def test_long_duties_are_wrapped_never_cut(coding: Coding) -> None:
    long = Duty("Help " + "x" * 200 + " and " + "drive residents " * 20 + "home", 1.0, "stated")
    text = printed(replace(coding, duties=(long,)))
    assert "…" not in text
    assert text.count("x") >= 200
    assert text.count("residents") == 20
    assert max(map(len, text.splitlines())) <= 80


def test_no_text_is_obeyed(coding: Coding) -> None:
    nasty = "[red]Drive[/red] [/] :smile: \x1b[31m\x9b2J\r\n\u202eevil"
    job = replace(coding, title=nasty, duties=(Duty(nasty, 1.0, "stated"),))
    text = printed(job)
    assert text.count("[red]Drive[/red] [/] :smile: [31m 2J evil") == 2
    assert not set(text) & set("\x1b\x9b\r\u202e")


def test_narrow_terminals_get_ascii(coding: Coding) -> None:
    assert printed(coding, glyphs=ASCII).isascii()
    assert len(ASCII.full) == len(Glyphs().full) == 1


def test_a_material_occupation_alone_is_named(coding: Coding) -> None:
    alone = replace(coding, material=(Material("31-1122", 1.0, 2),))
    assert "100%  31-1122 Personal Care Aides, Job Zone 2" in printed(alone)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"),
        (0.004, "<1%"),
        (0.005, "<1%"),
        (0.007, "1%"),
        (0.625, "62%"),
        (0.996, ">99%"),
        (1.0, "100%"),
    ],
)
def test_percent_never_claims_certainty(share: float, text: str) -> None:
    assert percent(share) == text


def test_plain_keeps_words_of_any_language() -> None:
    assert plain(" Auxiliar\tde  enfermería \n(日本) ") == "Auxiliar de enfermería (日本)"


def test_every_review_reason_says_what_to_look_at() -> None:
    reasons = review_reasons()
    assert tuple(reasons) == tuple(DOUBTS)
    for text in reasons.values():
        assert len(text.split()) > 5
        assert text.endswith(".")


def test_the_console_is_as_wide_as_is_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, width in (("60", 60), ("300", 100)):
        monkeypatch.setenv("COLUMNS", columns)
        assert console().width == width
