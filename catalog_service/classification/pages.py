"""``/classification``: levels, conditions and agreements, for everybody to read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from catalog_service.classification.agreements import document_of
from catalog_service.classification.linked_data import PATH, agreement_path
from catalog_service.classification.model import Guide
from catalog_service.classification.open_names import open_names
from catalog_service.classification.parameters import AnyVersion, OfDataset
from catalog_service.classification.service import (
    agreement_in_force,
    agreement_versions,
    conditions_versions,
    guide_in_force,
    guides,
    in_force,
)
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.identifiers import decode_segment
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)


@router.get(PATH)
def classification_page(request: Request, atlas: Atlas) -> Response:
    """The table in force, and the templates of conditions and agreements."""
    return _page(View(request), atlas, guide_in_force(atlas))


@router.get(f"{PATH}/{{version}}")
def version_page(
    request: Request, atlas: Atlas, version: Annotated[int, Path(ge=1, le=999_999)]
) -> Response:
    """One version of the table."""
    found = next((one for one in guides(atlas) if one.version.number == version), None)
    if found is None:
        raise AtlasError(PAGE_NOT_FOUND)
    return _page(View(request), atlas, found)


@router.get(f"{PATH}/agreements/{{key}}")
def agreement_page(
    request: Request,
    atlas: Atlas,
    key: str,
    version: AnyVersion = None,
    dataset: OfDataset = None,
) -> Response:
    """An agreement as it is to be accepted, to be read before one applies."""
    view, name = View(request), decode_segment(key)
    found = agreement_in_force(atlas, name, version)
    title = view.pick(found.template.name) or name
    return view.render(
        "agreement.html",
        section=PATH,
        trail=[(view.gettext("Classes and agreements"), view.link(PATH)), (title, None)],
        title=title,
        found=found,
        versions=agreement_versions(atlas, name),
        path=agreement_path(name),
        files=f"/api/v1/classification/agreements/{agreement_path(name).rpartition('/')[2]}",
        dataset=dataset or "",
        blocks=[
            (type(one).__name__.lower(), one)
            for one in document_of(atlas, found, dataset or None).blocks
        ],
    )


def _page(view: View, atlas: Service, guide: Guide | None) -> Response:
    today = atlas.clock.today()
    concept = atlas.vocabulary.concept
    return view.render(
        "classification.html",
        section=PATH,
        trail=[(view.gettext("Classes and agreements"), None)],
        guide=guide,
        versions=guides(atlas),
        conditions=list(in_force(conditions_versions(atlas), today).values()),
        agreements=list(in_force(agreement_versions(atlas), today).values()),
        path_of=agreement_path,
        open_name=open_names(atlas, view).get,
        industry_of=lambda iri: view.name(found) if (found := concept(iri)) else iri,
    )
