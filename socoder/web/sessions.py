"""Who is signed in: a random cookie for each browser; what it stands for stays in memory."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from socoder.review.records import Reviewer

COOKIE = "socoder_session"
LASTS = 12 * 3600.0  # seconds without a request
_MOST = 1000


@dataclass(slots=True)
class Session:
    """What one browser may do. `reviewer` is whom decisions are stored under, None before it is
    known; `passing` are the items put off for now, the latest last; `said` is shown once on the next
    page."""

    key: str
    access: bool = False
    reviewer: Reviewer | None = None
    single_keys: bool = True
    passing: list[str] = field(default_factory=list)
    said: str = ""
    seen: float = field(default_factory=time.monotonic)


class Sessions:
    """All sessions of one server. Nothing is written: a restart signs everybody out.

    `reviewer_of` gives the reviewer whose token it is, None for an unknown one.
    """

    def __init__(self, reviewer_of: Callable[[str], Reviewer | None]) -> None:
        self.reviewer_of = reviewer_of
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def of(self, cookies: str) -> Session | None:
        """The session that a Cookie header belongs to; None without one, or after LASTS."""
        try:
            found = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return None
        with self._lock:
            session = self._sessions.get(found.value) if found else None
            if session is None:
                return None
            if time.monotonic() - session.seen > LASTS:
                del self._sessions[session.key]
                return None
            session.seen = time.monotonic()
            return session

    def start(self) -> Session:
        """A new session; the one that has been idle longest gives way where there are too many."""
        session = Session(secrets.token_urlsafe(32))
        with self._lock:
            if len(self._sessions) >= _MOST:
                oldest = min(self._sessions.values(), key=lambda each: each.seen)
                del self._sessions[oldest.key]
            self._sessions[session.key] = session
        return session

    @staticmethod
    def told(session: Session) -> str:
        """What is to be shown once; it is forgotten then."""
        said, session.said = session.said, ""
        return said

    def end(self, session: Session) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(session.key, None)

    def knows_reviewer(self, token: str) -> bool:
        """Whether a token is that of a reviewer."""
        return bool(token) and self.reviewer_of(token) is not None
