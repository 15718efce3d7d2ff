"""The tool ``list_values``: organisations, themes, districts and other facets with their counts."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from catalog_service.assistants.model import Answer, Arguments, Asker, Tool
from catalog_service.assistants.search_tool import FacetName, FacetValue, facet_value
from catalog_service.discovery.service import answer_search, time_of_index
from search.limits import MAX_FACET_SIZE
from search.model import Query
from translations import N_

MAX_VALUES: Final = 100


class ValuesArguments(Arguments):
    """Which values."""

    facet: FacetName = Field(description="publisher, theme, district, format …")
    containing: str = Field("", max_length=100, description="A part of the name.")
    limit: int = Field(30, ge=1, le=MAX_VALUES)


class ValuesAnswer(Answer):
    """The values of a facet, most frequent first, and how many there are."""

    facet: str
    total: int
    as_of: str
    values: list[FacetValue]


def _list(asker: Asker, asked: ValuesArguments) -> ValuesAnswer:
    query = Query(limit=0, facets=(asked.facet,), facet_size=MAX_FACET_SIZE)
    found = answer_search(asker.atlas, query, asked.lang)
    wanted = asked.containing.strip().lower()
    values = [
        facet_value(asked.facet, one, asked.lang)
        for one in found.facets.get(asked.facet, ())
        if not wanted or any(wanted in text.lower() for text in (one.value, *one.label.values()))
    ]
    return ValuesAnswer(
        facet=asked.facet,
        total=len(values),
        as_of=time_of_index(asker.atlas, found.checkpoint).isoformat(timespec="seconds"),
        values=values[: asked.limit],
    )


TOOL: Final = Tool(
    "list_values",
    N_("List organizations, themes and other facets"),
    N_(
        "Lists the values of a facet with how many public datasets have each: publisher for "
        "organizations, theme for data domains, district, format, frequency and others. `value` is "
        "what filters of a search take."
    ),
    ValuesArguments,
    _list,
)
