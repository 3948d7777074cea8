"""Signing in: the server's access token, a reviewer's own token, or on this machine a name."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from socoder.errors import InputError
from socoder.web.forms import sent
from socoder.web.rendering import page
from socoder.web.sessions import COOKIE, LASTS, Session, Sessions
from socoder.web.settings import WebSettings

if TYPE_CHECKING:
    from socoder.review.records import Reviewer
    from socoder.web.desk import Desk

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def form(request: Request, next: str = "/") -> Response:
    """The form for a token, or on this machine for a name."""
    return page(request, "sign_in.html", next=inside(next), error="")


@router.post("/sign-in")
async def enter(request: Request) -> Response:
    """Sign in with what the form holds, and go on to where one was."""
    settings: WebSettings = request.app.state.settings
    sessions: Sessions = request.app.state.sessions
    async with sent(request) as filled:
        token = filled.fields.get("token", "").strip()
        name = " ".join(filled.fields.get("name", "").split())
        goal = inside(filled.fields.get("next", "/"))
    found: Session | None = request.scope["session"]
    desk: Desk = request.app.state.desk
    access, error = bool(found and found.access), ""
    reviewer: Reviewer | None = None
    if token:
        reviewer = await run_sync(desk.reviewer_of, token)
        ours = bool(settings.token) and hmac.compare_digest(token.encode(), settings.token.encode())
        access = access or ours or reviewer is not None
        if not ours and reviewer is None:
            error = "This token is not known here."
    elif name and settings.on_loopback:
        try:
            reviewer = await run_sync(desk.named, name)
        except InputError as refused:
            error = f"{str(refused).capitalize()}."
    else:
        error = "Give a token." if not settings.on_loopback else "Give your name, or a token."
    if error:
        return page(request, "sign_in.html", 422, next=goal, error=error)
    if found:  # a new key for new rights
        sessions.end(found)
    session = sessions.start()
    session.access = access
    session.reviewer = reviewer
    if found:
        session.single_keys = found.single_keys
        session.reviewer = reviewer or found.reviewer
    answer = RedirectResponse(goal, 303)
    answer.set_cookie(
        COOKIE, session.key, max_age=int(LASTS), httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.post("/sign-out")
async def leave(request: Request) -> Response:
    """Forget who this is."""
    if session := request.scope["session"]:
        request.app.state.sessions.end(session)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer


def inside(path: str) -> str:
    """A path of this server to go on to; "/" for an address elsewhere."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not path.startswith("/") or path.startswith(("//", "/\\")):
        return "/"
    return path if path.isprintable() and "\\" not in path else "/"
