"""What helps where the catalogue seems to have no data on what was searched for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from catalog_service.context import Service
from catalog_service.discovery.model import SearchAnswer
from catalog_service.links import organization_path
from catalog_service.site.rendering import View
from search.model import MEANING, Query, Result

Link = tuple[str, str]
"""A text and the address that it leads to."""

_MOST: Final = 3
_TRIED: Final = 6


@dataclass(frozen=True, slots=True)
class MissingData:
    """Searches by broader terms and without the place, that find something; and who may know.

    ``publishers`` are those of what is nearest, with their pages.
    """

    broader: list[Link]
    elsewhere: list[Link]
    publishers: list[Link]


def missing_data(
    view: View, atlas: Service, result: Result, answer: SearchAnswer
) -> MissingData | None:
    """Return what helps, None where the catalogue may have what was searched for."""
    sure = result.confidence
    if sure is None or sure.verdict != "none":
        return None
    return MissingData(
        _leading(view, atlas, _broader(result)),
        _leading(view, atlas, _elsewhere(result)),
        _publishers(view, atlas, answer),
    )


def _broader(result: Result) -> Iterator[str]:
    told = result.understanding
    for part in told.parts if told is not None else ():
        yield from part.broader


def _elsewhere(result: Result) -> Iterator[str]:
    told = result.understanding
    places = [part.text for part in told.parts if part.kind == "place"] if told else []
    if told is None or not places:
        return
    rest = told.text
    for place in places:
        rest = rest.replace(place, " ", 1)
    if rest := " ".join(rest.split()):
        yield rest


def _leading(view: View, atlas: Service, texts: Iterator[str]) -> list[Link]:
    """Return the first of the texts that the catalogue has something for."""
    found: list[Link] = []
    for text in islice(dict.fromkeys(texts), _TRIED):
        # By words: a page must not wait for several vectors.
        asked = Query(text, limit=0, facets=False, literal=(MEANING,))
        sure = atlas.search.search(asked).confidence
        if sure is not None and sure.verdict == "found":
            found.append((text, view.link("/datasets", q=text)))
        if len(found) == _MOST:
            break
    return found


def _publishers(view: View, atlas: Service, answer: SearchAnswer) -> list[Link]:
    found: dict[str, Link] = {}
    for hit in (*answer.hits, *answer.similar):
        for one in hit.publishers:
            if one.iri and len(found) < _MOST:
                path = organization_path(atlas.settings.base_iri, one.iri)
                found.setdefault(one.iri, (view.pick(one.label), view.link(path)))
    return list(found.values())
