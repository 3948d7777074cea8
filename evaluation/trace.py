"""How a coding came about, step by step, beside what should have come out: for reading a miss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from socoder.records import Coding


def trace(
    name: str, coding: Coding, codes: Sequence[str], wanted: Mapping[str, float], rule: str = ""
) -> str:
    """The code given and the `codes` that count as right, the material occupations `wanted` (code
    → share of working time) and found, what ranked high, the duties, and every rule that fired."""
    named = f" by {rule}" if rule else ""
    lines = [
        f"{name} {coding.title!r}: {coding.soc_code} {coding.soc_title} by {coding.decided_by},"
        f" not {' or '.join(codes)}{named}",
        f"    wanted   {' '.join(f'{code} {share:.2f}' for code, share in wanted.items())}",
        "    material "
        + " ".join(f"{m.soc_code} {m.time_share:.2f} (zone {m.skill_level})" for m in coding.material),
        "    ranked   "
        + " ".join(f"{other.soc_code} {other.probability:.2f}" for other in coding.alternatives[:6]),
        f"    asks     {' '.join(f'{r.kind}:{r.level}:{r.required}' for r in coding.requirements)}",
    ]  # fmt: skip
    lines += [
        f"    duty {duty.time_share:.2f} {duty.time_source[0]} {duty.soc_code or 'generic':8}"
        f" {duty.text[:90]}"
        for duty in coding.duties
    ]
    lines += [f"    {s.id}: {s.outcome}" for s in coding.rules if s.fired]
    return "\n".join(lines)
