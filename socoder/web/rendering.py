"""Templates → pages. Everything that is put into a template is escaped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from socoder import __version__
from socoder.cli.page import percent

if TYPE_CHECKING:
    from socoder.web.settings import WebSettings

FOLDER = Path(__file__).parent
PAGES = (
    ("/", "Code"), ("/bulk", "Bulk"), ("/review", "Review"), ("/progress", "Progress"),
    ("/reports", "Reports"),
)  # fmt: skip


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The Jinja environment: autoescaping always on, a missing value is an error."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["percent"] = percent
    made.filters["words"] = lambda text: str(text).replace("_", " ")
    made.filters["number"] = lambda value: f"{value:,}"
    made.globals["version"] = __version__
    return made


def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page of a template, with what every page needs: menu, session, place."""
    settings: WebSettings = request.app.state.settings
    html = (
        environment()
        .get_template(name)
        .render(
            pages=PAGES,
            here=request.url.path,
            session=request.scope.get("session"),
            local=settings.on_loopback,
            **values,
        )
    )
    return HTMLResponse(html, status_code=status)
