"""``GET /sparql``: an editor for browsers, answers by the SPARQL 1.1 Protocol for all others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from unicodedata import combining, east_asian_width

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.charged_work import client_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import graph_response
from catalog_service.links import VOID_LINK
from catalog_service.output_formats import HTML
from catalog_service.site import tilemap
from catalog_service.site.assets import assets
from catalog_service.site.rendering import View
from catalog_service.sparql.charts import LineChart
from catalog_service.sparql.code_examples import code_examples
from catalog_service.sparql.examples import Example, examples
from catalog_service.sparql.formats import GRAPHS, PARAMETERS, SOLUTIONS
from catalog_service.sparql.formats import choose as choose_form
from catalog_service.sparql.http_answer import query_response, respond_soon, run_noted
from catalog_service.sparql.limits import MAX_QUERY_CHARACTERS, QUICK_SECONDS, SparqlLimits
from catalog_service.sparql.offending_token import lines_of
from catalog_service.sparql.query_check import QueryForm, outline
from catalog_service.sparql.result_page import MAX_SHARED, EditorRequest, ShownResult, shown_result
from catalog_service.sparql.service import QueryOperation, read_operation, tabulate
from catalog_service.sparql.service_description import description
from ontology.errors import AtlasError
from ontology.limits import MIB
from ontology.terms import PREFIXES

router = APIRouter(tags=["linked data"])

_OWN: Final = ("format", "lang", "order", "sort", "timeout")
"""Parameters of the page that say nothing about the query."""

_WIDE_BLANK: Final = "\u3000"


@router.get("/sparql", summary="SPARQL query, or an editor for browsers")
async def get_sparql(request: Request, atlas: Atlas) -> Response:
    """Parameters ``query``, ``default-graph-uri``, ``named-graph-uri``, ``format``, ``timeout``.

    A browser sees the editor, with the query and its result where one is given; ``format``, or
    ``output`` and ``results`` as other clients have it, asks for the bare result there too. One
    that does not apply to the query yields to Accept. Without a query programs get the description
    of the service. On the page ``sort`` names the column, and ``order`` is ``asc`` or ``desc``.
    """
    return await respond_soon(request, partial(_answer, request, atlas))


@router.get("/sparql/", include_in_schema=False)
@router.post("/sparql/", include_in_schema=False)
def with_slash(request: Request) -> Response:
    """Lead to the address without the slash, with what was asked, by the same method."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/sparql{query}", 308)


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


@dataclass(frozen=True, slots=True)
class _Problem:
    """Why there is no result: the message, and where in the query, counted from 1."""

    message: str
    status: int
    line: int | None = None
    column: int | None = None
    text: str = ""
    """The line of the query."""
    beneath: str = ""
    """Blanks as wide as the line is before the column."""


def _page(request: Request, atlas: Service) -> Response:
    view = View(request)
    questions = _translated(view, examples(view.lang, atlas.clock.today()))
    text = request.query_params.get("query", "")
    items = list(request.query_params.multi_items())
    opened = not text.strip()
    if opened:
        # The page begins with an answer, not with an empty field, unless that would take long.
        text = questions[0].query
        items = [("query", text), ("timeout", f"{QUICK_SECONDS:g}")]
    result, problem = _run(request, atlas, view, items)
    if opened:
        # Nobody asked: what went wrong with it is no answer to anything.
        problem = None
    client = client_of(request)
    limits = SparqlLimits.from_settings(atlas.settings)
    return view.render(
        "sparql.html",
        status=200 if problem is None else problem.status,
        section="/sparql",
        trail=[(view.gettext("SPARQL query"), None)],
        query=text,
        title=next((one.title for one in questions if one.query == _plain(text)), None),
        result=result,
        is_line=isinstance(result.chart, LineChart) if result else False,
        map=tilemap,
        problem=problem,
        tasks=_by_task(questions),
        codes=code_examples(text, f"{atlas.settings.public_url}/sparql", _form(text)),
        share=limits.share(client),
        limits=limits,
        allowance=atlas.sparql.allowance(client),
        mib=MIB,
        longest=MAX_QUERY_CHARACTERS,
        longest_address=MAX_SHARED,
        registered=client.registered,
        scripts=assets("sparql").scripts,
        prefixes="\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()),
    )


def _run(
    request: Request, atlas: Service, view: View, items: list[tuple[str, str]]
) -> tuple[ShownResult | None, _Problem | None]:
    """Return the answer to the query, or why there is none."""
    try:
        operation = read_operation(items)
        table = tabulate(run_noted(request, atlas, operation, streamed=False))
        asked = _asked(request, operation, items)
        return shown_result(atlas, view, table, asked, client_of(request)), None
    except AtlasError as error:
        line, column = error.params.get("line"), error.params.get("column")
        if not isinstance(line, int) or not isinstance(column, int):
            return None, _Problem(error.message(view.lang), error.kind.status)
        query = next((value for name, value in items if name == "query" and value.strip()), "")
        lines = lines_of(query)
        return None, _Problem(
            error.message(view.lang),
            error.kind.status,
            line,
            column,
            shown := lines[line - 1] if line <= len(lines) else "",
            _beneath(shown[: column - 1]),
        )


def _beneath(before: str) -> str:
    """Return blanks that are as wide as a text in a font of fixed width."""
    return "".join(
        "\t" if one == "\t" else _WIDE_BLANK if east_asian_width(one) in "WF" else " "
        for one in before
        if not combining(one)
    )


def _asked(
    request: Request, operation: QueryOperation, items: list[tuple[str, str]]
) -> EditorRequest:
    return EditorRequest(
        operation.text,
        outline(operation.text).form,
        tuple((name, value) for name, value in items if name not in _OWN and value.strip()),
        request.query_params.get("sort", ""),
        request.query_params.get("order") == "desc",
    )


def _form(text: str) -> QueryForm | None:
    try:
        return outline(text).form
    except AtlasError:
        return None


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _translated(view: View, questions: list[Example]) -> list[Example]:
    return [
        replace(one, task=view.gettext(one.task), title=view.gettext(one.title))
        for one in questions
    ]


def _by_task(questions: list[Example]) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = {}
    for one in questions:
        found.setdefault(one.task, []).append(one)
    return found
