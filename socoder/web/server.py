"""Listening: uvicorn with logs that hold no word of what is served."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from socoder.errors import InputError
from socoder.web.settings import WebSettings

if TYPE_CHECKING:
    from socoder.coder import Coder

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


def run(settings: WebSettings, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; `tell` gets a line with the address. Raises InputError where the
    address is taken or not this machine's, BundleError for a damaged bundle."""
    _one_thread_each()
    import uvicorn

    from socoder.web.app import create_app

    coder = _load(settings)
    listening = _listen(settings)
    port = listening.getsockname()[1]
    app = create_app(settings, lambda: coder)
    app.state.engine.warm_up()
    config = uvicorn.Config(
        app, access_log=False, log_level="warning", server_header=False, date_header=True,
        timeout_keep_alive=20, limit_concurrency=1000, proxy_headers=False, ws="none",
    )  # fmt: skip
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    tell(f"socoder is served at http://{name}:{port}/ (Ctrl-C ends it)")
    if not settings.on_loopback:
        tell("Others can reach it: put it behind https, or token and texts travel in the clear.")
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()
        app.state.folder.close()


def _one_thread_each() -> None:
    """Let the numerical libraries, which are loaded after this, use one thread in each process:
    several coders that share the cores would otherwise only get into each other's way."""
    for name in _THREADS:
        os.environ.setdefault(name, "1")


def _load(settings: WebSettings) -> Coder:
    from socoder.coder import Coder

    return Coder.load(settings.bundle)


def _listen(settings: WebSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(512)
    except OSError as error:
        listening.close()
        raise InputError(
            f"cannot listen at {settings.host} port {settings.port} ({error.strerror}): choose"
            " another --port or --host"
        ) from None
    return listening
