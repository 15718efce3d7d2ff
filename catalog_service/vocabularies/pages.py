"""``/vocabulary``, ``/rules`` and ``/about/api``: what to look up."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.http.context import Atlas, Service
from catalog_service.http.links import decode_segment, form_path
from catalog_service.site.rendering import View
from catalog_service.vocabularies.routes import checked, scheme_answer, summary
from search.model import Query
from shapes.rules import Rule

router = APIRouter(include_in_schema=False)


FIRST: Final = ("domain", "organization", "place", "open-type", "frequency", "format")
"""The vocabularies that most look for."""
LEVELS: Final = "RVD"
"""How rules' ids begin: those of laws and plans, then those of good values, then those of form."""


@router.get("/vocabulary")
def vocabularies(request: Request, atlas: Atlas) -> Response:
    """All vocabularies."""
    view = View(request)
    schemes = [summary(atlas, checked(atlas, name)) for name in atlas.vocabulary.schemes()]
    return view.render(
        "vocabularies.html",
        section="/vocabulary",
        trail=[(view.t("vocabularies.title"), None)],
        # What most look for first, what has no concept yet last.
        schemes=sorted(schemes, key=lambda s: (not s.concepts, _place(s.id), s.id)),
    )


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


@router.get("/vocabulary/{scheme}")
def vocabulary(request: Request, atlas: Atlas, scheme: str) -> Response:
    """One vocabulary with its concepts."""
    view = View(request)
    found = scheme_answer(atlas, checked(atlas, decode_segment(scheme)))
    return view.render(
        "vocabulary.html",
        section="/vocabulary",
        trail=[
            (view.t("vocabularies.title"), view.link("/vocabulary")),
            (view.pick(found.label), None),
        ],
        s=found,
    )


@router.get("/rules")
def rules(request: Request, atlas: Atlas) -> Response:
    """The register of rules."""
    view = View(request)
    found = sorted(atlas.rules, key=_order)
    return view.render(
        "rules.html",
        section="/rules",
        trail=[(view.t("rules.title"), None)],
        rules=[
            {
                "id": rule.id,
                "label": {"zh": rule.label.zh, "en": rule.label.en},
                "message": {"zh": rule.message.zh, "en": rule.message.en},
                "source": {"zh": rule.source.zh, "en": rule.source.en},
                "severity": rule.severity,
                "status": rule.status,
                "in_force": rule.in_force,
            }
            for rule in found
        ],
        checked=sum(rule.status == "checked" for rule in found),
    )


def _order(rule: Rule) -> tuple[int, str]:
    return LEVELS.find(rule.id[0]), rule.id


@router.get("/about/api")
def about_api(request: Request, atlas: Atlas) -> Response:
    """Three calls that work here, now."""
    view = View(request)
    return view.render(
        "about_api.html",
        section="/about/api",
        trail=[(view.t("about.api"), None)],
        calls=calls(atlas),
        write=(
            f"curl -X PUT -H 'Authorization: Bearer …' -H 'Content-Type: text/turtle' \\\n"
            f"  --data-binary @record.ttl "
            f"'{atlas.settings.public_url}/api/v1/sources/my-source/records/1?wait=true'"
        ),
    )


def calls(atlas: Service) -> list[tuple[str, str]]:
    """Return the three calls; the record is one that is in the catalogue."""
    base = atlas.settings.public_url
    result = atlas.search.search(Query(sort="modified", limit=1, facet_size=1))
    theme = next((v.value.rsplit("/", 1)[-1] for v in result.facets.get("theme", ())), "9")
    found = [
        ("about.call.search", f"curl '{base}/api/v1/search?theme={theme}&limit=3'"),
    ]
    for hit in result.hits:
        address = base + form_path(hit.source, hit.remote_id, "ttl")
        found.append(("about.call.record", f"curl '{address}'"))
    text = "SELECT ?d ?t { ?d a dcat:Dataset ; dct:title ?t } LIMIT 5"
    found.append(
        (
            "about.call.sparql",
            f"curl -H 'Accept: text/csv' '{base}/sparql' \\\n"
            "  --data-urlencode 'query=PREFIX dcat: <http://www.w3.org/ns/dcat#>\n"
            f"    PREFIX dct: <http://purl.org/dc/terms/>\n    {text}'",
        )
    )
    return found
