"""How the pages are served: where, to whom, and how much they take in."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path

from socoder.errors import InputError

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_TOKEN = 16  # characters: what is shorter can be guessed over a network

MAX_TEXT = 200_000  # characters of one posting
MAX_DOCUMENT = 20_000_000  # bytes of one uploaded document, as in socoder/read.py
MOST_WORKERS = 32
MAX_TABLE = 64_000_000  # bytes of one uploaded table


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where and how the pages are served.

    `token` opens them to whoever knows it; without one only this machine is served. `allowed_hosts`
    are further names under which the server is reached. `database` is the review store, a path or
    an address; `max_table` bytes bound an uploaded table. `bundle` is another model bundle. `workers` coders share the texts that wait;
    each above the first is a process of its own.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    token: str = ""
    allowed_hosts: tuple[str, ...] = ()
    database: str = ""
    bundle: Path | None = None
    max_table: int = MAX_TABLE
    workers: int = 1

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    def check(self) -> WebSettings:
        """The settings themselves. Raises InputError for a port that is none, a token that is too
        short, and an address beyond this machine without a token."""
        if not 0 <= self.port <= 65535:
            raise InputError(f"--port must be 0 to 65535, not {self.port}")
        if not 1 <= self.workers <= MOST_WORKERS:
            raise InputError(f"--workers must be 1 to {MOST_WORKERS}, not {self.workers}")
        if self.token and len(self.token) < SHORTEST_TOKEN:
            raise InputError(
                f"the access token is too short: give {SHORTEST_TOKEN} characters or more"
            )
        if not self.on_loopback and not self.token:
            raise InputError(
                f"--host {self.host} can be reached from other machines: set an access token first"
                " (environment variable SOCODER_TOKEN, or --token-file)"
            )
        return self

    def knows_host(self, name: str) -> bool:
        """Whether a request may be meant for this server: its name is this machine's, not that of
        a page elsewhere which had its own name point here (DNS rebinding)."""
        name = name.lower().strip("[]").rstrip(".")
        if name in LOOPBACK_NAMES or name in {each.lower() for each in self.allowed_hosts}:
            return True
        if self.on_loopback:
            return is_loopback(name)
        own = {self.host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}
        return name in own or _is_address(name)


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own, which no other machine can reach."""
    if host.lower() in LOOPBACK_NAMES:
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
