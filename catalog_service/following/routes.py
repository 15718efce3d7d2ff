"""``/api/v1/follows``: what one follows, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from catalog_service.accounts.service import Action, require
from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.following import service
from catalog_service.following.model import Follow, How, TargetKind, Why
from catalog_service.following.subjects import MOST_CHARACTERS
from catalog_service.http.access import Bearer, guarded
from ontology.languages import Texts

router = APIRouter(prefix="/api/v1", tags=["follows"])
writing = APIRouter(prefix="/api/v1", tags=["follows"], route_class=guarded(Action.REQUEST_MAKE))

FollowNumber = Annotated[int, Path(alias="follow", ge=1, le=2_147_483_647)]


class FollowBody(BaseModel):
    """What is to be followed."""

    model_config = ConfigDict(extra="forbid")

    kind: TargetKind
    value: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MOST_CHARACTERS,
            description="IRI, source/remote id of a dataset, or the query string of a search.",
        ),
    ]
    how: How = "daily"


class FollowAnswer(Shown):
    """What somebody follows, and how its news come."""

    id: int
    kind: TargetKind
    value: str
    name: Texts
    page: str
    how: How
    why: Why | None
    """Why it is followed though nobody chose it; null: it was chosen."""
    since: datetime


class FollowsAnswer(Shown):
    """All that somebody follows, the newest first."""

    follows: list[FollowAnswer]


@router.get("/follows", summary="What one follows")
def get_follows(atlas: Atlas, bearer: Bearer) -> FollowsAnswer:
    """Of whoever is signed in, or whose token it is."""
    principal = require(bearer, Action.REQUEST_MAKE, None)
    return FollowsAnswer(follows=[_answer(atlas, one) for one in service.own(atlas, principal)])


@writing.post("/follows", status_code=201, summary="Follow something")
def post_follow(atlas: Atlas, bearer: Bearer, body: FollowBody) -> FollowAnswer:
    """Or change how its news come, where it is followed already."""
    principal = require(bearer, Action.REQUEST_MAKE, None)
    return _answer(atlas, service.follow(atlas, principal, body.kind, body.value, body.how))


@writing.delete("/follows/{follow}", status_code=204, summary="Follow something no longer")
def delete_follow(atlas: Atlas, bearer: Bearer, number: FollowNumber) -> None:
    """What follows from an application or an objection ends with that."""
    service.leave(atlas, require(bearer, Action.REQUEST_MAKE, None), number)


def _answer(atlas: Service, one: Follow) -> FollowAnswer:
    target = one.target
    names = service.name_of(atlas, target.kind, target.value)
    return FollowAnswer(
        id=target.id,
        kind=target.kind,
        value=target.value,
        name={str(lang): name for lang, name in names.items()},
        page=atlas.settings.public_url + service.path_of(atlas, target.kind, target.value),
        how=one.how,
        why=one.why,
        since=one.time,
    )
