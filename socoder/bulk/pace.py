"""How far a run is and how long it will take, told a few times a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from socoder.bulk.options import Progress

EVERY_S = 0.2
_SURE = 0.02  # share of the step from which the time left is told


class Pace:
    """Turns what the passes report into `Progress`; quiet without a listener."""

    def __init__(self, listener: Callable[[Progress], None] | None) -> None:
        self._listener = listener
        self._step, self._texts = "", 0
        self._began = self._last = 0.0

    def coding(self, share: float, rows: int, texts: int) -> None:
        """The first pass has read this share of the input, so many rows, and coded so many texts."""
        self._texts = texts
        self._tell("code", share, rows)

    def writing(self, share: float, rows: int) -> None:
        """The second pass."""
        self._tell("write", share, rows)

    def _tell(self, step: Literal["code", "write"], share: float, rows: int) -> None:
        if self._listener is None:
            return
        now = time.monotonic()
        if step != self._step:
            self._step, self._began, self._last = step, now, 0.0
        if now - self._last < EVERY_S and share < 1:
            return
        self._last = now
        spent = now - self._began
        left = spent * (1 - share) / share if share >= _SURE else None
        self._listener(Progress(step, share, rows, self._texts, rows / max(spent, 1e-6), left))
