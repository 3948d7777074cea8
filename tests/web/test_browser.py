"""The pages in a real browser: what a person does with them, by pointer and by keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socoder.coder import Coder
from socoder.web.app import create_app
from socoder.web.settings import WebSettings

from .conftest import POSTING, ROOT, TITLES, serving

PROVIDER = ROOT / "docs/samples/provider"
NARROW = {"width": 375, "height": 812}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def address(browser: Any, coder: Coder, database: str) -> Iterator[str]:
    """A live server with a filled desk, for one test alone."""
    with serving(create_app(WebSettings(database=database), lambda: coder)) as found:
        yield found


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page of the browser; nothing may go wrong in its console, and nothing be loaded from
    another server."""
    context = browser.new_context(viewport=WIDE, base_url=address)
    context.set_default_timeout(60_000)
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    made.on(
        "request",
        lambda asked: wrong.append(asked.url) if not asked.url.startswith(address) else None,
    )
    yield made
    context.close()
    assert wrong == []


def sign_in(page: Any, name: str) -> None:
    page.goto("/sign-in?next=/review")
    page.fill("#name", name)
    page.press("#name", "Enter")
    page.wait_for_selector("#desk")


def test_a_pasted_posting_gets_its_code_and_a_changed_share_another_answer(page: Any) -> None:
    page.goto("/")
    page.fill("#text", POSTING)
    page.click("text=Find the code")
    page.wait_for_selector("#soc-code")
    assert page.inner_text("#soc-code") == "31-1122"
    assert page.locator(".duty").count() == 5
    before = page.inner_text(".levels")
    page.fill("#share_3", "80")
    page.keyboard.press("Tab")
    page.wait_for_selector(".notice.good")
    assert page.inner_text(".levels") != before
    assert page.input_value("#share_3") == "80" and page.input_value("#share_0") == "9.4"
    assert page.evaluate("document.activeElement.id") == "share_4"  # one can go on from here
    with page.expect_download() as download:
        page.click("text=Download as JSON")
    whole = json.loads(Path(download.value.path()).read_text())
    assert whole["duties"][3]["time_share"] == 0.8
    page.click("text=Back to the shares as found")
    page.wait_for_selector("#soc-code")
    assert page.input_value("#share_3") == "15"


