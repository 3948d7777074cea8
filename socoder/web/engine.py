"""The coders of the server: one in a thread of its own, further ones in processes of their own.

A Coder is not made for several threads at once: spaCy's store of strings and the lexical model's
memory of words both change while they read, and two threads in them raise KeyError and ValueError.
Coding holds the interpreter's lock for most of its time anyway. So one thread codes, requests wait
in line, and where that line does not stay empty, further processes take from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from socoder.errors import SocoderError
from socoder.web.coding_process import code_there, read_something, start_process

if TYPE_CHECKING:
    from socoder.coder import Coder

T = TypeVar("T")
LONGEST_LINE = 256  # requests that wait: more would wait longer than a browser does
_MOST_LOST = 3  # processes that may die before none is started any more
_HERE = 0  # the number of the thread; the processes are numbered from 1


class BusyError(SocoderError):
    """More requests than can be answered in time."""

    code = "busy"


class Engine:
    """Runs functions of a coder, each coder one function after the other. `load` is called once,
    when first needed. With `workers` above 1 further processes, each with a coder of the folder
    `bundle` and some 400 MB, begin when a request first has to wait."""

    def __init__(
        self, load: Callable[[], Coder], longest_line: int = LONGEST_LINE, workers: int = 1,
        bundle: Path | None = None,
    ) -> None:  # fmt: skip
        self._load, self._longest_line = load, longest_line
        self._workers, self._bundle = workers, bundle
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="socoder-coding")
        self._coder: Coder | None = None
        self._waiting = 0
        self._hands: dict[int, Executor] = {_HERE: self._thread}
        self._idle: asyncio.PriorityQueue[int] = asyncio.PriorityQueue()
        self._idle.put_nowait(_HERE)
        self._beginning: set[asyncio.Task[None]] = set()
        self._lost = 0

    async def run(self, task: Callable[[Coder], T]) -> T:
        """What `task` returns, given the coder of this process. Raises what it raises, and
        BusyError where LONGEST_LINE requests wait already."""
        self._join_line()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, task)
        finally:
            self._waiting -= 1

    async def code(self, task: Callable[[Coder], T]) -> T:
        """As `run`, by whichever coder is free first; `task` and what it returns must be fit to be
        sent to another process. A task whose process dies is done here."""
        if self._workers == 1:
            return await self.run(task)
        self._join_line()
        try:
            if self._idle.empty():
                self._begin_more()
            number = await self._idle.get()
            if number != _HERE:
                try:
                    return await self._there(number, task)
                except BrokenProcessPool:
                    self._lose(number)
                number = await self._idle.get()
            try:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._thread, self._run, task)
            finally:
                self._idle.put_nowait(number)
        finally:
            self._waiting -= 1

    async def _there(self, number: int, task: Callable[[Coder], T]) -> T:
        loop, hand = asyncio.get_running_loop(), self._hands[number]
        try:
            found = await loop.run_in_executor(hand, code_there, self._bundle, task)
        except BrokenProcessPool:
            raise
        except BaseException:
            self._idle.put_nowait(number)
            raise
        self._idle.put_nowait(number)
        return found

    def _join_line(self) -> None:
        if self._waiting >= self._longest_line:
            raise BusyError("too many texts are waiting to be coded: try again in a few seconds")
        self._waiting += 1

    def _begin_more(self) -> None:
        """Start the processes that are missing; each joins in when its coder is loaded."""
        if self._lost >= _MOST_LOST:
            return
        for number in range(1, self._workers):
            if number not in self._hands:
                self._hands[number] = start_process()
                beginning = asyncio.ensure_future(self._warm_up(number))
                self._beginning.add(beginning)
                beginning.add_done_callback(self._beginning.discard)

    async def _warm_up(self, number: int) -> None:
        try:
            await self._there(number, read_something)
        except BrokenProcessPool:
            self._lose(number)

    def _lose(self, number: int) -> None:
        """A process died: forget it; another one begins when a request has to wait again."""
        self._lost += 1
        self._hands.pop(number).shutdown(wait=False)

    def _run(self, task: Callable[[Coder], T]) -> T:
        if self._coder is None:
            self._coder = self._load()
        return task(self._coder)

    def warm_up(self) -> None:
        """Begin to load the coder and spaCy, so that the first text need not wait for it."""
        self._thread.submit(self._run, read_something)

    def close(self) -> None:
        """Stop after the tasks at hand; those in line are dropped."""
        for hand in self._hands.values():
            hand.shutdown(wait=True, cancel_futures=True)
