"""The catalogue as a table, a dataset a line, for spreadsheets and data frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

import pyoxigraph as ox

from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.dumps.parts import NOTE, Part
from catalog_service.graph.store import RECORD_HASH
from catalog_service.links import page_path
from ontology.ntriples import triples_of
from ontology.record import PATH, Record
from ontology.terms import DCAT, DCT, FOAF
from search.index.concepts import ConceptIndex
from search.index.from_record import document_of
from search.index.model import SearchDocument

COLUMNS: Final = (
    *("iri", "source", "remote_id", "title", "title_en", "description"),
    *("publishers", "publishers_en", "publisher_iris", "themes", "themes_en", "theme_iris"),
    *("keywords", "fields", "places", "places_en", "place_iris"),
    *("open_type", "frequency", "formats", "issued", "modified", "url", "hash"),
)
_THINGS: Final = {
    "publisher": (DCT.publisher,),
    "theme": (DCAT.theme, DCT.subject),
    "place": (DCT.spatial,),
}
"""What has columns for the names in both languages and for the IRIs, which stand in one order."""
_FACETS: Final = {"open_type": "open_type", "frequency": "frequency", "formats": "format"}
"""Columns of notations, and the facets that they come from."""
_BETWEEN: Final = "; "


class Table:
    """Makes the lines of the table."""

    def __init__(self, concepts: ConceptIndex, base_iri: str, public_url: str) -> None:
        self._concepts = concepts
        self._base = base_iri
        self._url = public_url

    @staticmethod
    def head() -> str:
        """Return the line with the names of the columns."""
        return BYTE_ORDER_MARK + csv_line(COLUMNS)

    def row(self, part: Part) -> str:
        """Return the line of a record."""
        source, _, quoted = part.name.removeprefix(f"{self._base}{PATH}").partition("/")
        focus = _noted(part, FOAF.primaryTopic) or part.name
        record = Record(part.name, source, unquote(quoted), focus, part.own_triples())
        said = document_of(record, self._concepts)
        values = {
            "iri": record.focus,
            "source": source,
            "remote_id": record.remote_id,
            "title": said.title,
            "title_en": said.title_en,
            "description": said.description,
            "issued": said.issued or "",
            "modified": said.modified or "",
            "url": self._url + page_path(self._base, part.name),
            "hash": _noted(part, RECORD_HASH) or "",
        }
        for name, properties in _THINGS.items():
            iris = _iris(record, properties)
            named = [self._names(one, said) for one in iris]
            values[f"{name}_iris"] = _BETWEEN.join(iris)
            values[f"{name}s"] = _BETWEEN.join(zh for zh, _ in named)
            values[f"{name}s_en"] = _BETWEEN.join(en for _, en in named)
        # A publisher without an IRI has a name alone.
        values["publishers"] = values["publishers"] or _BETWEEN.join(said.publishers)
        for name in ("keywords", "fields"):
            values[name] = _BETWEEN.join(getattr(said, name))
        for name, facet in _FACETS.items():
            values[name] = _BETWEEN.join(self._notation(v) for v in said.facets.get(facet, ()))
        return csv_line(values[name] for name in COLUMNS)

    def _names(self, iri: str, said: SearchDocument) -> tuple[str, str]:
        """Return what a thing is called in Chinese and in English; its IRI for want of a name."""
        concept = self._concepts.concept(iri)
        if concept is not None:
            return concept.zh or concept.en, concept.en or concept.zh
        known = said.facets.get("publisher", ())
        if iri in known and len(known) == len(said.publishers):
            name = said.publishers[known.index(iri)]
            return name, name
        return iri, iri

    def _notation(self, value: str) -> str:
        concept = self._concepts.concept(value)
        return value if concept is None else concept.notation


def _iris(record: Record, properties: Sequence[str]) -> list[str]:
    """Return the things to which a dataset has properties, each once."""
    starts = tuple(f"<{record.focus}> <{one}> <" for one in properties)
    found = (line for line in record.lines if line.startswith(starts))
    return list(dict.fromkeys(line[line.rindex(" <") + 2 : -3] for line in found))


def _noted(part: Part, predicate: str) -> str | None:
    """Return what the graph about the records says of one: an IRI, or a text."""
    start = f"<{part.name}> <{predicate}> "
    for line in part.lines:
        if line.startswith(start) and line.endswith(NOTE):
            (triple,) = triples_of(f"{line.removesuffix(NOTE)} .\n")
            if isinstance(triple.object, ox.NamedNode | ox.Literal):
                return triple.object.value
    return None
