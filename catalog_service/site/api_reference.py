"""The API's description (OpenAPI) as a page shows it: operations by group, with what they take.

Made on the server from the same document that programs read, so that the page needs no script and
cannot say anything else. The texts are the document's, in English.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

METHODS: Final = ("get", "put", "post", "patch", "delete")
_SLUG: Final = re.compile(r"[^a-z0-9]+")
_CODE: Final = re.compile(r"`{1,2}")
_MAX_ROWS: Final = 60
"""Properties of an answer that are listed."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a call takes; ``where`` is ``path``, ``query`` or ``header``."""

    name: str
    where: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Property:
    """One part of an answer in JSON."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: ``anchor`` is its place on the page, ``schema`` the name of what it answers."""

    anchor: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    bodies: tuple[str, ...]
    """Media types of what is sent."""
    answers: tuple[tuple[str, str], ...]
    """Statuses with their meaning; ``default`` is any error."""
    media_types: tuple[str, ...]
    schema: str
    properties: tuple[Property, ...]
    curl: str


@dataclass(frozen=True, slots=True)
class Group:
    """Operations of one tag."""

    name: str
    anchor: str
    operations: tuple[Operation, ...]


def reference(document: Json, base: str, text: str = "") -> list[Group]:
    """Return the operations of an OpenAPI document by tag, in its order.

    Only those with ``text`` in their address, summary or description; ``base`` is where calls go.
    """
    wanted = text.casefold()
    groups: dict[str, list[Operation]] = {}
    schemas = cast("Json", document.get("components", {})).get("schemas", {})
    for path, calls in cast("Json", document["paths"]).items():
        for method in METHODS:
            if method not in calls:
                continue
            call = calls[method]
            said = f"{path} {call.get('summary', '')} {call.get('description', '')}"
            if wanted in said.casefold():
                tag = next(iter(call.get("tags", ())), "other")
                groups.setdefault(tag, []).append(_operation(method, path, call, schemas, base))
    return [Group(tag, f"group-{_slug(tag)}", tuple(found)) for tag, found in groups.items()]


def _operation(method: str, path: str, call: Json, schemas: Json, base: str) -> Operation:
    parameters = tuple(_parameters(call.get("parameters", ())))
    content = call.get("responses", {}).get("200", {}).get("content", {})
    schema = _name(content.get("application/json", {}).get("schema", {}))
    bodies = tuple(call.get("requestBody", {}).get("content", ()))
    return Operation(
        anchor=_slug(f"{method}-{path}"),
        method=method.upper(),
        path=path,
        summary=call.get("summary", ""),
        paragraphs=tuple(
            _plain(part) for part in call.get("description", "").split("\n\n") if part.strip()
        ),
        parameters=parameters,
        bodies=bodies,
        answers=tuple(
            (status, answer.get("description", ""))
            for status, answer in call.get("responses", {}).items()
        ),
        media_types=tuple(content),
        schema=schema,
        properties=tuple(_properties(schemas.get(schema, {}))),
        curl=_curl(method, f"{base}{path}", bodies),
    )


def _parameters(given: Iterable[Json]) -> Iterable[Parameter]:
    for one in given:
        schema = one.get("schema", {})
        yield Parameter(
            one["name"],
            one["in"],
            _kind(schema),
            bool(one.get("required")),
            _plain(one.get("description") or schema.get("description") or ""),
        )


def _properties(schema: Json) -> Iterable[Property]:
    for name, one in list(schema.get("properties", {}).items())[:_MAX_ROWS]:
        yield Property(name, _kind(one), _plain(one.get("description", "")))


def _kind(schema: Json) -> str:
    """Return what a value is, in a few words: ``array of string``, ``"a" | "b"``, ``HitAnswer``."""
    if name := _name(schema):
        return name
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if choices:
        return " | ".join(dict.fromkeys(_kind(one) for one in choices))
    kind = schema.get("type", "")
    kind = " | ".join(kind) if isinstance(kind, list) else kind
    if kind == "array":
        return f"array of {_kind(schema.get('items', {})) or 'any'}"
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _name(schema: Json) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _curl(method: str, address: str, bodies: tuple[str, ...]) -> str:
    words = ["curl"]
    if method != "get":
        words += ["-X", method.upper(), "-H", "Authorization: Bearer …"]
    if bodies:
        words += ["-H", f"Content-Type: {bodies[0]}", "--data-binary", "@file"]
    return shlex.join([*words, address])


def _plain(text: str) -> str:
    """Return a text without the marks of code."""
    return _CODE.sub("", " ".join(text.split()))


def _slug(text: str) -> str:
    return _SLUG.sub("-", text.lower()).strip("-")
