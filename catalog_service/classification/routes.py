"""``/api/v1/classification``: the guide's table, conditions, and agreements as documents."""

from __future__ import annotations

from typing import Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.classification.agreements import document_of, markdown_of
from catalog_service.classification.outcomes import ClassificationAnswer, classification_answer
from catalog_service.classification.parameters import AnyVersion, OfDataset
from catalog_service.classification.service import (
    agreement_in_force,
    agreement_versions,
    conditions_versions,
    guide_in_force,
    guides,
    in_force,
)
from catalog_service.dependencies import Atlas
from catalog_service.documents import pdf, word
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.representations import content_tag

router = APIRouter(prefix="/api/v1", tags=["classification"])

Form = Literal["md", "docx", "pdf"]

_TYPES: Final[dict[Form, str]] = {
    "md": "text/markdown; charset=utf-8",
    "docx": word.MEDIA_TYPE,
    "pdf": pdf.MEDIA_TYPE,
}
_CONTENT: Final[dict[str, Any]] = {name.partition(";")[0]: {} for name in _TYPES.values()}


@router.get("/classification", summary="The classification guide’s table, as the operator keeps it")
def get_classification(atlas: Atlas) -> ClassificationAnswer:
    """With the conditions and agreements in force.

    The levels of the guide are not public: the table is empty until the operator fills it in.
    """
    today = atlas.clock.today()
    return classification_answer(
        guide_in_force(atlas),
        guides(atlas),
        list(in_force(conditions_versions(atlas), today).values()),
        list(in_force(agreement_versions(atlas), today).values()),
    )


@router.get(
    "/classification/agreements/{key}/{form}",
    summary="An agreement as Markdown, Word or PDF",
    response_class=Response,
    responses={200: {"content": _CONTENT}},
)
def get_agreement(
    request: Request,
    atlas: Atlas,
    key: str,
    form: Form,
    version: AnyVersion = None,
    dataset: OfDataset = None,
) -> Response:
    """Blank, or filled for a ``dataset`` (IRI, or ``source/remote id``); the same bytes always."""
    name = decode_segment(key)
    found = agreement_in_force(atlas, name, version)
    if form == "md":
        body = markdown_of(atlas, found, dataset).encode()
    else:
        write = word.write_word if form == "docx" else pdf.write_pdf
        body = write(document_of(atlas, found, dataset))
    tag = content_tag(body)
    file = quote(f"{name}-{found.version.number}.{form}")
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Content-Disposition": f"attachment; filename*=UTF-8''{file}",
    }
    return not_modified(request, tag, headers) or Response(
        body, headers=headers, media_type=_TYPES[form]
    )
