"""A coding as a page for the terminal: the code first, then how sure that is, and why.

Everything is printed as it stands: no text of a posting is read as markup, and control characters
(which could move the cursor or recolour the terminal) become spaces.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from socoder.records import Coding, Duty, Posting, Requirement, RuleStep, Settings

OVERRIDE = "override"  # the decision of a person: socoder/overrides.py
WIDEST = 100  # longer lines are hard to read
_BAR = 20
_STATUS = {
    "accepted": ("accepted", "bold green"),
    "review": ("to be reviewed", "bold yellow"),
    "out_of_scope": ("out of scope: nearest code", "bold yellow"),
    "uncodable": ("uncodable", "bold red"),
}
# C0 and C1 controls, line and paragraph separators, and what turns the direction of writing.
_CONTROL = dict.fromkeys(
    [*range(32), *range(127, 160), *range(0x2028, 0x202F), *range(0x2066, 0x206A)], " "
)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What the page draws with; the second set is for terminals that cannot show the first."""

    full: str = "█"
    empty: str = "░"
    dot: str = " · "
    bullet: str = "•"


UNICODE = Glyphs()
ASCII = Glyphs(full="#", empty=".", dot=" | ", bullet="*")


def console() -> Console:
    """Standard output, at most WIDEST columns; without colours if it is no terminal."""
    out = Console(markup=False, highlight=False, emoji=False)
    out.width = min(out.width, WIDEST)
    return out


def review_reasons() -> dict[str, str]:
    """Identifier of each review reason, in their order → what a person should look at."""
    path = Path(__file__).parents[1] / "data" / "review_reasons.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey."""
    return " ".join(text.translate(_CONTROL).split())


def percent(share: float) -> str:
    """A share as a percentage, "<1%" and ">99%" rather than a certainty that it is not."""
    text = f"{share:.0%}"
    if text == "0%" and share > 0:
        return "<1%"
    return ">99%" if text == "100%" and share < 0.9999 else text


def page(
    coding: Coding,
    title_of: Callable[[str], str],
    runners_up: int = 5,
    posting: Posting | None = None,
    glyphs: Glyphs = UNICODE,
) -> RenderableType:
    """The page of a coding. `title_of` gives the title of a code of any level. With the `posting`
    that was coded everything is shown, not only what decided."""
    grid = _grid(12)
    for label, line in _lines(coding, title_of, runners_up, posting, glyphs):
        grid.add_row(Text(label, style="dim"), line)
    return Group(_head(coding), grid)


def _head(coding: Coding) -> RenderableType:
    label, style = _STATUS[coding.status]
    name = Text(f"{coding.soc_code}  {coding.soc_title}" if coding.soc_code else "No code", "bold")
    head = Table.grid(padding=(0, 2), expand=True)
    head.add_column(overflow="fold", ratio=1)
    head.add_column(justify="right", max_width=16)
    head.add_row(name, Text(label, style))
    return Group(head, Text(plain(coding.title))) if plain(coding.title) else head


def _lines(
    coding: Coding,
    title_of: Callable[[str], str],
    runners_up: int,
    posting: Posting | None,
    glyphs: Glyphs,
) -> Iterator[tuple[str, RenderableType]]:
    """Label and content of each part of the page, in their order."""

    def named(code: str) -> str:
        return f"{code} {title_of(code)}"

    if coding.soc_code:
        yield "Confidence", _confidence(coding, glyphs)
        yield "", Text(_supported(coding, title_of))
    yield "Why", Text(why(coding))
    if coding.review_reasons:
        said = {doubt.reason: doubt.text for doubt in coding.doubts}
        known = {**review_reasons(), **said}
        looks = (
            plain(known.get(reason, reason.replace("_", " "))) for reason in coding.review_reasons
        )
        yield "Look at", _rows(((glyphs.bullet, look) for look in looks), width=1)
    if coding.role_tags:
        yield "Role", Text(", ".join(plain(tag).replace("_", " ") for tag in coding.role_tags))
    if coding.material:
        yield (
            "Occupations",
            _rows(
                (percent(part.time_share), f"{named(part.soc_code)}, Job Zone {part.skill_level}")
                for part in coding.material
            ),
        )
    if coding.duties:
        yield "Duties", _duties(coding.duties)
    if steps := [step for step in coding.rules if step.fired]:
        yield "Rules", _rules(steps)
    if posting and (others := [step for step in coding.rules if not step.fired]):
        yield "No effect", _rules(others)
    if len(set(coding.by_policy.values())) > 1:
        for policy, code in coding.by_policy.items():
            yield ("By policy" if policy == "guideline" else ""), Text(f"{policy}: {named(code)}")
    for place, hinge in enumerate(h for h in coding.hinges if h.kind != "policy"):
        yield ("" if place else "Hangs on"), Text(plain(hinge.text))
    if shown := coding.alternatives[:runners_up]:
        yield "Runners-up", _rows(
            (percent(other.probability), f"{other.soc_code} {other.soc_title}: {plain(other.why_not)}")
            for other in shown
        )  # fmt: skip
    if coding.requirements:
        yield "Asks for", _requirements(coding.requirements, glyphs, whole=bool(posting))
    for place, question in enumerate(coding.questions):
        yield ("" if place else "To settle it"), Text(plain(question.text))
    if posting:
        yield from _preparation(posting)
        yield (
            "Score",
            _rows(
                (f"{part.amount:+.2f}", part.name.replace("_", " "))
                for part in coding.contributions
            ),
        )
    if posting or coding.settings != Settings():
        yield "Settings", Text(_settings(coding.settings, glyphs))
    model = coding.model
    parts = [f"bundle {model.bundle} {model.sha256[:12]}", f"rules {coding.rules_version}"]
    parts += [f"policy {coding.policy}"]
    yield "Model", Text(glyphs.dot.join([*parts, model.data] if posting else parts))


