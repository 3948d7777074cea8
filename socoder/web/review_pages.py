"""The Review page: one item a screen, decided by keys, by pointer, or by plain forms."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from socoder import soc
from socoder.cli.page import review_reasons
from socoder.errors import InputError, SocoderError
from socoder.review.claims import ClaimError
from socoder.review.evidence import shown
from socoder.review.filters import Filters
from socoder.review.queue import counts
from socoder.review.records import Choice, Item, Reviewer
from socoder.web import review_view
from socoder.web.coding_view import view
from socoder.web.desk import DISPUTES, Desk
from socoder.web.desk_lists import allowed, answerers, is_list, listed, role_tags, statuses
from socoder.web.forms import sent
from socoder.web.rendering import page
from socoder.web.sessions import Session, Sessions
from socoder.web.stored_coding import coding_of

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(include_in_schema=False)
_FILTERS = ("reason", "group", "batch", "role", "reviewer", "status", "text", "queue")


@router.get("/review")
async def next_item(request: Request) -> Response:
    """The next item of the queue that the filters leave."""
    desk, session = _desk(request), _session(request)
    if not await run_sync(desk.exists):
        return page(request, "review_empty.html")
    if session is None or session.reviewer is None:
        return _redirect("/sign-in", next="/review")
    asked = _asked(request.query_params)
    filters = allowed(_filters(asked), session.reviewer)
    if is_list(filters):
        return await _list_page(request, session, asked, filters)
    disputes = asked.get("queue") == DISPUTES
    take = partial(desk.next, session.reviewer, filters, tuple(session.passing), disputes)
    item = await run_sync(take)
    if item is None and session.passing:  # what was put off comes again at the end
        session.passing.clear()
        item = await run_sync(partial(take.func, session.reviewer, filters, (), disputes))
    if item is None:
        return await _nothing_left(request, session, asked)
    return await _item_page(request, session, item, asked)


@router.get("/review/codes")
def codes(request: Request, q: str = "", under: Annotated[str | None, Query()] = None) -> Response:
    """What a search found, or a branch of the tree: a part of the page, for the script."""
    return page(request, "_codes.html", **_looked_up(q, under), base="/review")


@router.get("/review/{item_id}")
async def one_item(request: Request, item_id: str) -> Response:
    """A certain item: one decided before, or the one that a search is made for."""
    session = _session(request)
    if session is None or session.reviewer is None:
        return _redirect("/sign-in", next="/review")
    asked = _asked(request.query_params)
    try:
        item = await run_sync(_desk(request).claim, session.reviewer, item_id)
    except ClaimError as error:
        session.said = _sentence(error)
        return _redirect("/review", **asked)
    return await _item_page(request, session, item, asked)


@router.post("/review/keys")
async def switch_keys(request: Request) -> Response:
    """Switch the single-key shortcuts on or off for this session."""
    session = _session(request)
    async with sent(request) as form:
        asked, item_id = _asked(form.fields), form.fields.get("item", "")
    if session:
        session.single_keys = not session.single_keys
    return _redirect(f"/review/{item_id}" if item_id.isalnum() else "/review", **asked)


@router.post("/review/undo")
async def undo(request: Request) -> Response:
    """Take a decision back, the latest or the one named, and show its item again."""
    session, reviewer = _signed_in(request)
    async with sent(request) as form:
        asked, number = _asked(form.fields), form.fields.get("decision", "")
    try:
        chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
        made = await run_sync(_desk(request).undo, reviewer, chosen)
    except ClaimError as error:
        session.said = _sentence(error)
        return _redirect("/review", **asked)
    session.said = "Taken back: decide it anew."
    return _redirect(f"/review/{made.item_id}", **asked)


@router.post("/review/{item_id}")
async def decide(request: Request, item_id: str) -> Response:
    """Record what was decided, or put the item off, and go on with the next one."""
    (session, reviewer), desk = _signed_in(request), _desk(request)
    async with sent(request) as form:
        fields, asked = form.fields, _asked(form.fields)
    if fields.get("do") == "pass":
        session.passing = [each for each in session.passing if each != item_id] + [item_id]
        await run_sync(desk.release, reviewer, item_id)
        return _redirect("/review", **asked)
    try:
        item = await run_sync(desk.item, item_id)
        seen = shown(item, await _evidence(request, item))
        made = await run_sync(desk.decide, reviewer, item_id, _choice(fields), seen)
    except ClaimError as error:
        session.said = _sentence(error)
        return _redirect("/review", **asked)
    except SocoderError as error:
        session.said = f"Not recorded: {error}."
        return _redirect(f"/review/{item_id}" if item_id.isalnum() else "/review", **asked)
    session.passing = [each for each in session.passing if each != item_id]
    done = {"choose": f"Recorded: {made.code}.", "skip": "Skipped.", "flag": "Flagged."}
    session.said = done.get(made.kind, "Recorded: no code.")
    return _redirect("/review", **asked)


def _choice(fields: Mapping[str, str]) -> Choice:
    """What the pressed button and the fields around it say. Buttons send `do`: a code, or a kind."""
    pressed = fields.get("do", "")
    comment = fields.get("comment", "").strip()
    if pressed == "skip":
        return Choice("skip", reason=fields.get("skip_reason", ""), comment=comment)
    if pressed == "flag":
        return Choice("flag", reason=fields.get("flag_reason", ""), comment=comment)
    if pressed == "no_code":
        return Choice("no_code", comment=comment)
    code = soc.load().find(pressed) if pressed else ""
    return Choice("choose", code, reason=fields.get("why", ""), comment=comment)


async def _item_page(
    request: Request, session: Session, item: Item, asked: dict[str, str]
) -> Response:
    assert session.reviewer is not None
    desk, reviewer = _desk(request), session.reviewer
    whole = await _evidence(request, item)
    evidence = view(coding_of(whole)) if whole else None
    duties = evidence.duties if evidence else ()
    params = request.query_params
    left = await run_sync(counts, desk.store(), allowed(_filters(asked), reviewer))
    return page(
        request,
        "review.html",
        item=item,
        view=evidence,
        passages=review_view.passages(item.text, duties),
        options=review_view.options(item),
        levels=review_view.levels(item),
        broader=review_view.broader(item),
        reasons=review_view.reasons(item),
        disputed=await run_sync(desk.disputed, reviewer, item),
        own=await run_sync(desk.own, reviewer, item.id),
        recent=await run_sync(desk.recent, reviewer),
        title_of=_title_of,
        asked=asked,
        query=urlencode(asked),
        said=Sessions.told(session),
        waiting=left.waiting,
        choices=await run_sync(_filter_choices, desk, reviewer),
        single_keys=session.single_keys,
        back=session.passing[-1] if session.passing else "",
        base=f"/review/{item.id}",
        **_looked_up(params.get("q", ""), params.get("under")),
    )


async def _evidence(request: Request, item: Item) -> dict[str, Any] | None:
    """The item's whole coding, with its duties and rules; None where it cannot be had."""
    try:
        found: dict[str, Any] = await request.app.state.engine.run(
            partial(_desk(request).evidence, item)
        )
    except SocoderError:
        return None
    return found


