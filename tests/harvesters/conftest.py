"""Fixtures for the readers: the real vocabularies, and one way to read bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from harvesters.protocols import Incoming, MappedRecord, Unreadable
from harvesters.readers.formats import read_bytes
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary, load_vocabulary

BASE = "http://atlas.example"


@dataclass
class Result:
    """All that came out of one input."""

    incoming: list[Incoming] = field(default_factory=list)
    mapped: list[MappedRecord] = field(default_factory=list)
    errors: list[AtlasError] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [error.code for error in self.errors]

    @property
    def places(self) -> list[str]:
        return [str(error.place) for error in self.errors]

    @property
    def text(self) -> str:
        return "".join(m.record.nquads for m in self.mapped)

    def lines(self, needle: str, index: int = 0) -> list[str]:
        return [line for line in self.mapped[index].record.lines if needle in line]


def collect(reader: object) -> Result:
    """Run a reader to its end, mapping every item."""
    result = Result()
    for item in reader:  # type: ignore[attr-defined]
        if isinstance(item, Unreadable):
            result.errors.append(item.error)
            continue
        result.incoming.append(item)
        try:
            result.mapped.append(item.make())
        except AtlasError as error:
            result.errors.append(error)
    return result


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def read(vocabulary: Vocabulary) -> Callable[..., Result]:
    """Read text or bytes under a file name; further arguments go to `read_bytes`."""

    def run(content: str | bytes, name: str, **options: object) -> Result:
        data = content.encode() if isinstance(content, str) else content
        options.setdefault("source", "s")
        return collect(
            read_bytes(data, name=name, base_iri=BASE, vocabulary=vocabulary, **options)  # type: ignore[arg-type]
        )

    return run
