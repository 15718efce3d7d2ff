"""Error kinds of the assistants' server."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

TOOL_UNKNOWN: Final = ErrorKind(
    "tool-unknown",
    "There is no tool {name!r}. Use one of these: {known}.",
    status=404,
)
RESOURCE_UNKNOWN: Final = ErrorKind(
    "resource-unknown",
    "There is no resource {uri!r}. Use one of these: {known}.",
    status=404,
)
ARGUMENT_INVALID: Final = ErrorKind(
    "argument-invalid",
    "The tool {tool} cannot be asked like this: look at {names}. Its input schema (tools/list) "
    "says what it takes.",
    status=400,
)
HOST_REFUSED: Final = ErrorKind(
    "host-refused",
    "This server is not known as {host!r}. Use its own address, {address}; operators set it by "
    "ATLAS_PUBLIC_URL.",
    status=421,
)
ORIGIN_REFUSED: Final = ErrorKind(
    "origin-refused",
    "Pages of {origin!r} may not ask this address. Ask from a program, or read the API "
    "(/api/v1/openapi.json), which any page may.",
    status=403,
)
