"""``/api/v1/sources``: who supplies records, how fresh they are, and asking for a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from starlette.responses import JSONResponse

from catalog_service.accounts.service import (
    Action,
    Principal,
    owner_named,
    require,
    require_over,
    set_owner,
)
from catalog_service.catalog.admission import MAX_SOURCE_ID
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.duplicates.service import Repeats, set_repeats
from catalog_service.http.access import Bearer, guarded
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.token_forms import MAX_REASON
from catalog_service.sources import registry
from catalog_service.sources.connection.harvest_settings import GivenSettings
from catalog_service.sources.harvests.connecting import connect, is_visited
from catalog_service.sources.harvests.service import ask
from catalog_service.sources.notices.webhook import shown_secret
from catalog_service.sources.source_answers import SourceAnswer, source_answer, source_answers
from catalog_service.sources.source_removal import remove_source
from harvesters.platforms.registry import PLATFORM_TYPES

router = APIRouter(prefix="/api/v1", tags=["sources"])

TYPES: Final = tuple(dict.fromkeys(("file", "push", *PLATFORM_TYPES)))


def _is_type(text: str) -> str:
    if text not in TYPES:
        raise ValueError(f"one of {', '.join(TYPES)}")
    return text


SourceType = Annotated[
    str, AfterValidator(_is_type), Field(json_schema_extra={"enum": list(TYPES)})
]

Settings = Annotated[
    dict[str, Any], WithJsonSchema(GivenSettings.model_json_schema() | {"title": "Settings"})
]
"""How a source is visited (docs/harvesting.md); what is not given stays as it is.

