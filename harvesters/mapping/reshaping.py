"""Turning the JSON of one kind of API into a portal record, by the paths of a mapping file.

A file such as ``ckan.toml`` says for each name of ``portal.toml`` where its value stands; what the
record becomes is decided by ``portal.toml`` alone. A path names keys with dots between them, and
``key[]`` goes through a list: ``organization.title``, ``tags[].name``. Of several paths the first
with a value counts.

* ``[fields]``: name = paths.
* ``[parts.NAME]``: an object of several values, each with its paths, such as a period.
* ``[objects.NAME]``: a list of objects; ``each`` is the list's path, the others are paths in it.
* ``pairs``: keys of lists like ``[{"key": …, "value": …}]``, which are read as objects.
* ``utc``: keys whose times are in UTC where they name no zone.
* ``dropped``: keys that mean nothing in a record, or something else than their name says.
* ``[prefixes]``: name = what is cut from the beginning of its text, such as ``mailto:``;
  ``NAME.part`` of objects.
* ``[values.NAME]``: what a text of the API's own vocabulary is called in ours.
* ``geometries``: keys whose value is dropped where it is an object, or JSON of one.

All other keys, and what stands in pairs, come along in ``raw``: what closes a dataset is found
there under whatever label, and names of ``portal.toml`` count where no path gave a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from harvesters.mapping.mapping_files import read_toml

_PAIR_KEYS: Final = ("key", "name")
_ZONELESS: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")


_Parts = Mapping[str, tuple[tuple[str, ...], ...]]
"""The paths of each value of an object."""


@dataclass(frozen=True, slots=True)
class Reshaping:
    """The tables of one mapping file."""

    fields: Mapping[str, tuple[tuple[str, ...], ...]]
    objects: Mapping[str, tuple[tuple[str, ...], _Parts]]
    parts: Mapping[str, _Parts] = field(default_factory=dict)
    pairs: tuple[str, ...] = ()
    utc: tuple[str, ...] = ()
    dropped: frozenset[str] = frozenset()
    geometries: frozenset[str] = frozenset()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    used: frozenset[str] = field(default_factory=frozenset)
    """Keys at the top that a path reads as a whole or goes through."""

    def record(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a portal record of one JSON object."""
        source = dict(given)
        raw: dict[str, Any] = {}
        for name in self.pairs:
            if name in source:
                source[name] = _paired(source[name])
        source |= {name: _zoned(source[name]) for name in self.utc if name in source}
        record: dict[str, Any] = {}
        for name, paths in self.fields.items():
            value = first_at(source, paths)
            if value is not None:
                record[name] = self._said(name, value)
        for name, parts in self.parts.items():
            if name not in record and (made := _described(source, parts)):
                record[name] = made
        for name, (each, parts) in self.objects.items():
            found = [self._part(name, one, parts) for one in _listed(value_at(source, each))]
            if found := [one for one in found if one]:
                record[name] = found
        for name in self.pairs:
            extra = source.get(name)
            if isinstance(extra, dict):
                raw |= self._kept(extra, frozenset())
        raw |= self._kept(source, self.used | set(self.pairs))
        if raw:
            record["raw"] = raw
        return record

    def _part(self, name: str, given: Any, parts: _Parts) -> dict[str, Any]:
        found = _described(given, parts)
        return {key: self._said(f"{name}.{key}", value) for key, value in found.items()}

    def _said(self, name: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value.removeprefix(self.prefixes.get(name, ""))
        return self.values.get(name, {}).get(text.strip(), text)

    def _kept(self, given: Mapping[str, Any], used: frozenset[str]) -> dict[str, Any]:
        return {
            key: value
            for key, value in given.items()
            if key not in used and key not in self.dropped and key != "raw"
            if not (key in self.geometries and _is_object(value))
        }


@cache
def reshaping(name: str) -> Reshaping:
    """Return the reshaping of ``{name}.toml``; raises `AtlasError` (``bad-mapping``)."""
    data = read_toml(f"{name}.toml")
    fields = {target: _paths(texts) for target, texts in data["fields"].items()}
    objects = {
        target: (_path(table["each"]), {k: _paths(v) for k, v in table.items() if k != "each"})
        for target, table in data.get("objects", {}).items()
    }
    parts = {
        target: {name: _paths(texts) for name, texts in table.items()}
        for target, table in data.get("parts", {}).items()
    }
    named = [*fields.values(), *(paths for table in parts.values() for paths in table.values())]
    used = {path[0] for paths in named for path in paths}
    used |= {each[0] for each, _ in objects.values()}
    return Reshaping(
        fields=fields,
        objects=objects,
        parts=parts,
        utc=tuple(data.get("utc", ())),
        pairs=tuple(data.get("pairs", ())),
        dropped=frozenset(data.get("dropped", ())),
        geometries=frozenset(data.get("geometries", ())),
        prefixes=data.get("prefixes", {}),
        values=data.get("values", {}),
        used=frozenset(one.removesuffix("[]") for one in used),
    )


def value_at(value: Any, path: tuple[str, ...]) -> Any:
    """Return what stands at a path; None where there is nothing."""
    for number, step in enumerate(path):
        if not isinstance(value, dict):
            return None
        if step.endswith("[]"):
            rest = path[number + 1 :]
            found = [value_at(one, rest) for one in _listed(value.get(step[:-2]))]
            return [one for one in found if not _is_empty(one)] or None
        value = value.get(step)
    return None if _is_empty(value) else value


def first_at(value: Any, paths: tuple[tuple[str, ...], ...]) -> Any:
    """Return what stands at the first of several paths that has a value."""
    return next((found for path in paths if (found := value_at(value, path)) is not None), None)


def _zoned(time: Any) -> Any:
    """Return a time in UTC with its zone; everything else as it is."""
    return f"{time}Z" if isinstance(time, str) and _ZONELESS.fullmatch(time) else time


def _described(given: Any, parts: _Parts) -> dict[str, Any]:
    found = {name: first_at(given, paths) for name, paths in parts.items()}
    return {name: value for name, value in found.items() if value is not None}


def _paired(value: Any) -> Any:
    """Return ``[{"key": k, "value": v}]`` as ``{k: v}``; of a repeated key all values."""
    if not isinstance(value, list):
        return value
    result: dict[str, Any] = {}
    for one in value:
        if isinstance(one, dict):
            key = next((one[k] for k in _PAIR_KEYS if isinstance(one.get(k), str)), None)
            if key is not None:
                said = one.get("value")
                result[key] = [*_listed(result[key]), said] if key in result else said
    return result


def _paths(texts: list[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(map(_path, texts))


def _path(text: str) -> tuple[str, ...]:
    return tuple(text.split("."))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, str) and value.lstrip()[:1] == "{")
