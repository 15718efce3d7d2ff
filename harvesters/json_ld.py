"""JSON-LD before it is parsed: contexts are inline or our own, never fetched."""

from __future__ import annotations

from typing import Any, Final

import orjson

from harvesters.errors import BAD_JSON, REMOTE_CONTEXT
from ontology.errors import AtlasError, Place
from ontology.ontology import load_context

OWN_CONTEXTS: Final = (
    "https://w3id.org/shdata/context.jsonld",
    "https://w3id.org/shdata/def/context.jsonld",
)
"""IRIs by which a document may name our context; it is then put in its place."""


def prepared_json_ld(content: bytes, name: str) -> bytes:
    """Return the document with our own context in place of its IRI.

    Raises `AtlasError`: ``bad-json``; ``remote-context`` for any other context that would have
    to be fetched, ``@import`` included.
    """
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as problem:
        at = Place(name, problem.lineno, problem.colno)
        raise AtlasError(BAD_JSON, place=at, reason=problem.msg) from None
    changed = False
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            if "@context" in node:
                context, replaced = _resolved(node["@context"], content, name)
                if replaced:
                    node["@context"] = context
                    changed = True
            waiting.extend(value for value in node.values() if isinstance(value, (dict, list)))
    return orjson.dumps(document) if changed else content


def _resolved(context: Any, content: bytes, name: str) -> tuple[Any, bool]:
    if isinstance(context, str):
        if context in OWN_CONTEXTS or context.endswith("/def/context.jsonld"):
            return load_context()["@context"], True
        raise _remote(context, content, name)
    if isinstance(context, list):
        parts = [_resolved(part, content, name) for part in context]
        return [part for part, _ in parts], any(replaced for _, replaced in parts)
    if isinstance(context, dict) and isinstance(context.get("@import"), str):
        raise _remote(context["@import"], content, name)
    return context, False


def _remote(context: str, content: bytes, name: str) -> AtlasError:
    position = content.find(context.encode())
    line = content.count(b"\n", 0, position) + 1 if position >= 0 else None
    return AtlasError(REMOTE_CONTEXT, place=Place(name, line), context=context)