`connect` holds them against the model and tells what is wrong in both languages.
"""

PRINTABLE: Final = r"^[^\x00-\x1f\x7f]*$"
"""Text on one line: databases take no NUL, and lists show no line breaks."""


class SourcesAnswer(BaseModel):
    """All sources."""

    sources: list[SourceAnswer]


class SourceBody(BaseModel):
    """What may be set of a source."""

    model_config = ConfigDict(extra="forbid")

    type: SourceType | None = None
    title: Annotated[str | None, Field(min_length=1, max_length=200, pattern=PRINTABLE)] = None
    url: Annotated[str | None, Field(max_length=2_000, pattern=r"^https?://[^\x00-\x20\x7f]+$")] = (
        None
    )
    gate: Literal["enforce", "report"] | None = None
    repeats: Annotated[
        Repeats | None,
        Field(description="What becomes of records that repeat the city's (R07)."),
    ] = None
    paused: bool | None = None
    organization: Annotated[
        str | None,
        Field(max_length=500, description="Whose it is: an organization's IRI or name; 'none'."),
    ] = None
    restore: Annotated[
        bool, Field(description="Take back a source that was removed, which is refused else.")
    ] = False
    settings: Settings | None = None


class NewSource(SourceBody):
    """A source to add."""

    id: Annotated[str, Field(max_length=MAX_SOURCE_ID)]


class HarvestBody(BaseModel):
    """How a source is to be visited."""

    model_config = ConfigDict(extra="forbid")

    full: Annotated[bool, Field(description="The whole list, not only what changed.")] = False
    accept_shorter: Annotated[
        bool,
        Field(
            description="Believe the list even if it is much shorter than expected, this once; it "
            "is walked whole then."
        ),
    ] = False


class HarvestAsked(BaseModel):
    """A visit that was asked for: the worker begins it within seconds."""

    source: str
    due: datetime
    full: bool
    accept_shorter: bool


class RemovedAnswer(BaseModel):
    """A source that was removed."""

    source: str
    removed: datetime
    already_removed: bool
    """Whether it had been removed before, at that time."""
    withdrawn: int
    """Records that were withdrawn by it, public or not."""


class ChangedSource(SourceAnswer):
    """A source as it stands after the change."""

    webhook_secret: str | None = None
    """The key by which the receiver checks notices; told when its address is set."""


@router.get("/sources", summary="All sources")
def list_sources(atlas: Atlas, bearer: Bearer) -> SourcesAnswer:
    """Every source: its type, when it was and will be visited, its public records, its freshness.

    Stewards of a source are also told its address, gate, settings and what waits.
    """
    return SourcesAnswer(sources=source_answers(atlas, bearer))


@router.get("/sources/{source}", summary="One source")
def get_source(atlas: Atlas, bearer: Bearer, source: str) -> SourceAnswer:
    """A source by its identifier, as in the list."""
    return source_answer(atlas, decode_segment(source), bearer)


def add_source(atlas: Atlas, bearer: Bearer, body: NewSource) -> JSONResponse:
    """Add a source; for who manages those of its organization. With ``settings`` it is visited."""
    require(bearer, Action.SOURCE_MANAGE, owner_named(atlas.vocabulary, body.organization))
    registry.check_new(atlas.journal, body.id)
    answer = _put(atlas, bearer, body.id, body)
    return JSONResponse(
        answer.model_dump(mode="json"), 201, {"Location": f"/api/v1/sources/{body.id}"}
    )


def put_source(atlas: Atlas, bearer: Bearer, source: str, body: SourceBody) -> ChangedSource:
    """Change what is given, keep what is not; for who may manage it.

    ``settings`` say when and how it is visited: they connect a source to its platform.
    """
    name = decode_segment(source)
    require_over(bearer, Action.SOURCE_MANAGE, name)
    if body.organization is not None:
        # Nobody gives away what is not theirs, or to whom they have no right over.
        require(bearer, Action.SOURCE_MANAGE, owner_named(atlas.vocabulary, body.organization))
    return _put(atlas, bearer, name, body)


def delete_source(
    atlas: Atlas,
    bearer: Bearer,
    source: str,
    *,
    withdraw: Annotated[
        bool, Query(description="Also one that has records: they are withdrawn.")
    ] = False,
    reason: Annotated[
        str | None, Query(max_length=MAX_REASON, description="Kept in the records' histories.")
    ] = None,
) -> RemovedAnswer:
    """Remove a source; for who may manage it. It stays to be read, as removed.

    Its settings and secrets are deleted, and its identifier stays its own. 409 while a run is under
    way, and where it has records and ``withdraw`` is not given.
    """
    name, why = decode_segment(source), (reason or "").strip() or None
    actor = require_over(bearer, Action.SOURCE_MANAGE, name).actor
    done = remove_source(atlas, name, withdraw=withdraw, actor=actor, reason=why)
    assert done.source.removed is not None  # just set
    return RemovedAnswer(
        source=name,
        removed=done.source.removed,
        already_removed=done.already,
        withdrawn=done.withdrawn,
    )


def harvest_source(
    atlas: Atlas, bearer: Bearer, source: str, body: HarvestBody | None = None
) -> HarvestAsked:
    """Have a source visited now; its steward asks. 409 while a run is under way."""
    name = decode_segment(source)
    require_over(bearer, Action.SOURCE_VISIT, name)
    asked = body or HarvestBody()
    full, shorter = asked.full or asked.accept_shorter, asked.accept_shorter
    due = ask(atlas, name, full=full, accept_shorter=shorter)
    return HarvestAsked(source=name, due=due, full=full, accept_shorter=shorter)


router.add_api_route(
    "/sources",
    add_source,
    methods=["POST"],
    summary="Add a source",
    status_code=201,
    route_class_override=guarded(Action.SOURCE_MANAGE),
)
router.add_api_route(
    "/sources/{source}",
    put_source,
    methods=["PUT"],
    summary="Add or change a source",
    route_class_override=guarded(Action.SOURCE_MANAGE),
)
router.add_api_route(
    "/sources/{source}",
    delete_source,
    methods=["DELETE"],
    summary="Remove a source",
    route_class_override=guarded(Action.SOURCE_MANAGE),
)
router.add_api_route(
    "/sources/{source}/harvest",
    harvest_source,
    methods=["POST"],
    summary="Ask for a visit",
    status_code=202,
    route_class_override=guarded(Action.SOURCE_VISIT),
)


def _put(atlas: Service, bearer: Principal | None, name: str, body: SourceBody) -> ChangedSource:
    if body.settings is not None or is_visited(atlas, name):
        connect(
            atlas,
            name,
            kind=body.type,
            title=body.title,
            url=body.url,
            gate=body.gate,
            paused=body.paused,
            restore=body.restore,
            given=body.settings or {},
        )
    else:
        registry.put_source(
            atlas.journal,
            name,
            kind=body.type,
            title=body.title,
            url=body.url,
            gate=body.gate,
            paused=body.paused,
            restore=body.restore,
        )
    if body.repeats is not None:
        set_repeats(atlas, name, body.repeats)
    if body.organization is not None:
        set_owner(atlas.journal, atlas.vocabulary, name, body.organization)
    has_new_webhook = bool((body.settings or {}).get("notify_webhook"))
    return ChangedSource(
        **source_answer(atlas, name, bearer).model_dump(),
        webhook_secret=shown_secret(atlas, name) if has_new_webhook else None,
    )
