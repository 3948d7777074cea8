"""The comparison with a peer: what is made of its answers. The peer itself is not needed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evaluation.datasets import Labelled
from socoder import soc
from socoder.records import Job

SCRIPTS = Path(__file__).parents[1] / "scripts"
KNOWN = soc.load()


@pytest.fixture(scope="module")
def peers():
    sys.path.insert(0, str(SCRIPTS))
    import peer_figures
    import peer_worker

    return peer_figures, peer_worker


def test_answers_become_ranked_codes_whatever_their_spelling(peers) -> None:
    answers = [[["211093", 0.6], ["31-1121", 0.2]], [], [["29100", 1.2], ["291141", 0.1]]]
    ranked, sure = peers[0].read_answers(answers, KNOWN.detailed)
    assert ranked == [["21-1093", "31-1121"], [], ["", "29-1141"]]
    assert list(sure) == [0.6, 0.0, 1.0]


def test_no_answer_is_wrong_but_says_nothing_of_confidence(peers) -> None:
    rows = [
        Labelled(Job(title=title), frozenset({"29-1141"}), 0) for title in ("Nurse", "RN", "Zzz")
    ]
    answers = [[["291141", 1.0]], [["291171", 0.5], ["291141", 0.5]], []]
    own = peers[0].figures(rows, answers, KNOWN)
    assert own["levels"]["detailed"]["top_1"] == pytest.approx(1 / 3)
    assert own["levels"]["detailed"]["top_10"] == pytest.approx(2 / 3)
    assert own["answered"] == pytest.approx(2 / 3)
    assert own["calibration_error"] == pytest.approx(0.25)


def made_report(figures) -> dict:
    rows = [Labelled(Job(title="Nurse"), frozenset({"29-1141"}), 0)]
    right, wrong = ([[[code, 0.9]]] for code in ("29-1141", "21-1093"))
    own = {"socoder": right, "sockit": wrong, "sockit, every fold": right}
    own = {name: figures.figures(rows, answers, KNOWN) for name, answers in own.items()}
    tasks = {"a set": ("titles", rows)}
    rounds = [
        {
            tool: {"a set": {"seconds": s, "processor_seconds": 1}}
            for tool, s in zip(("socoder", "sockit"), pair, strict=True)
        }
        for pair in ((0.5, 0.25), (2.0, 0.5), (0.1, 0.1))
    ]
    return {
        "sets": {"a set": {"kind": "titles", **own, "top_1_ratio": None}},
        "speed": figures.speeds(rounds, tasks),
        "peak_mib": {"titles": {"socoder": 155.2, "sockit": 104.6}},
        "run": {"socoder": "1", "sockit": "2", "bundle": "0" * 64, "rounds": 3, "processes": 1, "batch": 500},
    }  # fmt: skip


def test_the_ratio_of_speeds_is_of_the_middle_round(peers) -> None:
    speed = made_report(peers[0])["speed"]["all titles"]
    assert (speed["socoder"], speed["sockit"]) == (2.0, 4.0)
    assert (speed["ratio"], speed["processor_ratio"]) == (0.5, 1.0)
    assert (speed["rows"], speed["words"]) == (1, 1)


def test_the_tables_are_whole_and_go_between_the_marks_of_a_page(peers) -> None:
    shown = peers[0].tables(made_report(peers[0]))
    assert "| a set | 1 | 1.000 | 0.000 | – | 1.000 | 0.000 | 0.10 | 0.90 | 100% |" in shown
    assert "| titles | 155 MiB | 105 MiB |" in shown
    for table in shown.split("\n\n")[:3]:
        assert len({line.count("|") for line in table.strip().splitlines()}) == 1
    page = "before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n"
    assert peers[0].on_page(page, shown) == page.replace("old\n", shown)
    with pytest.raises(SystemExit):
        peers[0].on_page("no marks", shown)


def test_the_worker_warms_up_and_keeps_the_order_of_rows(
    peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, seen = peers[1], []

    def echo(kind: str, rows: list[list[str]]) -> list:
        seen.extend(title for title, _ in rows)
        return [[(title, 1.0)] for title, _ in rows]

    monkeypatch.setitem(worker.TOOLS, "echo", echo)
    rows = [[str(number), ""] for number in range(5)]
    job = {
        "processes": 1,
        "batch": 2,
        "warm": {"titles": [["warm", ""]]},
        "tasks": {"a set": {"kind": "titles", "rows": rows}},
    }
    done = worker.run("echo", job)["a set"]
    assert seen == ["warm", "0", "1", "2", "3", "4"]
    assert [answer[0][0] for answer in done["answers"]] == ["0", "1", "2", "3", "4"]
    assert done["seconds"] > 0
    assert done["peak_mib"] > 1


def test_every_process_has_rows(peers) -> None:
    rows = [["a", ""]] * 5
    assert [len(own) for own in peers[1].batches(rows, 500, 2)] == [3, 2]
    assert [len(own) for own in peers[1].batches(rows, 2, 1)] == [2, 2, 1]


def test_the_worker_codes_with_the_shipped_bundle(peers) -> None:
    job = {
        "processes": 1,
        "batch": 10,
        "warm": {"titles": [["Cook", ""]]},
        "tasks": {"a set": {"kind": "titles", "rows": [["Registered Nurse", ""]]}},
    }
    answer = peers[1].run("socoder", job)["a set"]["answers"][0]
    assert answer[0][0] == "29-1141"
    assert len(answer) == 10
    assert answer[0][1] > answer[1][1]
