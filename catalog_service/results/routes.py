"""``/api/v1/results``: what people made of public data, as JSON; and submitting it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from catalog_service.accounts.service import Action, require
from catalog_service.answers import Shown
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer, guarded
from catalog_service.results.case_address import CaseName
from catalog_service.results.outcomes import ResultAnswer, ResultsAnswer, result_answers
from catalog_service.results.service import Wanted, result_named, shown_results, submit
from catalog_service.results.submitting import (
    MOST_ADDRESS,
    MOST_CONTACT,
    MOST_DATASETS,
    MOST_NOTE,
    PUBLIC_TEXTS,
)

router = APIRouter(prefix="/api/v1", tags=["results"])
writing = APIRouter(prefix="/api/v1", tags=["results"], route_class=guarded(Action.REQUEST_MAKE))

_MOST = {name: most for name, (most, _) in PUBLIC_TEXTS.items()}


class ResultBody(BaseModel):
    """What somebody made of public data."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=_MOST["title"])]
    title_en: Annotated[str, Field(max_length=_MOST["title_en"])] = ""
    summary: Annotated[str, Field(max_length=_MOST["summary"])]
    summary_en: Annotated[str, Field(max_length=_MOST["summary_en"])] = ""
    does: Annotated[str, Field(max_length=_MOST["does"])]
    made: Annotated[str, Field(max_length=40, description="Its kind.")]
    address: Annotated[str, Field(max_length=MOST_ADDRESS)] = ""
    datasets: Annotated[
        list[Annotated[str, Field(pattern=r"^\S+$", max_length=2_000)]],
        Field(min_length=1, max_length=MOST_DATASETS, description="IRIs, or source/remote id."),
    ]
    topic: Annotated[str, Field(max_length=300, description="IRI of a data domain.")] = ""
    contact: Annotated[str, Field(max_length=MOST_CONTACT)] = ""
    consent: bool = False
    """True: everybody may read the contact."""
    text: Annotated[str, Field(max_length=MOST_NOTE)] = ""
    """A word to whoever checks it."""


class SubmittedAnswer(Shown):
    """A result that waits to be checked: a case of its own, at ``/api/v1/cases/{name}``."""

    name: str
    state: str
    page: str


@router.get("/results", summary="What people made of public data")
def get_results(
    atlas: Atlas,
    q: Annotated[str, Query(max_length=200)] = "",
    topic: Annotated[str | None, Query(max_length=300, description="IRI of a domain.")] = None,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    year: Annotated[int | None, Query(ge=2000, le=2999)] = None,
    dataset: Annotated[str | None, Query(max_length=2_000, description="Its IRI.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ResultsAnswer:
    """The newest first."""
    wanted = Wanted(q, topic, kind, year, dataset)
    total, found = shown_results(atlas, wanted, limit, offset)
    return ResultsAnswer(total=total, results=result_answers(atlas, found))


@router.get("/results/{case}", summary="A result")
def get_result(atlas: Atlas, name: CaseName) -> ResultAnswer:
    """410 once it is shown no longer."""
    return result_answers(atlas, [result_named(atlas, name)])[0]


@writing.post("/results", status_code=201, summary="Submit a result")
def post_result(atlas: Atlas, bearer: Bearer, body: ResultBody) -> SubmittedAnswer:
    """Without its picture, which the page takes. It is shown once somebody has checked it."""
    principal = require(bearer, Action.REQUEST_MAKE, None)
    given = body.model_dump(exclude={"datasets", "consent"})
    given |= {"datasets": "\n".join(body.datasets), "consent": "yes" if body.consent else ""}
    made = submit(atlas, principal, given)
    page = f"{atlas.settings.public_url}/cases/{made.name}"
    return SubmittedAnswer(name=made.name, state=made.state, page=page)
