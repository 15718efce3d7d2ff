"""Records in one JSON document: an array, one object, or an API's answer that wraps them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import orjson

from harvesters.errors import BAD_JSON, NESTED_TOO_DEEP, NOT_AN_OBJECT
from harvesters.mapping.mapping_files import label_mapping
from harvesters.readers.exact_json import Pairs, is_plain, verbatim, why_not_json, written
from harvesters.readers.json_reasons import json_reason
from ontology.errors import AtlasError, FilePosition, Phrase

_WRITTEN_DEPTH: Final = 254
"""Maximum depth that orjson writes."""


def array_items(content: bytes, name: str) -> Iterator[tuple[bytes | AtlasError, FilePosition]]:
    """Yield the bytes of each record, or why it cannot be used, and the place where it starts.

    An array is read item by item, so that items before a broken one are still read. Raises
    `AtlasError` (``bad-json``) at the first syntax error.
    """
    text = _decoded(content, name)
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "[":
        yield from _stream(text, start + 1, name)
        return
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        at = FilePosition(name, problem.lineno, problem.colno)
        reason = why_not_json(text.encode(), problem.msg)
        raise AtlasError(BAD_JSON, place=at, reason=reason) from None
    if not isinstance(document, dict):
        raise AtlasError(NOT_AN_OBJECT, place=FilePosition(name, 1), found=type(document).__name__)
    found, path = _unwrapped(document)
    exact = None if is_plain(text.encode(), document) else _verbatim(text, path)
    for index, record in enumerate(found, start=1):
        place = FilePosition(name, 1, f"[{index}]")
        try:
            payload = orjson.dumps(record) if exact is None else written(exact[index - 1]).encode()
        except (TypeError, RecursionError):
            # orjson reads deeper documents than it writes.
            yield AtlasError(NESTED_TOO_DEEP, place=place, limit=_WRITTEN_DEPTH), place
        else:
            yield payload, place


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        reason = Phrase("byte {byte} is not UTF-8", {"byte": problem.start})
        raise AtlasError(BAD_JSON, place=FilePosition(name, line), reason=reason) from None


def _stream(text: str, position: int, name: str) -> Iterator[tuple[bytes, FilePosition]]:
    decoder = json.JSONDecoder()
    line, counted = 1, 0
    while True:
        position = _skip(text, position, ", \t\r\n")
        line += text.count("\n", counted, position)
        counted = position
        if text[position : position + 1] == "]":
            return
        try:
            _, end = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError) as problem:
            at = getattr(problem, "pos", position)
            line += text.count("\n", counted, at)
            column = at - text.rfind("\n", 0, at)
            reason = json_reason(getattr(problem, "msg", "nested too deeply"))
            raise AtlasError(
                BAD_JSON, place=FilePosition(name, line, column), reason=reason
            ) from None
        column = position - text.rfind("\n", 0, position)
        yield text[position:end].encode(), FilePosition(name, line, column)
        position = end


def _skip(text: str, position: int, characters: str) -> int:
    while text[position : position + 1] and text[position] in characters:
        position += 1
    return position


def _verbatim(text: str, path: str) -> list[Any] | None:
    """Return the records with all digits of numbers and all values of repeated keys."""
    try:
        document = verbatim(text)
    except (ValueError, RecursionError):
        return None
    for part in filter(None, path.split(".")):
        document = document.get(part)
    return [document] if isinstance(document, Pairs) else list(document)


def _unwrapped(document: dict[str, Any]) -> tuple[list[Any], str]:
    """Return the records of an API's answer and their path, or the document as the only one."""
    labels = label_mapping("portal")
    titles = labels.labels["title"]
    if any(title in document for title in titles):
        return [document], ""
    wrappers = labels.options["wrappers"]
    for path in wrappers["records"]:
        found = _at(document, path)
        if isinstance(found, list):
            return found, path
    for path in wrappers["record"]:
        found = _at(document, path)
        if isinstance(found, dict):
            return [found], path
    return [document], ""


def _at(document: object, path: str) -> object:
    for part in path.split("."):
        document = document.get(part) if isinstance(document, dict) else None
    return document
