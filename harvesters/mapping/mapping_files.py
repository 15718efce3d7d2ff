"""The mapping files (TOML): which label means which target, and what a target becomes."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, cast

from harvesters.errors import BAD_MAPPING
from ontology.errors import AtlasError
from ontology.terms import PREFIXES
from ontology.vocabulary import Scheme

FOLDER = files("harvesters.mapping")

CODE = ("harvesters", "ontology")
"""Packages whose code and tables decide the result of a mapping."""
_DECIDING = (".py", ".toml", ".txt")
_NOT_DECIDING = "simulator"
"""It stands for platforms, and maps nothing."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target of ``profile.toml``: the property it fills and the kind of its value."""

    name: str
    kind: str
    property: str = ""
    many: bool = False
    every: bool = False
    """Whether all labels are read, instead of the first with a value."""
    html: bool = False
    schemes: tuple[tuple[Scheme, str], ...] = ()
    rank: int = 0


@dataclass(frozen=True, slots=True)
class LabelMapping:
    """Labels of one kind of input, in order of preference for each target."""

    name: str
    labels: Mapping[str, tuple[str, ...]]
    identity: tuple[str, ...]
    either: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    options: Mapping[str, Any] = field(default_factory=dict)


def expand(name: str) -> str:
    """Return the IRI of a prefixed name such as ``dct:title``."""
    prefix, _, local = name.partition(":")
    return f"{PREFIXES[prefix]}{local}"


def read_toml(name: str) -> dict[str, Any]:
    """Read one mapping file of this folder; raises `AtlasError` (``bad-mapping``)."""
    try:
        return tomllib.loads((FOLDER / name).read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise AtlasError(BAD_MAPPING, name=name, reason=str(problem)) from problem


@cache
def targets() -> Mapping[str, Target]:
    """Return the targets of ``profile.toml`` by name, in its order."""
    result = {}
    for rank, (name, entry) in enumerate(read_toml("profile.toml").items()):
        schemes = tuple(
            (cast(Scheme, scheme), expand(prop))
            for scheme, prop in entry.get("schemes", {}).items()
        )
        result[name] = Target(
            name=name,
            kind=entry["kind"],
            property=expand(entry["property"]) if "property" in entry else "",
            many=entry.get("many", False),
            every=entry.get("every", False),
            html=entry.get("html", False),
            schemes=schemes,
            rank=rank,
        )
    return result


@cache
def label_mapping(name: str) -> LabelMapping:
    """Return the mapping of ``{name}.toml``; raises `AtlasError` (``bad-mapping``)."""
    data = read_toml(f"{name}.toml")
    known = targets()
    either = {label: tuple(names) for label, names in data.get("either", {}).items()}
    for target in (*data["labels"], *(t for names in either.values() for t in names)):
        if target not in known:
            raise AtlasError(BAD_MAPPING, name=name, reason=f"no target {target}")
    return LabelMapping(
        name=name,
        labels={target: tuple(labels) for target, labels in data["labels"].items()},
        identity=tuple(data.get("identity", {}).get("labels", ())),
        either=either,
        ignored=frozenset(data.get("ignored", {}).get("labels", ())),
        options={k: v for k, v in data.items() if k not in {"labels", "either", "ignored"}},
    )


def code_digest(*folders: Traversable) -> bytes:
    """Return a digest of the source files and tables in some folders and below."""
    digest = hashlib.sha256()
    for folder in folders:
        for entry in sorted(folder.iterdir(), key=lambda e: e.name):
            if entry.name == _NOT_DECIDING:
                continue
            if entry.name.endswith(_DECIDING):
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes() + b"\0")
            elif entry.is_dir() and entry.joinpath("__init__.py").is_file():
                digest.update(entry.name.encode() + b"\0" + code_digest(entry))
    return digest.digest()


@cache
def mappings_digest() -> bytes:
    """Return a digest of all mapping files and of the code that reads them.

    It covers the code itself, not a version number that somebody must raise: after any change
    records are mapped again, so that none stays as older code mapped it.
    """
    return code_digest(*map(files, CODE))


def mapping_digest(*parts: str) -> bytes:
    """Return a digest of the mappings and ``parts`` (vocabulary digest, base IRI, source …)."""
    return hashlib.sha256(mappings_digest() + "\0".join(parts).encode()).digest()
