"""A further process that codes, with a coder of its own; it ends with the server, however that ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from socoder.coder import Coder

T = TypeVar("T")
_coders: dict[Path | None, Coder] = {}


def start_process() -> ProcessPoolExecutor:
    """One more process, begun when it first gets something to do. It is spawned: a fork of a
    server that has threads can hang."""
    spawned = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, spawned, initializer=_begin)


def code_there(bundle: Path | None, task: Callable[[Coder], T]) -> T:
    """What `task` returns, given this process's coder, which is loaded with the first task."""
    from socoder.coder import Coder

    if bundle not in _coders:
        _coders[bundle] = Coder.load(bundle)
    return task(_coders[bundle])


def read_something(coder: Coder) -> None:
    """Code a few words, so that all that is loaded when it is first needed is there."""
    from socoder.records import Job

    coder.code(Job(title="Cook", text="Duties\n- Cook meals\n- Clean the kitchen\n"))


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends this
    threading.Thread(target=_end_with_server, daemon=True).start()


def _end_with_server() -> None:
    """Without this a process whose server was killed would wait for work for ever."""
    server = multiprocessing.parent_process()
    if server is not None:
        wait([server.sentinel])
        os._exit(1)
