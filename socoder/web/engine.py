"""The one coder of the server, in a thread of its own.

A Coder is not made for several threads at once: spaCy's store of strings and the lexical model's
memory of words both change while they read, and two threads in them raise KeyError and ValueError.
Coding holds the interpreter's lock for most of its time anyway. So one thread codes, and requests
wait in line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from socoder.errors import SocoderError

if TYPE_CHECKING:
    from socoder.coder import Coder

T = TypeVar("T")
LONGEST_LINE = 256  # requests that wait: more would wait longer than a browser does


class BusyError(SocoderError):
    """More requests than can be answered in time."""

    code = "busy"


class Engine:
    """Runs functions of the coder one after the other. `load` is called once, when first needed."""

    def __init__(self, load: Callable[[], Coder], longest_line: int = LONGEST_LINE) -> None:
        self._load, self._longest_line = load, longest_line
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="socoder-coding")
        self._coder: Coder | None = None
        self._waiting = 0

    async def run(self, task: Callable[[Coder], T]) -> T:
        """What `task` returns, given the coder. Raises what it raises, and BusyError where
        LONGEST_LINE requests wait already."""
        if self._waiting >= self._longest_line:
            raise BusyError("too many texts are waiting to be coded: try again in a few seconds")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, task)
        finally:
            self._waiting -= 1

    def _run(self, task: Callable[[Coder], T]) -> T:
        if self._coder is None:
            self._coder = self._load()
        return task(self._coder)

    def warm_up(self) -> None:
        """Begin to load the coder and spaCy, so that the first text need not wait for it."""
        self._thread.submit(self._run, _read_something)

    def close(self) -> None:
        """Stop after the task at hand; those in line are dropped."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def _read_something(coder: Coder) -> None:
    from socoder.records import Job

    coder.code(Job(title="Cook", text="Duties\n- Cook meals\n- Clean the kitchen\n"))
