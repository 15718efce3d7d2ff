"""The record: one dataset's description as a set of triples in canonical form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

import pyoxigraph as ox

from ontology.errors import EMPTY_RECORD, ILLEGAL_IRI, AtlasError, Phrase
from ontology.ntriples import triples_of

SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""The form of a source's identifier, which is part of every IRI minted for its records."""

PATH = "/id/dataset/"
"""The path between the base and the source in the IRI of a record."""

CATALOG_PATH = "/catalog"
"""The path behind the base in the IRI of the catalogue itself."""


def mint_iri(base: str, source: str, remote_id: str) -> str:
    """Return ``{base}/id/dataset/{source}/{remote id}``, the record's identity for ever.

    The remote id is percent-encoded but for the unreserved characters of RFC 3986, so that any
    text a platform calls an identifier can stand in an IRI and in a path. Raises `AtlasError`
    (``illegal-iri``) for an empty one, for ``.`` and ``..`` (every client would take them for
    steps of a path, percent-encoded too) and for lone surrogates, which UTF-8 cannot write.
    """
    if remote_id in ("", ".", ".."):
        raise AtlasError(ILLEGAL_IRI, value=remote_id, reason="no identifier")
    try:
        return f"{base}{PATH}{source}/{quote(remote_id, safe='')}"
    except UnicodeEncodeError as error:
        shown = remote_id.encode("utf-8", "backslashreplace").decode()
        raise AtlasError(ILLEGAL_IRI, value=shown, reason=Phrase("lone surrogate")) from error


@dataclass(frozen=True)
class Record:
    """One record, immutable, its blank nodes skolemised.

    ``iri`` names the record and its named graph. ``focus`` is the IRI of the dataset that it
    describes: the same for records mapped here, the publisher's own for harvested DCAT.
    ``nquads`` is the RDFC-1.0 canonical form of its triples: sorted N-Triples lines, each ended
    by a line feed (the graph name is the record's IRI and is not repeated in the lines).
    """

    iri: str
    source: str
    remote_id: str
    focus: str
    nquads: str

    @classmethod
    def from_lines(
        cls,
        lines: Iterable[str],
        *,
        iri: str,
        source: str,
        remote_id: str,
        focus: str | None = None,
    ) -> Record:
        """Build a record from canonical N-Triples lines without blank nodes (`ontology.ntriples`).

        Order and repetition do not matter. Raises `AtlasError` (``empty-record``), and `ValueError`
        for an empty line, which is a mistake of the caller.
        """
        # Sorting strings sorts by code point, as RDFC-1.0 step 7 demands, of lines with their line
        # feeds. Without them the order is the same: nothing in a canonical line sorts before one.
        unique = sorted(set(lines))
        if not unique:
            raise AtlasError(EMPTY_RECORD, iri=iri)
        if not unique[0]:
            raise ValueError(f"an empty line in the record {iri}")
        unique.append("")
        return cls(iri, source, remote_id, focus or iri, "\n".join(unique))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical form, hexadecimal."""
        return hashlib.sha256(self.nquads.encode()).hexdigest()

    @property
    def lines(self) -> list[str]:
        """The canonical lines without line ends."""
        return self.nquads.split("\n")[:-1]

    def triples(self) -> Iterator[ox.Triple]:
        """Parse the canonical form; yields `pyoxigraph.Triple` in canonical order."""
        yield from triples_of(self.nquads)
