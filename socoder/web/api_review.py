"""The review desk of the JSON API. Who decides is told by a reviewer's token, or on this machine
by a name that stands in the record as not proved."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from socoder.errors import InputError
from socoder.review.claims import ClaimError
from socoder.review.filters import Filters
from socoder.review.queue import counts
from socoder.review.records import Choice, Decision, Item, Kind, Reviewer
from socoder.web.api import REFUSALS, Problem
from socoder.web.desk import Desk

router = APIRouter(prefix="/api/v1/review", tags=["review"])
_REFUSALS: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    404: {"model": Problem, "description": "No such item, or no review store yet."},
    409: {"model": Problem, "description": "Somebody else holds or has settled the item."},
}
_LARGEST = 2**63 - 1


class Wanted(BaseModel):
    """Which item is wanted; empty fields ask for nothing."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=200)
    major_group: str = Field("", max_length=20)
    batch: str = Field("", max_length=200)
    role_tag: str = Field("", max_length=200)
    text: str = Field("", max_length=200)
    disputes: bool = Field(False, description="The disagreements and flags, for adjudicators.")
    passing: list[str] = Field(default_factory=list, max_length=200, description="Ids left out.")


class Made(BaseModel):
    """A decision to be recorded."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    code: str = Field("", max_length=20, description="A SOC code of any level.")
    reason: str = Field("", max_length=2000)
    comment: str = Field("", max_length=10_000)
    seconds: float | None = Field(None, ge=0, le=1e7, description="Time taken; else measured.")


class Undo(BaseModel):
    """Which own decision is taken back; null is the latest."""

    model_config = ConfigDict(extra="forbid")

    decision: int | None = Field(None, ge=1, le=_LARGEST)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    try:
        desk.store()
    except InputError as error:
        raise HTTPException(404, str(error)) from None
    return desk


def _reviewer(
    request: Request,
    desk: Annotated[Desk, Depends(_desk)],
    x_reviewer: Annotated[str, Header(max_length=80, description="A name, on this machine.")] = "",
) -> Reviewer:
    scope = request.scope
    if scope["bearer"] and (known := desk.reviewer_of(scope["bearer"])):
        return known
    if scope["session"] and scope["session"].reviewer:
        reviewer: Reviewer = scope["session"].reviewer
        return reviewer
    if x_reviewer.strip() and request.app.state.settings.on_loopback:
        try:
            return desk.named(x_reviewer)
        except InputError as error:
            raise HTTPException(401, str(error)) from None
    raise HTTPException(401, "a reviewer's token is missing: Authorization: Bearer TOKEN")


TheDesk = Annotated[Desk, Depends(_desk)]
TheReviewer = Annotated[Reviewer, Depends(_reviewer)]


@router.get("/progress", responses=_REFUSALS)
def progress(desk: TheDesk, _: TheReviewer) -> dict[str, Any]:
    """Items and rows by state, and how many decisions there are."""
    return asdict(counts(desk.store()))


@router.post("/next", responses=_REFUSALS)
def next_item(desk: TheDesk, reviewer: TheReviewer, wanted: Wanted) -> dict[str, Any]:
    """The item that matters most, now held by the reviewer: {"item": …}, null if none is left."""
    filters = Filters(
        reason=wanted.reason, major_group=wanted.major_group, batch=wanted.batch,
        role_tag=wanted.role_tag, text=wanted.text,
    )  # fmt: skip
    found = _tried(lambda: desk.next(reviewer, filters, wanted.passing, wanted.disputes))
    return {"item": _item(found) if found else None}


@router.get("/items/{item_id}", responses=_REFUSALS)
def one_item(desk: TheDesk, _: TheReviewer, item_id: str) -> dict[str, Any]:
    """An item, without holding it."""
    return _item(_known(desk, item_id))


@router.post("/items/{item_id}/decisions", status_code=201, responses=_REFUSALS)
def decide(desk: TheDesk, reviewer: TheReviewer, item_id: str, made: Made) -> dict[str, Any]:
    """Record a decision; it is on the disk when the answer comes. An undo has its own address."""
    if made.kind == "undo":
        raise InputError("an undo is sent to /api/v1/review/undo")
    item = _known(desk, item_id)
    choice = Choice(made.kind, made.code, made.reason, made.comment, made.seconds)
    return _decision(_tried(lambda: desk.decide(reviewer, item.id, choice, None)))


@router.post("/undo", responses=_REFUSALS)
def undo(desk: TheDesk, reviewer: TheReviewer, which: Undo) -> dict[str, Any]:
    """Take an own decision back, by a new row of the record."""
    return _decision(_tried(lambda: desk.undo(reviewer, which.decision)))


@router.get("/recent", responses=_REFUSALS)
def recent(desk: TheDesk, reviewer: TheReviewer) -> list[dict[str, Any]]:
    """The reviewer's last ten decisions, the latest first."""
    return [_decision(made) for made in desk.recent(reviewer)]


def _known(desk: Desk, item_id: str) -> Item:
    try:
        return desk.item(item_id)
    except InputError as error:
        raise HTTPException(404, str(error)) from None


def _tried(act: Any) -> Any:
    try:
        return act()
    except ClaimError as error:
        raise HTTPException(409, str(error)) from None


def _item(item: Item) -> dict[str, Any]:
    return asdict(item)


def _decision(made: Decision) -> dict[str, Any]:
    return asdict(made)
