"""Answers to requests that are like one before (`catalog_service.http.repeated_requests`)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from starlette.requests import Request
from starlette.types import Scope

FOUND: Final = "atlas.found"
"""In a request's state: the `Found` outcome of it, which its route is to tell."""

Fields = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Made:
    """An answer that was made for a request like one before."""

    fields: Fields
    body: bytes
    milliseconds: float = 0.0
    """Of the work for it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a thread found that only the route can tell: it is put into the request's state."""

    outcome: Exception


class Circumstances(Protocol):
    """What repeated answers depend on, and who is told of them."""

    parameter: bytes
    """Of which another value may be answered by `made` or `work`."""

    def is_template(self, scope: Scope, head: Mapping[bytes, bytes]) -> bool:
        """Tell whether requests like this one may be answered by `made` and `work`, with the same
        fields."""
        ...

    def made(self, request: Request, value: str) -> Made | None:
        """Return the answer to a request that has another value; None: a route is to answer."""
        ...

    def work(self, request: Request, value: str) -> Callable[[], Made | Found] | None:
        """Return what answers, in a thread, a request that has another value.

        It checks whatever the route does. None: a route is to answer.
        """
        ...

    def state(self) -> Hashable | None:
        """Return what names the state that is published; None: answers are not to be repeated."""
        ...

    def fields(self, request: Request, milliseconds: float = 0.0) -> Fields:
        """Return the fields that say what whoever asks has left, and what the answer took."""
        ...

    def note(self, route: str, seconds: float) -> None:
        """Count an answer of a route."""
        ...
