"""No rule is there for show: without it some example comes out differently.

The examples are those of test_rules.py, each of which one rule is there for, and a few combined
jobs in which several rules meet. Every rule is taken out in turn.
"""

from __future__ import annotations

from typing import Any

import pytest

from socoder.rules import RULES, apply_rules
from tests.test_rules import FIRES, QUIET, outcome, rule

IDS = [each.id for each in RULES]


def results(drop: str = "") -> dict[str, tuple[Any, ...]]:
    """What comes out of every example without a rule."""
    return {
        f"{kind} {name}": outcome(rule(*args, drop=drop, **more))
        for kind, examples in (
            ("fires", {name: example for name, (example, _) in FIRES.items()}),
            ("quiet", QUIET),
        )
        for name, (args, more) in examples.items()
    }


EVERY = results()


def test_every_rule_has_an_example_that_fires_and_one_that_does_not() -> None:
    assert list(FIRES) == IDS
    assert set(QUIET) == set(IDS)


@pytest.mark.parametrize("rule_id", IDS)
def test_without_a_rule_some_example_changes(rule_id: str) -> None:
    changed = [name for name, found in results(rule_id).items() if found != EVERY[name]]
    assert f"fires {rule_id}" in changed


@pytest.mark.parametrize("rule_id", IDS)
def test_a_rule_is_quiet_where_it_has_nothing_to_say(rule_id: str) -> None:
    assert results(rule_id)[f"quiet {rule_id}"] == EVERY[f"quiet {rule_id}"]


def test_no_rule_stands_twice() -> None:
    assert len(set(IDS)) == len(IDS)
    assert len({each.apply for each in RULES}) == len(RULES)
    assert apply_rules.__defaults__ == (RULES,)
