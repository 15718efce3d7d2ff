"""The tools that an assistant is offered: to add one, write its module and list it here."""

from __future__ import annotations

from typing import Any, Final

from catalog_service.assistants import (
    citation_tool,
    dataset_tool,
    holdings_tool,
    joinable_tool,
    search_tool,
    sparql_tool,
    values_tool,
)
from catalog_service.assistants.errors import TOOL_UNKNOWN
from catalog_service.assistants.model import Tool
from ontology.errors import AtlasError

TOOLS: Final[tuple[Tool[Any], ...]] = (
    holdings_tool.TOOL,
    search_tool.TOOL,
    dataset_tool.TOOL,
    values_tool.TOOL,
    joinable_tool.TOOL,
    sparql_tool.TOOL,
    citation_tool.TOOL,
)
"""In the order in which they are listed."""

_BY_NAME: Final = {tool.name: tool for tool in TOOLS}

_SHOWN: Final = 80
"""Characters of an unknown name that an error repeats."""


def tool_of(name: str) -> Tool[Any]:
    """Return the tool of a name; raises `AtlasError` (``tool-unknown``)."""
    tool = _BY_NAME.get(name)
    if tool is None:
        raise AtlasError(TOOL_UNKNOWN, name=name[:_SHOWN], known=", ".join(_BY_NAME))
    return tool


def takes_a_query(name: str) -> bool:
    """Tell whether a tool takes a place among the SPARQL queries."""
    tool = _BY_NAME.get(name)
    return tool is not None and tool.queries
