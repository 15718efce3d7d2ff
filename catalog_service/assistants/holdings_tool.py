"""What the catalogue holds at all: the tool ``describe_catalog``, and a resource of the same."""

from __future__ import annotations

from typing import Final

from catalog_service.answers import Shown
from catalog_service.assistants.model import Answer, Arguments, Asker, Tool
from catalog_service.assistants.quoting import quote
from catalog_service.assistants.search_tool import FacetValue, facet_value
from catalog_service.discovery.service import answer_search, time_of_index
from ontology.dates import day_of
from search.limits import MAX_FACET_SIZE
from search.model import Query
from translations import N_, translator

NEWEST: Final = 5
_LOOKED_AT: Final = 60
_MOST: Final = 15
_FACETS: Final = ("theme", "publisher", "district", "open_type", "format", "frequency", "year")
_WHOLE: Final = ("theme", "district", "open_type")
"""Facets of which all values are listed; of the others the most frequent."""
_SINGLE: Final = ("open_type", "frequency", "year")
"""Facets of which a dataset has one value at most."""


class NewestRecord(Shown):
    """What the record of a new dataset says."""

    title: str
    modified: str | None


class NewestDataset(Shown):
    """One of the datasets that changed last."""

    iri: str
    page: str
    record: NewestRecord


class HoldingsAnswer(Answer):
    """The catalogue in numbers.

    ``values`` counts the different values of each facet, ``not_stated`` the datasets without any.
    """

    about: str
    address: str
    as_of: str
    datasets: int
    values: dict[str, int]
    not_stated: dict[str, int]
    facets: dict[str, list[FacetValue]]
    newest: list[NewestDataset]


ABOUT: Final = N_(
    "Descriptions of the public data of Shanghai's authorities and districts: who publishes what, "
    "how fresh, under which conditions, with which data items. The data themselves stay with their "
    "publishers; nothing that is not public is in here."
)


def holdings(asker: Asker, asked: Arguments) -> HoldingsAnswer:
    """Return what the catalogue holds."""
    atlas, lang = asker.atlas, asked.lang
    query = Query(sort="modified", limit=_LOOKED_AT, facets=_FACETS, facet_size=MAX_FACET_SIZE)
    found = answer_search(atlas, query, lang)
    today = atlas.clock.today()
    # A date in the future is a slip of the publisher's, and would be the newest for years.
    newest = [hit for hit in found.hits if (day_of(hit.modified) or today) <= today][:NEWEST]
    return HoldingsAnswer(
        about=translator(lang).gettext(ABOUT),
        address=atlas.settings.public_url,
        as_of=time_of_index(atlas, found.checkpoint).isoformat(timespec="seconds"),
        datasets=found.total,
        values={name: len(values) for name, values in found.facets.items()},
        not_stated={
            name: max(0, found.total - sum(one.count for one in found.facets.get(name, ())))
            for name in _SINGLE
        },
        facets={
            name: [
                facet_value(name, one, lang) for one in values[: None if name in _WHOLE else _MOST]
            ]
            for name, values in found.facets.items()
        },
        newest=[
            NewestDataset(
                iri=hit.iri,
                page=hit.url,
                record=NewestRecord(title=quote(hit.title), modified=hit.modified),
            )
            for hit in newest
        ],
    )


TOOL: Final = Tool(
    "describe_catalog",
    N_("Describe the catalogue"),
    N_(
        "Tells what this catalogue holds at all: how many public datasets, in which data domains, "
        "of which publishers and districts, how open, in which formats, and the newest. Ask this "
        "first."
    ),
    Arguments,
    holdings,
)
