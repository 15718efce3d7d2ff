"""``/about`` and ``/about/api``: what this is, what it promises, and how programs read it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.links import form_path
from catalog_service.site.api_reference import reference
from catalog_service.site.rendering import View
from catalog_service.sources.service import supplies
from search.limits import MAX_FACET_SIZE
from search.model import Query
from translations import N_

router = APIRouter(include_in_schema=False)

SOURCES: Final = 20
"""Sources that the page about the catalogue names, those of most public records first."""

READ_BY_PROGRAMS: Final = (
    ("/dumps/", N_("The whole catalogue as files, made every night")),
    ("/catalog.ttl", N_("The whole catalogue in DCAT, by pages (Hydra)")),
    ("/ldes", N_("What has changed: an event stream (LDES) for whoever keeps a copy")),
    ("/data.json", N_("The whole catalogue in DCAT-US 3")),
    ("/feeds/datasets.atom", N_("The newest datasets, and any search, as Atom")),
    ("/feeds/datasets.json", N_("The same as JSON Feed")),
    ("/api/3/action/package_search", N_("The reading part of CKAN’s API")),
    ("/oai?verb=Identify", N_("OAI-PMH 2.0, with Dublin Core and DCAT")),
    ("/reconcile", N_("Names to identifiers, for OpenRefine")),
    ("/sparql", N_("SPARQL 1.1: queries over the whole graph")),
    ("/.well-known/void", N_("What the graph holds, counted (VoID)")),
    ("/api/v1/openapi.json", N_("Our own API: search, records, history, vocabularies")),
)
"""What programs that others have made can read here: address, and what for. Assistants' ``/mcp``
answers no GET and is named apart."""


@router.get("/about")
def about(request: Request, atlas: Atlas) -> Response:
    """The page about the catalogue."""
    view = View(request)
    result = atlas.search.search(Query(limit=0, facet_size=MAX_FACET_SIZE))
    supplying = [one for one in supplies(atlas) if one.state != "removed"]
    supplying.sort(key=lambda one: (-one.public, one.source.title))
    settings = atlas.settings
    publishers, sources = (len(result.facets.get(name, ())) for name in ("publisher", "source"))
    return view.render(
        "about.html",
        section="/about",
        trail=[(view.gettext("About"), None)],
        datasets=view.ngettext(
            "{count:,} public dataset", "{count:,} public datasets", result.total
        ),
        publishers=view.ngettext(
            "{count} publisher", "{count} publishers", publishers, count=_shown(publishers)
        ),
        sources=view.ngettext(
            "{count} source catalogue", "{count} source catalogues", sources, count=_shown(sources)
        ),
        rules=sum(rule.status == "checked" for rule in atlas.rules),
        supplies=supplying[:SOURCES],
        more_supplies=max(0, len(supplying) - SOURCES),
        counted_days=settings.search_log_days if settings.search_log == "on" else 0,
        counted_least=settings.search_log_least,
    )


@router.get("/about/accessibility")
def accessibility(request: Request) -> Response:
    """How the pages can be used, how that is checked, what falls short."""
    view = View(request)
    return view.render(
        "accessibility.html",
        section="/about",
        trail=[
            (view.gettext("About"), view.link("/about")),
            (view.gettext("Accessibility"), None),
        ],
    )


def _shown(count: int) -> str:
    """Return how many values a facet has, with a plus where no more of them are counted."""
    return f"{count:,}+" if count == MAX_FACET_SIZE else f"{count:,}"


@router.get("/about/api")
def about_api(request: Request, atlas: Atlas) -> Response:
    """Three calls that work here, now, and what other programs can read."""
    view = View(request)
    return view.render(
        "about_api.html",
        section="/about/api",
        trail=[(view.pgettext("title", "API"), None)],
        calls=calls(atlas),
        programs=READ_BY_PROGRAMS,
        write=(
            f"curl -X PUT -H 'Authorization: Bearer …' -H 'Content-Type: text/turtle' \\\n"
            f"  --data-binary @record.ttl "
            f"'{atlas.settings.public_url}/api/v1/sources/my-source/records/1?wait=true'"
        ),
    )


@router.get("/about/api/reference")
def api_reference(request: Request, atlas: Atlas) -> Response:
    """Every call of the API with what it takes and answers, from its own description."""
    view = View(request)
    text = request.query_params.get("q", "").strip()[:100]
    return view.render(
        "api_reference.html",
        section="/about/api",
        trail=[
            (view.pgettext("title", "API"), view.link("/about/api")),
            (view.gettext("Every call of the API"), None),
        ],
        text=text,
        groups=reference(request.app.openapi(), atlas.settings.public_url, text),
    )


def calls(atlas: Service) -> list[tuple[str, str]]:
    """Return the three calls; the record is one that is in the catalogue."""
    base = atlas.settings.public_url
    result = atlas.search.search(Query(sort="modified", limit=1, facet_size=1))
    theme = next((v.value.rsplit("/", 1)[-1] for v in result.facets.get("theme", ())), "9")
    found = [
        (
            N_("Search within a domain, answered in JSON"),
            f"curl '{base}/api/v1/search?theme={theme}&limit=3'",
        ),
    ]
    for hit in result.hits:
        address = base + form_path(hit.source, hit.remote_id, "ttl")
        found.append((N_("One dataset’s description, answered in Turtle"), f"curl '{address}'"))
    text = "SELECT ?d ?t { ?d a dcat:Dataset ; dct:title ?t } LIMIT 5"
    found.append(
        (
            N_("Ask the whole graph in SPARQL, answered in CSV"),
            f"curl -H 'Accept: text/csv' '{base}/sparql' \\\n"
            "  --data-urlencode 'query=PREFIX dcat: <http://www.w3.org/ns/dcat#>\n"
            f"    PREFIX dct: <http://purl.org/dc/terms/>\n    {text}'",
        )
    )
    return found
