"""What every request must pass, and what every answer carries: the guard before the pages.

In this order: the host must be this server's own (DNS rebinding), a write must come from these
pages (cross-site forgery), the body must be of a known type and size, and where an access token is
set it must have been given. Faults are answered and logged without a word of the request.
"""

from __future__ import annotations

import hmac
import json
import logging
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from socoder.web.settings import MAX_DOCUMENT, WebSettings

if TYPE_CHECKING:
    from socoder.web.sessions import Sessions

LOG = logging.getLogger("socoder.web")
API = "/api/"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SMALL_BODY = 2_000_000  # bytes: a pasted posting with all that goes with it
_SLACK = 100_000  # bytes of a form around its file
_DRAINED = 4  # times the limit that is read and thrown away, so that the refusal can be read

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: it would make browsers say "Origin: null" of this server's own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class RefusedError(Exception):
    """A request that the guard turns away: its HTTP status and one line for a person."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: WebSettings, sessions: Sessions) -> None:
        self.app, self.settings, self.sessions = app, settings, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # there are none
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(message, scope["path"])
            await send(message)

        try:
            headers = Headers(scope=scope)
            self._check_host(headers)
            _check_origin(scope["method"], headers)
            limit = self._limit(scope["path"])
            await _check_length(headers, receive, limit)
            _check_type(scope["method"], scope["path"], headers)
            self._check_access(scope, headers)
            await self.app(scope, _limited(receive, limit), sending)
        except RefusedError as refusal:
            await _refuse(scope, sending, refusal)
        except Exception as error:
            # The message of an error can quote a posting: only its kind and place are logged.
            LOG.error("unexpected %s in %s", _where(error), _route(scope))
            if not started:
                fault = "This is a fault of socoder. Nothing was lost; try again, or report it."
                await _refuse(scope, sending, RefusedError(500, fault))

    def _check_host(self, headers: Headers) -> None:
        name = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        if not self.settings.knows_host(name):
            raise RefusedError(
                421, "This server does not go by that name: use its address, or --allow-host."
            )

    def _limit(self, path: str) -> int:
        if _takes_tables(path):
            return self.settings.max_table + _SLACK
        return MAX_DOCUMENT + _SLACK if path == "/code" else SMALL_BODY

    def _check_access(self, scope: Scope, headers: Headers) -> None:
        """Leaves the session in the scope. Static files, health and the sign-in page are open."""
        session = self.sessions.of(headers.get("cookie", ""))
        given = headers.get("authorization", "")
        bearer = given[7:].strip() if given[:7].lower() == "bearer " else ""
        scope["session"], scope["bearer"] = session, bearer
        path = scope["path"]
        if path in ("/health", "/api/v1/health", "/sign-in") or path.startswith("/static/"):
            return
        opened = not self.settings.token or bool(session and session.access)
        if not opened and not (bearer and self._opens(bearer)):
            raise RefusedError(401, "Sign in with the access token of this server.")

    def _opens(self, token: str) -> bool:
        same = hmac.compare_digest(token.encode(), self.settings.token.encode())
        return same or self.sessions.knows_reviewer(token)


def _check_origin(method: str, headers: Headers) -> None:
    """A write from a page elsewhere is refused. Programs send neither header and may pass: they
    do not carry a victim's cookies."""
    if method in SAFE_METHODS:
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        ours = site in ("same-origin", "none")
    elif origin is not None:
        ours = urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""
    else:
        ours = True
    if not ours:
        raise RefusedError(403, "Another site tried to write here: this was refused.")


def _check_type(method: str, path: str, headers: Headers) -> None:
    """Forms for the pages, JSON for the API, a form with a file for its uploads."""
    if method in SAFE_METHODS or method == "DELETE":
        return
    empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    wanted: tuple[str, ...] = _FORMS
    if path.startswith(API):
        wanted = _FORMS[1:] if _takes_tables(path) else ("application/json",)
    if kind not in wanted and not (empty and not kind):
        raise RefusedError(415, f"This takes {' or '.join(wanted)}, nothing else.")


def _takes_tables(path: str) -> bool:
    return path in ("/bulk", "/api/v1/bulk", "/api/v1/reports") or (
        path.startswith("/reports/") and path.count("/") == 2
    )


async def _check_length(headers: Headers, receive: Receive, limit: int) -> None:
    declared = headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdigit():
        raise RefusedError(400, "The length of the request is no number.")
    if int(declared) > limit:
        await _drain(receive, limit * _DRAINED)
        raise RefusedError(413, _too_large(limit))


def _limited(receive: Receive, limit: int) -> Receive:
    """`receive` that counts what comes in and stops at the limit, whatever was declared."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            if message.get("more_body"):
                await _drain(receive, limit * _DRAINED)
            raise HTTPException(413, _too_large(limit))
        return message

    return counted


async def _drain(receive: Receive, most: int) -> None:
    """Throw away what is being sent: a browser shows no answer before it has sent all."""
    seen = 0
    while seen < most:
        message = await receive()
        seen += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return


def _too_large(limit: int) -> str:
    return f"This is too large: at most {limit // 1_000_000} MB are taken here."


def _add_headers(message: Message, path: str) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers[name] = value
    if "cache-control" not in headers:
        fixed = path.startswith("/static/")
        headers["cache-control"] = "no-cache" if fixed else "no-store"


async def _refuse(scope: Scope, send: Send, refusal: RefusedError) -> None:
    """A small answer of its own: JSON for the API, a page for a person, the way to sign in."""
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    if scope["path"].startswith(API):
        headers = [(b"content-type", b"application/json")]
        body = json.dumps({"detail": refusal.message}).encode()
        if refusal.status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
    elif refusal.status == 401 and scope["method"] in ("GET", "HEAD"):
        body, back = b"", quote(scope["path"], safe="/")
        refusal = RefusedError(303, "")
        headers.append((b"location", f"/sign-in?next={back}".encode("ascii")))
    else:
        text = escape(refusal.message)
        body = (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            '<link rel="stylesheet" href="/static/style.css"><title>Refused – socoder</title>'
            f'<main class="narrow"><h1>Not done</h1><p>{text}</p><p><a href="/">Start again</a></p>'
            "</main></html>"
        ).encode()
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _where(error: BaseException) -> str:
    """The kind of an error and the file and line that raised it: nothing that it says."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace else ""
    return f"{type(error).__name__}{place}"


def _route(scope: Scope) -> str:
    """The route as it is declared: a path can hold an identifier, the declaration cannot."""
    return str(getattr(scope.get("route"), "path", "") or "an unknown route")
