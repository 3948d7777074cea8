"""The Progress page: left, done, agreement, error rate, reliability."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from socoder.web.desk import Desk
from socoder.web.progress_view import PLOT, progress
from socoder.web.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/progress")
def show(request: Request) -> Response:
    """How far the desk is."""
    desk: Desk = request.app.state.desk
    if not desk.exists():
        return page(request, "review_empty.html")
    return page(request, "progress.html", view=progress(desk.store()), plot=PLOT)
