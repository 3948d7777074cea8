"""One thread codes, in order, and further processes beside it; no line grows for ever."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import cast

import pytest

from socoder.coder import Coder
from socoder.errors import BundleError, InputError
from socoder.records import Job
from socoder.web.code_form import CodeForm, answer
from socoder.web.engine import BusyError, Engine

CODER = cast(Coder, object())


def test_tasks_run_one_at_a_time_in_one_thread_and_in_order() -> None:
    engine, running, seen = Engine(lambda: CODER), 0, []

    def task(number: int) -> str:
        nonlocal running
        running += 1
        assert running == 1
        seen.append(number)
        running -= 1
        return threading.current_thread().name

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(engine.run(lambda _, i=i: task(i)) for i in range(50)))

    assert len(set(asyncio.run(all_at_once()))) == 1
    assert seen == list(range(50))
    engine.close()


def test_the_coder_is_loaded_once() -> None:
    loads: list[int] = []

    def load() -> Coder:
        loads.append(1)
        return CODER

    engine = Engine(load)

    async def twice() -> None:
        assert await engine.run(lambda coder: coder) is CODER
        assert await engine.run(lambda coder: coder) is CODER

    assert loads == []
    asyncio.run(twice())
    assert loads == [1]
    engine.close()


def test_a_line_that_is_too_long_is_refused_and_opens_again() -> None:
    engine, gate = Engine(lambda: CODER, longest_line=2), threading.Event()

    async def crowd() -> None:
        waiting = [asyncio.create_task(engine.run(lambda _: gate.wait(10))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError, match="try again"):
            await engine.run(lambda _: True)
        gate.set()
        assert await asyncio.gather(*waiting) == [True, True]
        assert await engine.run(lambda _: "free")

    asyncio.run(crowd())
    engine.close()


def test_an_error_of_a_task_reaches_its_own_request_only() -> None:
    engine = Engine(lambda: CODER)

    def fails(_: Coder) -> None:
        raise BundleError("damaged")

    async def both() -> None:
        failed, fine = await asyncio.gather(
            engine.run(fails), engine.run(lambda _: 1), return_exceptions=True
        )
        assert isinstance(failed, BundleError) and fine == 1

    asyncio.run(both())
    engine.close()


async def further(engine: Engine, coder_task: Callable[[Coder], object]) -> None:
    """Let so many ask at once that the further process is started, and wait until it is ready."""
    await asyncio.gather(*(engine.code(coder_task) for _ in range(2)))
    await asyncio.gather(*engine._beginning)
    assert list(engine._hands) == [0, 1]


def test_a_further_process_takes_from_the_line_and_says_the_same(coder: Coder) -> None:
    engine, gate = Engine(lambda: coder, workers=2), threading.Event()
    task = partial(answer, form=CodeForm(Job(title="Registered Nurse, ICU")))

    async def ask() -> None:
        alone = await engine.code(task)
        assert list(engine._hands) == [0]  # nobody had to wait: no process was started
        await further(engine, task)
        busy = asyncio.create_task(engine.code(lambda _: gate.wait(60)))  # fit for no process
        await asyncio.sleep(0)
        there = await asyncio.wait_for(engine.code(task), 60)
        gate.set()
        assert await busy and there == alone

    asyncio.run(ask())
    engine.close()


def test_a_killed_process_is_replaced_and_its_text_still_answered(coder: Coder) -> None:
    engine, gate = Engine(lambda: coder, workers=2), threading.Event()
    task = partial(answer, form=CodeForm(Job(title="Welder")))

    async def kill() -> None:
        await further(engine, task)
        (process,) = engine._hands[1]._processes  # type: ignore[attr-defined]
        busy = asyncio.create_task(engine.code(lambda _: gate.wait(60)))
        await asyncio.sleep(0)
        os.kill(process, signal.SIGKILL)
        waiting = asyncio.create_task(engine.code(task))
        for _ in range(6000):
            if 1 not in engine._hands:
                break
            await asyncio.sleep(0.01)
        gate.set()
        assert (await waiting).coding.soc_code == "51-4121" and await busy
        await further(engine, task)
        assert process not in engine._hands[1]._processes  # type: ignore[attr-defined]

    asyncio.run(kill())
    engine.close()


def test_an_error_there_is_an_error_here_and_the_process_goes_on(coder: Coder) -> None:
    engine, gate = Engine(lambda: coder, workers=2), threading.Event()
    wrong = partial(answer, form=CodeForm(Job(title="Cook"), shares={99: 0.5}))
    right = partial(answer, form=CodeForm(Job(title="Cook")))

    async def fail() -> None:
        await further(engine, right)
        busy = asyncio.create_task(engine.code(lambda _: gate.wait(60)))
        await asyncio.sleep(0)
        with pytest.raises(InputError, match="duty 100"):
            await engine.code(wrong)
        assert (await engine.code(right)).coding.soc_code.startswith("35-")
        gate.set()
        assert await busy and engine._lost == 0

    asyncio.run(fail())
    engine.close()


def test_processes_that_keep_dying_are_not_started_for_ever() -> None:
    engine = Engine(lambda: CODER, workers=2)
    engine._lost = 3

    async def crowd() -> None:
        assert await asyncio.gather(*(engine.code(lambda _: 1) for _ in range(5))) == [1] * 5

    asyncio.run(crowd())
    assert list(engine._hands) == [0]
    engine.close()
