"""``/samples``: the samples that are served, their distances from the whole, and their files."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.representations import graph_wanted, kept_graph
from catalog_service.links import dataset_path
from catalog_service.samples.counting import RULE, aims, count
from catalog_service.samples.file_answers import file_response
from catalog_service.samples.graphs import SampleGraphs
from catalog_service.samples.model import COLUMN_KINDS, MEASURES
from catalog_service.samples.records import PATH, dataset_of, file_path, source_of
from catalog_service.samples.service import public_file, public_sample, public_samples
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)

Number = Annotated[int, Path(ge=0, le=999_999_999)]

PER_PAGE: Final = 50


@router.get(PATH)
def samples_page(request: Request, atlas: Atlas) -> Response:
    """All that are served, and how many there are against the city's aim; or their graph."""
    if (form := graph_wanted(request)) is not None:
        (graph,) = SampleGraphs(atlas).graphs()
        return kept_graph(request, graph.iri, graph.data, form)
    view = View(request)
    found = public_samples(atlas)
    part = part_of(view, PATH, len(found), PER_PAGE, [])
    return view.render(
        "samples.html",
        section=PATH,
        trail=[(view.gettext("Sample sets"), None)],
        samples=found[part.offset : part.offset + PER_PAGE],
        part=part,
        counted=count(atlas, found),
        aims=aims(atlas),
        rule=RULE,
        today=atlas.clock.today(),
    )


@router.get(f"{PATH}/{{number}}")
def sample_page(request: Request, atlas: Atlas, number: Number) -> Response:
    """One sample: how it was drawn, and how its columns stand to those of the whole."""
    view, found = View(request), public_sample(atlas, number)
    return view.render(
        "sample.html",
        section=PATH,
        trail=[
            (view.gettext("Sample sets"), view.link(PATH)),
            (found.title, None),
        ],
        sample=found,
        kinds={key: view.gettext(text) for key, text in COLUMN_KINDS.items()},
        measures={key: view.gettext(text) for key, text in MEASURES.items()},
        file=file_path(number),
        dataset=view.dataset(*dataset_of(atlas.settings.base_iri, found.dataset)),
        record=dataset_path(source_of(found.source), str(number)),
        rule=RULE,
    )


@router.get(f"{PATH}/{{number}}/file.csv")
def sample_file(request: Request, atlas: Atlas, number: Number) -> Response:
    """The file, to be kept and not shown: a browser runs nothing of it."""
    found, content = public_file(atlas, number)
    return file_response(request, found, content)
