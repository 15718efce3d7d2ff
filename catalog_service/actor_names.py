"""Whom pages name beside what was done: people by name, tokens and commands as they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from catalog_service.context import Service
from ontology.errors import AtlasError

_PERSON: Final = "person:"
_TOKEN: Final = "token:"  # noqa: S105 - how actors begin


def names_of(atlas: Service, actors: Iterable[str]) -> Mapping[str, str]:
    """Return what actors are called."""
    return {actor: _name(atlas, actor) for actor in set(actors)}


def _name(atlas: Service, actor: str) -> str:
    try:
        if actor.startswith(_PERSON):
            return atlas.accounts.people.get(actor.removeprefix(_PERSON)).name
        if actor.startswith(_TOKEN):
            return atlas.tokens.get(actor.removeprefix(_TOKEN)).name
    except AtlasError:
        # Whose account or token is not known any more.
        return actor
    return actor
