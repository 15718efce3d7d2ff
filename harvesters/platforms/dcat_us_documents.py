"""Where the datasets of a document of DCAT-US stand, and what identifies them.

DCAT-US 1.1 lists them in the catalogue (resources.data.gov/resources/dcat-us). DCAT-US 3 also has
them in catalogues within the catalogue, as members of series, behind services, or beside the
catalogue in ``@graph`` (doi-do.github.io/dcat-us).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from harvesters.mapping.value_parsing import as_text

_LINKS: Final = ("publisher", "contactPoint", "distribution", "temporal")
"""What a dataset of a graph may refer to by IRI."""
_WITHIN: Final = (("datasetSeries", "seriesMember"), ("service", "servesDataset"))
_DEPTH: Final = 8


def datasets_of(answer: Any) -> list[Any] | None:
    """Return the datasets of a document; None where it is none of DCAT-US.

    One may come twice, where a series has it, too. What stands in the list of the catalogue and is
    no object comes along, to be reported.
    """
    if not isinstance(answer, dict):
        return None
    graph = answer.get("@graph")
    if isinstance(graph, list):
        nodes = [one for one in graph if isinstance(one, dict)]
        known = {one["@id"]: one for one in nodes if isinstance(one.get("@id"), str)}
        return [_joined(one, known) for one in nodes if _is_dataset(one)]
    keys = ("dataset", "catalog", *(key for key, _ in _WITHIN))
    if not any(isinstance(answer.get(key), list) for key in keys):
        return None
    return list(_nested(answer, 0))


def identifier_of(dataset: Any) -> str:
    """Return what identifies a dataset; '' where nothing does.

    DCAT-US 3 has identifiers as objects too, and asks for none where a dataset has an IRI.
    """
    if not isinstance(dataset, dict):
        return ""
    found = dataset.get("identifier")
    if isinstance(found, dict):
        found = found.get("notation") or found.get("@id")
    return as_text(found) or as_text(dataset.get("@id"))


def _nested(catalog: dict[str, Any], depth: int) -> Iterator[Any]:
    yield from _objects_or_more(catalog.get("dataset"))
    for key, inner in _WITHIN:
        for one in _objects(catalog.get(key)):
            yield from _objects(one.get(inner))
    if depth < _DEPTH:
        for one in _objects(catalog.get("catalog")):
            yield from _nested(one, depth + 1)


def _objects_or_more(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, dict)]


def _joined(dataset: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    return {k: _embedded(v, known) if k in _LINKS else v for k, v in dataset.items()}


def _embedded(value: Any, known: dict[str, Any]) -> Any:
    """Return the nodes that a value refers to in place of their IRIs."""
    if isinstance(value, list):
        return [_embedded(one, known) for one in value]
    name = value.get("@id") if isinstance(value, dict) and len(value) == 1 else value
    return known.get(name, value) if isinstance(name, str) else value


def _is_dataset(node: dict[str, Any]) -> bool:
    types = node.get("@type")
    found = types if isinstance(types, list) else [types]
    return any(one in ("Dataset", "dcat:Dataset") for one in found)
