"""One thread codes, in order; a line that is too long is not joined."""

from __future__ import annotations

import asyncio
import threading
from typing import cast

import pytest

from socoder.coder import Coder
from socoder.errors import BundleError
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
