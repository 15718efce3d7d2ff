"""What a tool is: what it takes, what it answers, and who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.sparql.model import Client
from catalog_service.sparql.service import Outcome
from translations import Lang

DatasetName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=3_000,
        description="A dataset's IRI, the address of its page, or `source/identifier`.",
    ),
]


class Arguments(BaseModel):
    """What every tool takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Lang = Field("zh", description="Language of names and messages: zh or en.")


class Answer(Shown):
    """The base of what tools answer.

    Whatever publishers wrote stands under a key `record`, nothing else does: so that whoever reads
    an answer can tell quoted texts from what the catalogue says itself.
    """


def _forget(_text: str, _outcome: Outcome) -> None:
    """Note nothing: nobody asks a server over standard input for its queries."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, of which catalogue: the budget of work goes by ``client``."""

    atlas: Service
    client: Client
    note: Callable[[str, Outcome], None] = _forget
    """Told of each query, by its text, what became of it."""


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Tool(Generic[A]):
    """One tool; ``title`` and ``description`` are marked for translation."""

    name: str
    title: str
    description: str
    arguments: type[A]
    answer: Callable[[Asker, A], Answer]
    queries: bool = False
    """Whether it takes a place among the SPARQL queries, and not among the short answers."""
