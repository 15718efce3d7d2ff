"""``GET /sparql``: a form for browsers, answers by the SPARQL 1.1 Protocol for all others."""

from __future__ import annotations

from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import graph_response
from catalog_service.links import VOID_LINK
from catalog_service.output_formats import HTML
from catalog_service.site.rendering import View
from catalog_service.sparql.format_choice import GRAPHS, PARAMETERS, SOLUTIONS
from catalog_service.sparql.format_choice import choose as choose_form
from catalog_service.sparql.representations import query_response, respond_soon, run_noted
from catalog_service.sparql.service import read_operation, tabulate
from catalog_service.sparql.service_description import description
from ontology.errors import AtlasError
from ontology.terms import PREFIXES
from translations import N_

router = APIRouter(tags=["linked data"])

_HEAD: Final = "\n".join(
    f"PREFIX {name}: <{PREFIXES[name]}>" for name in ("csvw", "dcat", "dct", "shd", "skos")
)
EXAMPLES: Final = (
    (
        N_("How many datasets there are in each domain"),
        f"""{_HEAD}

SELECT ?theme ?label (COUNT(?dataset) AS ?datasets) {{
  ?dataset a dcat:Dataset ; dcat:theme ?theme .
  ?theme skos:prefLabel ?label FILTER(LANG(?label) = "zh")
}} GROUP BY ?theme ?label ORDER BY DESC(?datasets)""",
    ),
    (
        N_("Who opens the most datasets"),
        f"""{_HEAD}

SELECT ?publisher ?name (COUNT(?dataset) AS ?datasets) {{
  ?dataset a dcat:Dataset ; dct:publisher ?publisher .
  ?publisher skos:prefLabel ?name FILTER(LANG(?name) = "zh")
}} GROUP BY ?publisher ?name ORDER BY DESC(?datasets) LIMIT 20""",
    ),
    (
        N_("Which data items occur in many datasets"),
        f"""{_HEAD}

SELECT ?field (COUNT(DISTINCT ?dataset) AS ?datasets) {{
  ?dataset shd:dataItem/csvw:title ?field
}} GROUP BY ?field HAVING(COUNT(DISTINCT ?dataset) > 1) ORDER BY DESC(?datasets) LIMIT 20""",
    ),
)


@router.get("/sparql", summary="SPARQL query, or a form for browsers")
async def get_sparql(request: Request, atlas: Atlas) -> Response:
    """Parameters ``query``, ``default-graph-uri``, ``named-graph-uri``, ``format``, ``timeout``.

    A browser sees the form, with the query and its result where one is given; ``format``, or
    ``output`` and ``results`` as other clients have it, asks for the bare result there too. One
    that does not apply to the query yields to Accept. Without a query programs get the description
    of the service.
    """
    return await respond_soon(request, partial(_answer, request, atlas))


def _answer(request: Request, atlas: Service) -> Response:
    """Answer with the page or the bare result."""
    items = list(request.query_params.multi_items())
    given = {name for name, value in items if value.strip()}
    wanted = [value.lower() for name, value in items if name in PARAMETERS]
    browser = (
        choose(request.headers.get("accept"), (*SOLUTIONS, *GRAPHS, HTML), strict=False) is HTML
    )
    if any(value in ("html", HTML.media_type) for value in wanted) or (
        browser and "update" not in given and not _bare(items)
    ):
        return _page(request, atlas)
    if not any(name in ("query", "update") for name, _ in items):
        form = choose_form(request.headers.get("accept", ""), "DESCRIBE", wanted)
        answer = graph_response(request, description(atlas), form, has_fixed_forms=False)
        answer.headers["Link"] = VOID_LINK
        return answer
    return query_response(request, atlas, read_operation(items))


def _bare(items: list[tuple[str, str]]) -> bool:
    """Tell whether a parameter asks for the bare result of a query that can have that form."""
    if not any(name in PARAMETERS and value for name, value in items):
        return False
    try:
        return read_operation(items).chosen() is not None
    except AtlasError:
        # What is wrong is told in the form that was asked for.
        return True


def _page(request: Request, atlas: Service) -> Response:
    view = View(request)
    items = list(request.query_params.multi_items())
    text = request.query_params.get("query", "")
    result, problem, status = None, None, 200
    if text.strip():
        try:
            operation = read_operation(items)
            result = tabulate(run_noted(request, atlas, operation, streamed=False))
        except AtlasError as error:
            problem, status = error.message(view.lang), error.kind.status
    return view.render(
        "sparql.html",
        status=status,
        section="/sparql",
        trail=[(view.gettext("SPARQL query"), None)],
        query=text or EXAMPLES[0][1],
        result=result,
        problem=problem,
        examples=[(view.gettext(name), query) for name, query in EXAMPLES],
        prefixes="\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()),
    )
