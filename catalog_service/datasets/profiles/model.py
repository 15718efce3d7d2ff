"""What a profile is: how a version of a dataset's description is written for one kind of reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from catalog_service.datasets.description import describe
from catalog_service.datasets.description_model import Description
from catalog_service.datasets.record_statements import Statements
from catalog_service.datasets.visibility import Version
from catalog_service.output_formats import JSON_LD, OutputFormat
from ontology.ntriples import triples_of
from ontology.vocabulary import Vocabulary
from translations import Lang

Document = dict[str, object]
"""JSON-LD as it is written, with a context of its own."""


@dataclass(frozen=True)
class Source:
    """A version that is to be written in a profile, and what is needed for it."""

    version: Version
    vocabulary: Vocabulary
    base: str
    """The address of this catalogue, without a slash at the end."""
    page: str
    """The address of the dataset's page."""
    record: str
    """The address below which its forms stand (``….ttl``)."""
    lang: Lang
    """The reader's language, for profiles that give each text once."""

    @cached_property
    def triples(self) -> list[ox.Triple]:
        """The version's own statements."""
        return list(triples_of(self.version.nquads))

    @cached_property
    def statements(self) -> Statements:
        """The same by subject and predicate."""
        return Statements.read(self.version.nquads, self.vocabulary)

    @cached_property
    def description(self) -> Description:
        """What the version says, read."""
        version = self.version
        return describe(
            version.nquads,
            iri=version.iri,
            focus=version.focus,
            source=version.source,
            remote_id=version.remote_id,
            concepts=self.vocabulary,
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile by its token (``dcat-ap``), its IRI, and other IRIs by which clients name it.

    One of ``graph`` and ``document`` writes a version; neither: the record as it is stored. They
    return None of a dataset that lacks what the profile is about.
    """

    token: str
    iri: str
    label: str
    aliases: tuple[str, ...] = ()
    graph: Callable[[Source], list[ox.Triple] | None] | None = None
    document: Callable[[Source], Document | None] | None = None

    def is_available(self, source: Source) -> bool:
        """Tell whether a version can be written in the profile."""
        made = self.graph or self.document
        return made is None or made(source) is not None

    def forms(self, offered: Sequence[OutputFormat]) -> tuple[OutputFormat, ...]:
        """Return those of the forms on offer in which the profile can be written."""
        return (JSON_LD,) if self.document is not None else tuple(offered)
