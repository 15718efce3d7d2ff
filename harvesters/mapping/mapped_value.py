"""What one value of a label becomes: N-Triples lines with a placeholder for the record's IRI."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from harvesters.privacy.personal_data import clean_text
from ontology.errors import ErrorKind
from ontology.ntriples import escape
from ontology.terms import RDF, SHD, XSD
from ontology.unmapped_values import UNMAPPED

D: Final = "\x00"
"""Placeholder for the record's IRI. Canonical lines hold no unescaped control characters."""

URL: Final = "\x01"
"""Placeholder for the record's landing page in the lines of a distribution."""

TYPE: Final = f"<{RDF.type}>"


class MappedValue(NamedTuple):
    """Lines joined by line feeds, removals by the privacy rule, and warnings."""

    text: str = ""
    removed: tuple[str, ...] = ()
    problems: tuple[tuple[ErrorKind, dict[str, Any]], ...] = ()
    clean: bool = False
    """Whether the privacy rule was applied to the whole text already."""


EMPTY: Final = MappedValue()


def text_term(text: str) -> str:
    """Return a Chinese literal."""
    return f'"{escape(text)}"@zh'


def plain_term(text: str) -> str:
    """Return a plain literal."""
    return f'"{escape(text)}"'


def typed_term(lexical: str, datatype: str) -> str:
    """Return a literal of an XML Schema datatype given by its local name."""
    return f'"{escape(lexical)}"^^<{XSD}{datatype}>'


def line(predicate: str, term: str) -> str:
    """Return a line about the dataset."""
    return f"<{D}> <{predicate}> {term} ."


def unmapped_value(predicate: str, text: str) -> MappedValue:
    """Return the line that keeps a text which is no valid value of ``predicate``."""
    keeps = UNMAPPED[predicate]
    cleaned = clean_text(text)
    removed = tuple(f"shd:{keeps.removeprefix(SHD)}: {kind}" for kind in cleaned.kinds)
    return MappedValue(line(keeps, text_term(cleaned.text)) if cleaned.text else "", removed)


def node_lines(link: str, fragment: str, *pairs: tuple[str, str]) -> str:
    """Return the lines that link the dataset to the node ``{record}#fragment`` and describe it."""
    node = f"<{D}#{fragment}>"
    return "\n".join(
        [line(link, node), *(f"{node} <{predicate}> {term} ." for predicate, term in pairs)]
    )