def why(coding: Coding) -> str:
    """One sentence: what the rule that decided came to."""
    if coding.status == "uncodable":
        return "Nothing here says what work is done: give a job title, or a text with duties."
    if coding.decided_by == OVERRIDE:
        return f"A {coding.rules[-1].citation}: {plain(coding.rules[-1].outcome).rstrip('.')}."
    by_guideline = coding.by_policy.get("guideline", coding.soc_code)
    if coding.soc_code != by_guideline and coding.status != "out_of_scope":
        return f"The policy {coding.policy} puts it first; the guidelines give {by_guideline}."
    fired = {step.id: plain(step.outcome) for step in coding.rules if step.fired}
    if said := fired.get(coding.decided_by, ""):
        if coding.status != "out_of_scope" and coding.soc_code not in said:
            said = f"{said.rstrip('.')}; so {coding.soc_code} comes first"
        return said[:1].upper() + said[1:] + ("" if said.endswith((".", "!", "?")) else ".")
    if coding.duties and len(coding.material) == 1:
        return "The duties are those of one occupation."
    what = "duties" if coding.duties else "title"
    return f"Of all occupations, this one fits the {what} best."


def _confidence(coding: Coding, glyphs: Glyphs) -> Text:
    sure = coding.confidence
    full = round(sure.detailed * _BAR)
    bar = Text().append(glyphs.full * full, _STATUS[coding.status][1].removeprefix("bold "))
    bar.append(glyphs.empty * (_BAR - full), "dim")
    bar.append(f" {percent(sure.detailed)}", "bold")
    above = (("broad", sure.broad), ("minor", sure.minor), ("major", sure.major))
    bar.append("   " + glyphs.dot.join(f"{level} {percent(value)}" for level, value in above))
    return bar


def _supported(coding: Coding, title_of: Callable[[str], str]) -> str:
    target, found = percent(coding.settings.target_accuracy), coding.supported
    if coding.status == "accepted" and found.level != "detailed":
        return f"codings this sure or surer are right in {target} or more"
    if not found.level:
        return f"below the target of {target} at every level"
    kind = "occupation" if found.level in ("detailed", "broad") else "group"
    where = "" if found.level == "detailed" else f": {found.code} {title_of(found.code)}"
    sure = "" if found.level == "detailed" else f", {percent(found.probability)}"
    return f"target of {target} reached for the {found.level} {kind}{where}{sure}"


def _duties(duties: Iterable[Duty]) -> RenderableType:
    rows, guessed = _grid(5, 7, right=True), False
    for duty in duties:
        inferred = duty.time_source == "inferred"
        guessed |= inferred
        share = ("~" if inferred else "") + percent(duty.time_share)
        code = Text(duty.soc_code) if duty.soc_code else Text("generic", "dim")
        rows.add_row(Text(share), code, Text(plain(duty.text)))
    note = Text("~ share of time inferred: the text does not state it", "dim")
    return Group(rows, note) if guessed else rows


def _rules(steps: Iterable[RuleStep]) -> RenderableType:
    lines = Table.grid()
    for step in steps:
        line = Text(step.id, "bold")
        line.append(f" ({plain(step.citation)}): ", "not bold")
        lines.add_row(line.append(plain(step.outcome), "not bold"))
    return lines


def _rows(pairs: Iterable[tuple[str, str]], width: int = 5) -> Table:
    rows = _grid(width, right=True)
    for figure, text in pairs:
        rows.add_row(Text(figure), Text(text))
    return rows


def _requirements(
    requirements: Sequence[Requirement], glyphs: Glyphs, whole: bool
) -> RenderableType:
    """One line for all, or one for each with the words of the posting."""
    named = []
    for asked in requirements:
        level, kind = plain(asked.level).replace("_", " "), asked.kind.replace("_", " ")
        short = {
            "experience": f"{level} years of experience" if level else "experience",
            "drivers_licence": "driver's licence",
        }.get(asked.kind, f"{kind}: {level}" if level else kind)
        named.append(short if asked.required else f"{short} (preferred or equivalent)")
    if whole:
        words = (plain(asked.text) for asked in requirements)
        return _rows(
            ((glyphs.bullet, f"{a}: {b}") for a, b in zip(named, words, strict=True)), width=1
        )
    return Text(glyphs.dot.join(dict.fromkeys(named)))


def _preparation(posting: Posting) -> Iterator[tuple[str, RenderableType]]:
    """How the input was prepared: the cleaned title and the passages that were set aside."""
    title = posting.title
    changes = [("looked up", title.variants), ("removed", title.removed), ("expanded", title.expanded)]  # fmt: skip
    said = [f"{name}: {', '.join(map(plain, parts))}" for name, parts in changes if parts]
    if said:
        yield "Title", Text("; ".join(said))
    for place, passage in enumerate(posting.set_aside):
        yield ("" if place else "Set aside"), Text(f"{passage.kind}: {plain(passage.text)}")


def _settings(settings: Settings, glyphs: Glyphs) -> str:
    return glyphs.dot.join([
        f"material from {percent(settings.material_share)}",
        f"supervisor from {percent(settings.supervisor_share)}",
        f"manager from {percent(settings.management_share)}",
        f"skill differs from {settings.skill_difference} Job Zone",
        f"target accuracy {percent(settings.target_accuracy)}",
    ])  # fmt: skip


def _grid(*widths: int, right: bool = False) -> Table:
    """Columns of fixed widths (the first aligned to the right if asked) and a wide one."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for place, width in enumerate(widths):
        grid.add_column(justify="right" if right and not place else "left", width=width)
    grid.add_column(overflow="fold")
    return grid
