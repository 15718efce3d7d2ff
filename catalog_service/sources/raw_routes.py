"""``/api/v1/runs/{run}/problems/{number}/raw``: what the platform answered, for stewards."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from catalog_service.accounts.service import Action, require_over
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.identifiers import decode_segment
from catalog_service.sources.harvests.raw_answers import raw_answer

router = APIRouter(prefix="/api/v1", tags=["stewards"])


@router.get(
    "/runs/{run}/problems/{number}/raw",
    summary="What a platform answered for a dataset that was rejected",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {}}, "description": "Without personal data"},
        404: {"description": "None is kept, or no longer"},
    },
)
def get_raw(
    atlas: Atlas, bearer: Bearer, run: str, number: Annotated[int, Path(ge=0, le=2**31 - 1)]
) -> Response:
    """For a week, the first 64 KiB; ``number`` is that of the problem in the run."""
    run_id = decode_segment(run)
    require_over(bearer, Action.RAW_READ, atlas.journal.run(run_id).source)
    content = raw_answer(atlas.journal, atlas.clock, run_id, number)
    # As text, whatever it is: a platform must not have a page of its own here.
    headers = {"Cache-Control": "no-store"}
    return Response(content, media_type="text/plain; charset=utf-8", headers=headers)
