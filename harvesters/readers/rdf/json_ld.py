"""Preparing JSON-LD: contexts must be inline or our own, because none is fetched."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import orjson
import pyoxigraph as ox

from harvesters.errors import BAD_JSON, REMOTE_CONTEXT
from harvesters.readers.exact_json import parsed
from harvesters.readers.json_reasons import json_reason
from harvesters.readers.rdf.fault_scope import MAX_REPEATED, DocumentPart, Fault
from ontology.errors import AtlasError, FilePosition
from ontology.ontology import load_context

OWN_CONTEXTS: Final = (
    "https://w3id.org/shdata/context.jsonld",
    "https://w3id.org/shdata/def/context.jsonld",
)
"""IRIs of our context, which replaces them in a document."""


def prepared_json_ld(content: bytes, name: str) -> bytes:
    """Return the document with our own context in place of its IRI.

    Raises `AtlasError`: ``bad-json``; ``remote-context`` for any other context that would have
    to be fetched, ``@import`` included.
    """
    try:
        document, _ = parsed(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as problem:
        at = FilePosition(name, problem.lineno, problem.colno)
        raise AtlasError(BAD_JSON, place=at, reason=json_reason(problem.msg)) from None
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
    if not changed:
        return content
    try:
        return orjson.dumps(document)
    except TypeError:
        # Integers beyond 64 bits, which orjson does not write.
        return json.dumps(document, ensure_ascii=False, default=str).encode()


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
    return AtlasError(REMOTE_CONTEXT, place=FilePosition(name, line), context=context)


def json_ld_parts(
    content: bytes, name: str, parse: Callable[[bytes], list[ox.Quad]]
) -> list[DocumentPart] | None:
    """Return each node of an array or a ``@graph`` as a document; None where there are none."""
    document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    shared: dict[str, Any] = {}
    nodes = document
    if isinstance(document, dict):
        if set(document) - {"@context", "@graph", "@id"}:
            return None
        nodes = document.get("@graph")
        shared = {"@context": document["@context"]} if "@context" in document else {}
    if not isinstance(nodes, list) or len(orjson.dumps(shared)) * len(nodes) > MAX_REPEATED:
        return None
    return [
        DocumentPart(
            orjson.dumps(shared | {"@graph": [node]}),
            partial(_place_of, node, content, name),
            partial(_doubt, node, shared, parse),
        )
        for node in nodes
    ]


def _place_of(node: Any, content: bytes, name: str) -> FilePosition:
    """Return the position of a node's first text in the file."""
    for value in node.values() if isinstance(node, dict) else ():
        at = content.find(orjson.dumps(value)) if isinstance(value, str) else -1
        if at >= 0:
            before = content[content.rfind(b"\n", 0, at) + 1 : at]
            line = content.count(b"\n", 0, at) + 1
            return FilePosition(name, line, len(before.decode("utf-8", "replace")) + 1)
    return FilePosition(name)


def _doubt(
    node: Any, shared: dict[str, Any], parse: Callable[[bytes], list[ox.Quad]], broken: Fault
) -> None:
    """Add the nodes that a JSON-LD node may describe: all that its objects name."""
    waiting: list[tuple[Any, Any]] = [(node, shared.get("@context"))]
    while waiting:
        one, context = waiting.pop()
        if isinstance(one, list):
            waiting += [(value, context) for value in one]
        elif isinstance(one, dict):
            contexts = [c for c in (context, one.get("@context")) if c is not None]
            alone = {k: v for k, v in one.items() if isinstance(v, str) and k != "@context"}
            for key, value in alone.items() if len(one) > 1 else ():
                try:
                    quads = parse(
                        orjson.dumps({"@context": contexts, key: value, "http://x.invalid/p": "1"})
                    )
                except (SyntaxError, ValueError, MemoryError):
                    continue
                broken.named.update(
                    quad.subject
                    for quad in quads
                    if isinstance(quad.subject, ox.NamedNode)
                    or (isinstance(quad.subject, ox.BlankNode) and value.startswith("_:"))
                )
            waiting += [(v, contexts) for k, v in one.items() if k != "@context"]