def test_the_code_page_works_without_script(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    made = context.new_page()
    made.goto("/")
    made.fill("#text", POSTING)
    made.click("text=Find the code")
    made.fill("#share_3", "80")
    made.click("text=Code again with these shares")
    assert made.input_value("#share_3") == "80"
    assert "confidence went from" in made.inner_text(".notice.good")
    context.close()


def test_questions_are_answered_and_the_code_changes(page: Any) -> None:
    page.goto("/")
    page.fill("#title", "Direct Support Professional")
    page.click("text=Find the code")
    page.wait_for_selector("#soc-code")
    before = page.inner_text("#soc-code")
    page.fill("[id='answer_time.39-9032']", "60")
    page.keyboard.press("Tab")
    page.wait_for_selector(".notice.good")
    assert page.inner_text("#soc-code") == "39-9032" != before
    page.fill("[id='answer_time.31-1122']", "40")  # the other questions are still there
    page.keyboard.press("Tab")
    page.wait_for_selector(".duty [data-code='31-1122'], .duty[data-code='31-1122']")
    assert page.input_value("[id='answer_time.39-9032']") == "60"
    page.click("text=Take the answers back")
    page.wait_for_selector("text=Take the answers back", state="detached")
    assert page.inner_text("#soc-code") == before


def test_a_report_is_made_shown_and_downloaded(page: Any, tmp_path: Path) -> None:
    pytest.importorskip("highspy", reason="small groups are kept safe with highspy")
    pytest.importorskip("matplotlib", reason="the plots need matplotlib")
    page.goto("/reports")
    page.click("text=Make the report >> nth=0")
    page.set_input_files("#coded", str(PROVIDER / "reviewed.csv"))
    page.select_option("#by", "program")
    if page.locator("[name=wages]").is_enabled():
        page.uncheck("[name=wages]")
    page.click("button:has-text('Make the report')")
    page.wait_for_selector("article.report")
    assert page.inner_text("article.report h1") == "Workforce by occupation"
    drawn = "Array.from(document.images).map((each) => each.naturalWidth > 100)"
    assert page.evaluate(drawn) == [True] * page.locator("figure img").count() != []
    with page.expect_download() as download:
        page.click("text=Excel")
    assert download.value.suggested_filename == "reviewed-workforce.xlsx"
    page.click("text=Remove the report from the server")
    page.wait_for_selector("text=Make the report >> nth=0")


def test_a_table_goes_up_shows_its_progress_and_comes_back(
    page: Any, axe: str, tmp_path: Path
) -> None:
    table = tmp_path / "pay.csv"
    table.write_text("Employee,Job Title\n" + "".join(f"E{i},{t}\n" for i, t in enumerate(TITLES)))
    page.goto("/bulk")
    page.set_input_files("#table", str(table))
    page.click("text=Upload and code")
    page.wait_for_selector("#job progress")
    assert barriers(page, axe) == []
    page.wait_for_selector("text=Download the coded table", timeout=300_000)
    with page.expect_download() as download:
        page.click("text=Download the coded table")
    assert download.value.suggested_filename == "pay-coded.csv"
    rows = Path(download.value.path()).read_text().splitlines()
    assert len(rows) == len(TITLES) + 1 and rows[0].startswith("Employee,Job Title,soc_code,")
    page.click("text=Send to review")
    page.wait_for_selector("text=Go to the desk")
    assert barriers(page, axe) == []


def test_a_table_that_is_too_large_is_not_even_sent(page: Any, tmp_path: Path) -> None:
    table = tmp_path / "large.csv"
    with table.open("wb") as file:
        file.truncate(70_000_000)
    page.goto("/bulk")
    page.set_input_files("#table", str(table))
    page.click("text=Upload and code")
    assert "larger than 64 MB" in page.inner_text("#upload-error")


def test_twenty_items_are_reviewed_by_keys_alone_with_undo(page: Any) -> None:
    sign_in(page, "Keys")
    moves = ["a", "2", "a", "1", "u", "3"] + ["a"] * 17
    heading = page.inner_text("#item-heading")
    for place, key in enumerate(moves):
        with page.expect_navigation():
            page.keyboard.press(key)
        said = page.inner_text(".notice >> nth=0")
        assert said.startswith("Taken back" if key == "u" else "Recorded:"), (place, said)
    assert page.locator(".recent > li").count() == 10
    page.goto("/progress")
    assert page.inner_text(".tiles").replace("\n", " ").count("21 done") == 1, heading


def test_every_key_does_what_the_list_says(page: Any) -> None:
    sign_in(page, "Else")
    title = page.inner_text("#item-heading")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("recreation worker")
    page.keyboard.press("Enter")
    page.wait_for_selector("#lookup button[value='39-9032']")
    page.keyboard.press("t")
    page.wait_for_selector("#lookup a[data-under='21-0000']")
    page.click("#lookup a[data-under='21-0000']")
    page.wait_for_selector("#lookup button[value='21-1000']")
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.id") == "comment"
    page.keyboard.type("a1s")  # keys are letters in a field
    page.keyboard.press("Escape")
    assert page.inner_text("#item-heading") == title and page.input_value("#comment") == "a1s"
    page.keyboard.press("?")
    assert page.locator("#help dl").is_visible()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("j")
    assert page.inner_text("#item-heading") != title
    with page.expect_navigation():
        page.keyboard.press("k")
    assert page.inner_text("#item-heading") == title
    page.keyboard.press("f")
    page.keyboard.type("two jobs in one")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text(".notice >> nth=0") == "Flagged."
    page.keyboard.press("s")
    page.keyboard.type("not my field")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text(".notice >> nth=0") == "Skipped."


def test_single_keys_do_nothing_once_they_are_switched_off(page: Any) -> None:
    sign_in(page, "Quiet")
    title = page.inner_text("#item-heading")
    page.click("#help summary")
    page.click("text=Switch the single keys off")
    page.wait_for_selector("#desk[data-keys=off]")
    for key in "a1jsf":
        page.keyboard.press(key)
    assert page.inner_text("#item-heading") == title
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_evidence_lights_up_on_focus(page: Any) -> None:
    sign_in(page, "Light")
    page.goto("/review?text=bathe")
    first = page.locator(".candidates button").first
    first.focus()
    code = first.get_attribute("value")
    assert page.locator("mark.lit").count() == page.locator(f"mark[data-code='{code}']").count() > 0


def barriers(page: Any, axe: str) -> list[str]:
    """What axe-core finds serious or critical."""
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 5  # it did look
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def visit(page: Any, address: str) -> Iterator[str]:
    """Every page, one after the other, in the states that it has."""
    reports = ("/reports", "/reports/workforce", "/reports/funding", "/reports/roles")
    for path in ("/", "/bulk", *reports, "/sign-in", "/nowhere"):
        page.goto(address + path)
        yield path
    page.goto(address)
    page.click("text=Find the code")
    page.wait_for_selector("[role=alert]")
    yield "an empty form"
    page.fill("#text", POSTING)
    page.click("text=Find the code")
    page.wait_for_selector("#soc-code")
    yield "a coded posting"
    page.goto(f"{address}/reports/funding")
    page.set_input_files("#services", str(PROVIDER / "services.csv"))
    page.set_input_files("#coded", str(PROVIDER / "reviewed.csv"))
    for box in ("plots", "wages", "coding"):
        if page.locator(f"[name={box}]").is_enabled():
            page.uncheck(f"[name={box}]")
    page.click("button:has-text('Make the report')")
    page.wait_for_selector("article.report")
    yield "a report"
    page.goto(address)
    page.fill("#title", "Direct Support Professional")
    page.click("text=Find the code")
    page.wait_for_selector(".question")
    yield "questions"
    page.goto(f"{address}/sign-in?next=/review")
    page.fill("#name", "Axe")
    page.press("#name", "Enter")
    page.goto(f"{address}/review?text=bathe")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.click("a[data-under='']")
    page.wait_for_selector("#lookup a[data-under='21-0000']")
    yield "the desk with everything open"
    page.goto(f"{address}/review?text=nothing-has-this")
    yield "nothing left"
    page.goto(f"{address}/review?status=unqueued")
    yield "an empty list"
    page.goto(f"{address}/progress")
    yield "progress"


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", WIDE), ("dark", NARROW)], ids=["light", "dark"]
)
def test_no_page_has_a_serious_barrier_or_overflows(
    browser: Any, address: str, axe: str, scheme: str, viewport: dict[str, int]
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport=viewport, bypass_csp=True)
    context.set_default_timeout(60_000)
    page = context.new_page()
    seen = 0
    for where in visit(page, address):
        assert barriers(page, axe) == [], where
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], where
        seen += 1
    assert seen == 16
    context.close()


def test_the_focus_begins_with_a_way_past_the_menu(page: Any) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "title"


def test_a_script_in_a_posting_does_not_run(page: Any) -> None:
    page.goto("/")
    attack = "<script>window.hit=1</script><img src=x onerror=window.hit=1>"
    page.fill("#title", f"Cook {attack}")
    page.fill("#text", f"Cook\n\nDuties\n- Cook meals {attack}\n- Clean {attack}\n")
    page.click("text=Find the code")
    page.wait_for_selector("#soc-code")
    page.fill("#share_0", "90")
    page.keyboard.press("Tab")
    page.wait_for_selector(".notice.good")
    assert page.evaluate("window.hit") is None
