"""Writing RDF/XML that every XML parser reads, and counting what cannot be written in it.

RDF/XML (W3C *RDF 1.1 XML Syntax*) writes a predicate as the name of an element, and a text as
characters of XML 1.0. Neither holds everything that RDF does: `http://e.example/123` has no end
that is a name, some names of RDF itself mean something else as elements (section 6.2.8), and
U+0000 is no character of XML. A statement with one of these is left out, and a comment at the head
of the document says how many there are. Names keep to XML 1.0 before its fifth edition, because
expat, and with it Python's and rdflib's parsers, knows no other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from ontology.terms import RDF, XSD
from translations import LANGUAGES, translator

NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML 1.0 (production 2)."""

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0391-\u03a1\u03a3-\u03ce\u0410-\u044f"
    "\u3007\u3021-\u3029\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3"
)
_PART: Final = f"{_START}0-9.\u00b7\u30fc-"
_NAME: Final = re.compile(f"[{_START}][{_PART}]*")
_PARTS: Final = re.compile(f"[{_PART}]*")
_FIRST: Final = re.compile(f"[{_START}]")

_RESERVED: Final = frozenset(
    RDF.term(name)
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description"),
        *("li", "aboutEach", "aboutEachPrefix", "bagID"),
    )
)
"""IRIs that cannot be written as an element for a predicate; ``rdf:li`` means ``rdf:_1``."""
_XMLNS: Final = "http://www.w3.org/2000/xmlns/"
_BREAKS: Final = {"\r": "&#xD;"}
"""A parser turns ends of lines into line feeds, but for those that are written as a number."""


def writable(triple: ox.Triple) -> bool:
    """Tell whether RDF/XML can hold a statement."""
    value = triple.object
    if isinstance(value, ox.Triple):
        return False
    if isinstance(value, ox.Literal) and (
        NOT_XML.search(value.value) is not None or value.direction is not None
    ):
        return False
    return split(triple.predicate.value) is not None


@lru_cache(maxsize=4_096)
def split(iri: str) -> tuple[str, str] | None:
    """Cut a predicate into namespace and name; None for one that no element can stand for."""
    # From the end: a search for a name that reaches it begins anew at each letter.
    after = _PARTS.match(iri[::-1])
    begins = len(iri) - (after.end() if after is not None else 0)
    first = None if iri in _RESERVED else _FIRST.search(iri, begins)
    if first is not None and iri[: first.start()] == _XMLNS:
        # No prefix may be bound to it (Namespaces in XML 1.0, section 3).
        first = _FIRST.search(iri, first.start() + 1)
    # An IRI that is all name leaves no namespace, which cannot be declared.
    if first is None or first.start() == 0:
        return None
    return iri[: first.start()], iri[first.start() :]


def document(triples: Collection[ox.Triple], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Yield a document of the statements that RDF/XML can hold, in their order, piece by piece.

    What is left out is counted by a comment at its head; `left_out` counts it too.
    """
    names = {namespace: name for name, namespace in prefixes.items()} | {str(RDF): "rdf"}
    declared = "".join(f" xmlns:{name}={quoteattr(ns)}" for ns, name in sorted(names.items()))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    missing = left_out(triples)
    if missing:
        yield f"<!-- {_told(missing)} -->\n"
    yield f"<rdf:RDF{declared}>\n"
    blanks = _Blanks()
    subject = None
    for triple in triples:
        if not writable(triple):
            continue
        if triple.subject != subject:
            if subject is not None:
                yield "\t</rdf:Description>\n"
            subject = triple.subject
            yield f"\t<rdf:Description {blanks.attribute('about', subject)}>\n"
        yield f"\t\t{_element(triple, names, blanks)}\n"
    if subject is not None:
        yield "\t</rdf:Description>\n"
    yield "</rdf:RDF>\n"


def left_out(triples: Collection[ox.Triple]) -> int:
    """Count the statements that RDF/XML cannot hold."""
    return sum(not writable(triple) for triple in triples)


def _told(missing: int) -> str:
    return " ".join(
        translator(lang).ngettext(
            "{count} statement is left out: RDF/XML cannot write its predicate or characters. The "
            "other forms have it.",
            "{count} statements are left out: RDF/XML cannot write their predicates or "
            "characters. The other forms have them.",
            missing,
        )
        for lang in LANGUAGES
    )


class _Blanks:
    """Names blank nodes anew: their own labels need not be names of XML."""

    def __init__(self) -> None:
        self._names: dict[ox.BlankNode, str] = {}
        self._numbers = count(1)

    def attribute(self, name: str, node: object) -> str:
        if isinstance(node, ox.BlankNode):
            label = self._names.get(node)
            if label is None:
                label = self._names[node] = f"b{next(self._numbers)}"
            return f'rdf:nodeID="{label}"'
        if not isinstance(node, ox.NamedNode):
            raise TypeError(node)
        return f"rdf:{name}={quoteattr(node.value)}"


def _element(triple: ox.Triple, names: Mapping[str, str], blanks: _Blanks) -> str:
    tag, namespace = _tag(triple.predicate.value, names)
    value = triple.object
    if not isinstance(value, ox.Literal):
        return f"<{tag}{namespace} {blanks.attribute('resource', value)}/>"
    kind = ""
    if value.language is not None:
        kind = f" xml:lang={quoteattr(value.language)}"
    elif value.datatype.value != XSD.string:
        kind = f" rdf:datatype={quoteattr(value.datatype.value)}"
    return f"<{tag}{namespace}{kind}>{escape(value.value, _BREAKS)}</{tag}>"


def _tag(predicate: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return an element's name and, where no prefix is offered, the declaration that it needs."""
    found = split(predicate)
    if found is None:
        raise ValueError(predicate)
    namespace, name = found
    prefix = names.get(namespace)
    if prefix is None:
        for known, short in names.items():
            # A namespace may end in the middle of what could be a name.
            rest = predicate.removeprefix(known)
            if predicate.startswith(known) and _NAME.fullmatch(rest):
                return f"{short}:{rest}", ""
        return name, f" xmlns={quoteattr(namespace)}"
    return f"{prefix}:{name}", ""
