"""Follow one posting through every step and put the figures into docs/how-it-decides.md.

python scripts/refresh_how_it_decides.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from socoder.coder import Coder
from socoder.read import read_file
from socoder.records import Coding, Posting, Ranking
from socoder.roles import informed, weigh_roles

ROOT = Path(__file__).parents[1]
SAMPLE = "docs/samples/direct_support_professional.txt"
PAGE = ROOT / "docs" / "how-it-decides.md"
_BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
FIRST = 4


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(value: float) -> str:
    return f"{100 * value:.1f} %"


def blocks(coder: Coder) -> dict[str, str]:
    """Name of each block of the page → its Markdown."""
    job = read_file(ROOT / SAMPLE, "")
    posting = coder.posting(job)
    (plain,) = coder.ranker.rank([posting])
    coding = coder.code(job)
    ranking = informed(plain, posting, coding.role_tags)
    return {
        "title": _title(posting),
        "split": _split(posting),
        "asks": _asks(posting),
        "roles": _roles(posting),
        "ranking": _ranking(coder, ranking),
        "weighing": _weighing(coder, coding),
        "rules": table(
            ["rule", "", "what it said"],
            [[s.id, "**did**" if s.fired else "", s.outcome] for s in coding.rules],
        ),
        "decision": "\n".join(f"- {line}" for line in _decision(coder, coding)),
        "runners": table(
            ["", "probability", "why not"],
            [
                [f"{a.soc_code} {a.soc_title}", share(a.probability), a.why_not]
                for a in coding.alternatives[:5]
            ],
        ),
        "questions": "\n".join(f"- {q.text}" for q in coding.questions) or "Nothing is asked.",
    }


def _title(posting: Posting) -> str:
    title = posting.title
    rows = [["as it came", title.raw], ["looked up", ", ".join(title.variants)]]
    rows += [["removed", ", ".join(title.removed)]] if title.removed else []
    return table(["", "title"], rows)


def _split(posting: Posting) -> str:
    rows = [
        [share(d.time_share), d.time_source, "generic" if d.generic else "", d.text]
        for d in posting.duties
    ]
    aside = ", ".join(sorted({part.kind for part in posting.set_aside}))
    return table(["time", "", "", "duty"], rows) + f"\n\nSet aside: {aside}."


def _asks(posting: Posting) -> str:
    rows = [
        [r.kind, r.level, "required" if r.required else "wished", r.text]
        for r in posting.requirements
    ]
    return table(["kind", "level", "", "words"], rows)


def _roles(posting: Posting) -> str:
    found = [r for r in weigh_roles(posting) if r.points >= r.needed]
    rows = [
        [
            r.id,
            str(r.points),
            str(r.needed),
            r.title,
            ", ".join(s.split("|")[0] for s in r.signals_for),
        ]
        for r in found
    ]
    return table(["role", "points", "needed", "title", "signals"], rows)


def _ranking(coder: Coder, ranking: Ranking) -> str:
    order = np.argsort(-ranking.job, kind="stable")[:FIRST]
    names = [ranking.codes[i] for i in order]
    rows = [
        [name, *(f"{ranking.parts[row, i]:+.2f}" for i in order)]
        for row, name in enumerate(ranking.part_names)
    ]
    rows.append(["**sum**", *(f"**{ranking.job[i]:+.2f}**" for i in order)])
    return table(["part of the score", *names], rows)


def _weighing(coder: Coder, coding: Coding) -> str:
    known = coder.classification
    placed = table(
        ["time", "belongs to", "duty"],
        [[share(d.time_share), d.soc_code or "generic", d.text] for d in coding.duties],
    )
    material = table(
        ["occupation", "time", "Job Zone"],
        [
            [f"{m.soc_code} {known.title(m.soc_code)}", share(m.time_share), str(m.skill_level)]
            for m in coding.material
        ],
    )
    return f"{placed}\n\nThe occupations after the rules:\n\n{material}"


def _decision(coder: Coder, coding: Coding) -> Iterator[str]:
    sure, settings = coding.confidence, coding.settings
    yield f"code: **{coding.soc_code} {coding.soc_title}**, decided by *{coding.decided_by}*"
    yield (
        f"probability that it is right: {share(sure.detailed)}; of the broad occupation"
        f" {share(sure.broad)}, the minor group {share(sure.minor)}, the major group {share(sure.major)}"
    )
    yield f"target: {share(settings.target_accuracy)} of the codes accepted without review are right"
    policies = ", ".join(f"{name} {code}" for name, code in coding.by_policy.items())
    yield f"by policy: {policies}"
    yield f"status: {coding.status}; {', '.join(coding.review_reasons) or 'no reason for doubt'}"
    yield from (hinge.text for hinge in coding.hinges)


def main() -> None:
    made = blocks(Coder.load())
    text = PAGE.read_text(encoding="utf-8")
    text = _BLOCK.sub(lambda found: f"{found[1]}{made[found[2]]}\n{found[3]}", text)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
