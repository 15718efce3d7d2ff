"""The reconciliation API, version 0.2, as plain data: manifest, queries, suggestions, extension.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from catalog_service.context import Service
from catalog_service.reconciliation.entities import all_of, datasets, entity
from catalog_service.reconciliation.errors import QUERY_INVALID, TOO_MANY_QUERIES
from catalog_service.reconciliation.matching import matches, nearest_organizations
from catalog_service.reconciliation.model import KINDS, Entity, Kind, Question
from catalog_service.reconciliation.properties import BY_ID, PROPERTIES, Property, values_of
from catalog_service.work_time import check_time
from ontology.errors import AtlasError
from ontology.languages import pick
from ontology.spelling import spelling_key
from ontology.terms import SHD
from search.limits import MAX_QUERY, MAX_TYPED
from translations import N_, Lang, translator

__all__ = ["nearest_organizations"]

Json = dict[str, Any]

PATH: Final = "/reconcile"
MOST_QUERIES: Final = 100
"""Queries, or rows to extend, of one request."""
MOST_PROPERTIES: Final = 20
_USUAL: Final = 5
_MOST: Final = 50
"""Candidates of one query."""
_MOST_VALUES: Final = 100
_SUGGESTED: Final = 10
_LIMIT: Final = N_("How many values of it at most; 0 for all")


def manifest(atlas: Service, lang: Lang) -> Json:
    """Return what the service can do."""
    text = translator(lang).gettext
    root = f"{atlas.settings.public_url}{PATH}"
    suggest = {
        name: {"service_url": root, "service_path": f"/suggest/{name}"}
        for name in ("entity", "type", "property")
    }
    return {
        "versions": ["0.1", "0.2"],
        "name": text("Shanghai Data Atlas"),
        "identifierSpace": f"{atlas.settings.base_iri}/",
        "schemaSpace": str(SHD),
        "defaultTypes": [_type(kind, lang) for kind in KINDS],
        "documentation": f"{atlas.settings.public_url}/about/api",
        "view": {"url": f"{root}/view?id={{{{id}}}}"},
        "preview": {"url": f"{root}/preview?id={{{{id}}}}", "width": 420, "height": 260},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": root, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": text("Limit"),
                    "type": "number",
                    "default": 0,
                    "help_text": text(_LIMIT),
                }
            ],
        },
    }


def reconcile(atlas: Service, queries: str, lang: Lang) -> Json:
    """Answer a batch: results by the keys of the queries.

    Raises ``reconcile-query-invalid``, ``reconcile-too-many``.
    """
    given = _object(queries, "queries")
    _within(len(given), "queries", MOST_QUERIES)
    found = {}
    for key, query in given.items():
        check_time()
        found[key] = reconcile_one(atlas, query, lang)
    return found


def reconcile_one(atlas: Service, query: object, lang: Lang) -> Json:
    """Answer one query: an object, or its text alone."""
    found = matches(atlas, _question({"query": query} if isinstance(query, str) else query))
    return {
        "result": [
            {
                **_shown(one.entity, lang),
                "type": [_type(one.entity.kind, lang)],
                "score": one.score,
                "match": one.certain,
                # One client knows types only of results that have features.
                "features": [{"id": "score", "value": one.score}],
            }
            for one in found
        ]
    }


def extend(atlas: Service, asked: str, lang: Lang) -> Json:
    """Return properties of things; raises as `reconcile`. Nothing is told of unknown things."""
    given = _object(asked, "extend")
    ids, wanted = given.get("ids"), given.get("properties")
    if not isinstance(ids, list) or not isinstance(wanted, list):
        raise AtlasError(QUERY_INVALID, name="extend")
    _within(len(ids), "ids", MOST_QUERIES)
    _within(len(wanted), "properties", MOST_PROPERTIES)
    limits: dict[str, int] = {}
    for one in wanted:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            raise AtlasError(QUERY_INVALID, name="extend")
        settings = one.get("settings")
        if settings is not None and not isinstance(settings, dict):
            raise AtlasError(QUERY_INVALID, name="extend")
        limits[one["id"]] = _number((settings or {}).get("limit"))
    rows = {}
    for identifier in dict.fromkeys(map(str, ids)):
        check_time()
        found = entity(atlas, identifier)
        rows[identifier] = {
            name: [] if found is None else values_of(atlas, found, name, lang)[: most or None]
            for name, most in limits.items()
        }
    known = [BY_ID[name] for name in limits if name in BY_ID]
    return {"meta": [_property(one, lang) for one in known], "rows": rows}


def properties(kind: str, most: int, lang: Lang) -> Json:
    """Return the properties of a type."""
    found = [one for one in PROPERTIES if kind in one.kinds or not kind]
    return {
        "type": kind,
        "properties": [_property(one, lang) for one in found][: most or None],
        "limit": most,
    }


def suggest_properties(prefix: str, lang: Lang) -> Json:
    """Return the properties whose identifier or name holds a text."""
    found = (_property(one, lang) for one in PROPERTIES)
    return {"result": [one for one in found if _holds(prefix, one["id"], one["name"])]}


def suggest_types(prefix: str, lang: Lang) -> Json:
    """Return the types whose identifier or name holds a text."""
    found = (_type(kind, lang) for kind in KINDS)
    return {"result": [one for one in found if _holds(prefix, one["id"], one["name"])]}


def suggest_entities(atlas: Service, prefix: str, kind: str, lang: Lang) -> Json:
    """Return things whose name begins with a text or holds it, and datasets that it completes."""
    key = spelling_key(prefix[:MAX_TYPED])
    found: list[tuple[bool, int, Entity]] = []
    for one in KINDS if not kind else (name for name in KINDS if name == kind):
        if one == "dataset" or not key:
            continue
        for thing, names in all_of(atlas, one):
            # Names that begin so first, the shortest first.
            nearest = min(
                ((not n.startswith(key), len(n)) for n in names if key in n), default=None
            )
            if nearest is not None:
                found.append((*nearest, thing))
    found.sort(key=lambda item: (item[0], item[1], item[2].id))
    listed = [thing for _, _, thing in found[:_SUGGESTED]]
    if kind in ("", "dataset") and key:
        completed = atlas.search.suggest(prefix[:MAX_TYPED], _SUGGESTED)
        listed += datasets(atlas, [one.value for one in completed if one.kind == "dataset"])
    return {
        "result": [
            {**_shown(thing, lang), "notable": [_type(thing.kind, lang)]}
            for thing in listed[: 2 * _SUGGESTED]
        ]
    }


def _question(query: object) -> Question:
    if not isinstance(query, dict) or not isinstance(query.get("query", ""), str | int | float):
        raise AtlasError(QUERY_INVALID, name="queries")
    asked = query.get("type")
    given = asked if isinstance(asked, list) else [asked] if asked else []
    names = [one.get("id") if isinstance(one, dict) else one for one in given]
    kinds = tuple(kind for kind in KINDS if kind in names) if names else tuple(KINDS)
    refined = query.get("properties") or []
    if not isinstance(refined, list):
        raise AtlasError(QUERY_INVALID, name="queries")
    _within(len(refined), "properties", MOST_PROPERTIES)
    return Question(
        str(query.get("query", "")).strip()[:MAX_QUERY],
        kinds,
        min(_number(query.get("limit")) or _USUAL, _MOST),
        tuple(_wanted(one) for one in refined),
    )


def _wanted(one: object) -> tuple[str, tuple[str, ...]]:
    if not isinstance(one, dict) or not isinstance(one.get("pid"), str):
        raise AtlasError(QUERY_INVALID, name="queries")
    value = one.get("v")
    values = value if isinstance(value, list) else [value]
    texts = (v.get("id") or v.get("name") if isinstance(v, dict) else v for v in values)
    return one["pid"], tuple(str(t)[:MAX_QUERY] for t in texts if t is not None)[:_MOST_VALUES]


def _object(text: str, name: str) -> Json:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise AtlasError(QUERY_INVALID, name=name) from error
    if not isinstance(found, dict):
        raise AtlasError(QUERY_INVALID, name=name)
    return found


def _within(count: int, name: str, limit: int) -> None:
    if count > limit:
        raise AtlasError(TOO_MANY_QUERIES, name=name, count=count, limit=limit)


def _number(value: object) -> int:
    """Return a whole number that a client wrote as a number or a text; 0 for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _shown(one: Entity, lang: Lang) -> Json:
    shown = {"id": one.id, "name": one.name(lang)}
    note = pick(one.note, lang)
    return {**shown, "description": note} if note else shown


def _type(kind: Kind, lang: Lang) -> dict[str, str]:
    return {"id": kind, "name": translator(lang).gettext(KINDS[kind])}


def _property(one: Property, lang: Lang) -> Json:
    found: Json = {"id": one.id, "name": translator(lang).gettext(one.title)}
    if one.expects is not None:
        found["type"] = _type(one.expects, lang)
    return found


def _holds(part: str, *texts: str) -> bool:
    wanted = part.strip().casefold()
    return any(wanted in text.casefold() for text in texts)