async def _nothing_left(request: Request, session: Session, asked: dict[str, str]) -> Response:
    desk, reviewer = _desk(request), session.reviewer
    assert reviewer is not None
    return page(
        request,
        "review_done.html",
        asked=asked,
        said=Sessions.told(session),
        choices=await run_sync(_filter_choices, desk, reviewer),
        recent=await run_sync(desk.recent, reviewer),
        title_of=_title_of,
        query=urlencode(asked),
        adjudicator=reviewer.adjudicator,
    )


async def _list_page(
    request: Request, session: Session, asked: dict[str, str], filters: Filters
) -> Response:
    """Items that are not worked through one by one: decided, in dispute, or of one reviewer."""
    desk, reviewer = _desk(request), session.reviewer
    assert reviewer is not None
    given = request.query_params.get("after", "")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    return page(
        request,
        "review_list.html",
        asked=asked,
        said=Sessions.told(session),
        choices=await run_sync(_filter_choices, desk, reviewer),
        found=await run_sync(listed, desk.store(), filters, after),
        statuses=statuses(reviewer),
        title_of=_title_of,
        query=urlencode(asked),
    )


def _looked_up(q: str, under: str | None) -> dict[str, Any]:
    """What a search or the tree shows; nothing where neither was asked for."""
    way, below = (), ()
    if under is not None:
        try:
            way, below = review_view.branch(under)  # type: ignore[assignment]
        except SocoderError:
            way, below = review_view.branch("")  # type: ignore[assignment]
    return {
        "q": q[:200],
        "hits": review_view.searched(q[:200]) if q.strip() else (),
        "tree": under is not None,
        "way": way,
        "below": below,
    }


def _filter_choices(desk: Desk, reviewer: Reviewer) -> dict[str, list[tuple[str, str]]]:
    known = soc.load()
    return {
        "reason": [(name, name.replace("_", " ")) for name in review_reasons()],
        "group": [(g.code, f"{g.code[:2]} {g.title}") for g in known.groups if not g.parent],
        "batch": [(each.id, each.name) for each in desk.batches()],
        "role": [(tag, tag.replace("_", " ")) for tag in role_tags(desk.store())],
        "reviewer": [
            (name, f"{name} ({n:,})") for name, n in answerers(desk.store(), reviewer).items()
        ],
        "status": [
            each
            for each in statuses(reviewer).items()
            if reviewer.adjudicator or each[0] != "second"
        ],
    }


def _asked(fields: Mapping[str, str]) -> dict[str, str]:
    """The filters that are set, by their short names."""
    return {name: fields[name][:200] for name in _FILTERS if fields.get(name)}


def _filters(asked: Mapping[str, str]) -> Filters:
    return Filters(
        reason=asked.get("reason", ""),
        major_group=asked.get("group", ""),
        batch=asked.get("batch", ""),
        role_tag=asked.get("role", ""),
        reviewer=asked.get("reviewer", ""),
        status=asked.get("status", ""),
        text=asked.get("text", ""),
    )


def _title_of(code: str) -> str:
    try:
        return soc.load().title(code)
    except SocoderError:
        return ""


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _session(request: Request) -> Session | None:
    session: Session | None = request.scope["session"]
    return session


def _signed_in(request: Request) -> tuple[Session, Reviewer]:
    session = _session(request)
    if session is None or session.reviewer is None:
        raise InputError("sign in as a reviewer first: nothing was recorded")
    return session, session.reviewer


def _redirect(path: str, **query: str) -> RedirectResponse:
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303)


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
