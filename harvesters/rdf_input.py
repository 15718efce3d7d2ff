"""Triples from RDF files of any form, mended where an IRI is broken, every fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final, cast
from urllib.parse import quote

import pyoxigraph as ox

from harvesters.errors import (
    BAD_CONTEXT,
    BAD_RDF,
    CONTROL_CHARACTERS,
    GRAPH_TOO_LARGE,
    MENDED_IRI,
    NESTED_TOO_DEEP,
    TOKEN_TOO_LONG,
    TRIPLE_TERM,
)
from harvesters.files import Input, Unpacked, read_all, read_lines
from harvesters.json_ld import prepared_json_ld
from harvesters.limits import Limits
from harvesters.nesting import TurtleDepth, refuse_deep_xml
from harvesters.privacy.texts import masked
from harvesters.relative_iris import RELATIVE, is_relative
from harvesters.sniffing import ending
from harvesters.values import CONTROL
from harvesters.xml_guard import refuse_dtd
from ontology.errors import ILLEGAL_IRI, ILLEGAL_LANGUAGE, AtlasError, Place

_FORMATS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "n3": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "rdf": ox.RdfFormat.RDF_XML,
    "owl": ox.RdfFormat.RDF_XML,
    "xml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "json": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
}
_LINE_BASED: Final = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
_WHOLE: Final = (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)
_BLOCK: Final = 512
MAX_FAULTS: Final = 1_000
"""Faults reported for one file; a file with more is given up."""

_ILLEGAL = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

Node = ox.NamedNode | ox.BlankNode


@dataclass(slots=True)
class Graph:
    """Triples by subject, in the order of the file, and what was wrong with some of them."""

    out: dict[Node, list[ox.Triple]] = field(default_factory=dict)
    warnings: dict[object, list[AtlasError]] = field(default_factory=dict)
    """By subject: IRIs that were mended or left out."""
    faults: list[AtlasError] = field(default_factory=list)
    """Places that could not be read at all."""
    size: int = 0
    relative: bool = False
    """True where relative IRIs stand in it (`harvesters.relative_iris`)."""


def rdf_format(source: Input, head: bytes) -> ox.RdfFormat:
    """Tell the form of an RDF file by its ending, else by its first bytes."""
    known = _FORMATS.get(ending(source.name))
    if known is not None:
        return known
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] in (b"{", b"["):
        return ox.RdfFormat.JSON_LD
    if text.startswith((b"<?xml", b"<rdf:", b"<!--", b"<!DOCTYPE")):
        return ox.RdfFormat.RDF_XML
    return ox.RdfFormat.TURTLE


def read_graph(source: Input, limits: Limits, base: str = RELATIVE) -> Graph:
    """Read a file's triples; names of graphs are dropped.

    ``base`` is the document's own address where one is known.

    Memory is bounded by ``limits.triples``, ``limits.line`` and ``limits.document``. Raises
    `AtlasError` where the file as a whole is unusable: ``xml-bomb``, ``remote-context``,
    ``bad-context``, ``graph-too-large``, ``truncated-gzip`` …
    """
    with Unpacked(source, limits) as stream:
        form = rdf_format(source, stream.read(4096))
    graph = Graph()
    reading = _Reading(source, limits, graph)
    if form in _LINE_BASED:
        reading.lines(form)
    elif form in _WHOLE:
        reading.document(form, base)
    else:
        reading.stream(form, base)
    reading.place_illegal()
    return graph


class _Reading:
    def __init__(self, source: Input, limits: Limits, graph: Graph) -> None:
        self._source = source
        self._limits = limits
        self._graph = graph
        self._good: set[str] = set()
        self._bad: dict[str, list[object]] = {}
        self._good_tags: set[str] = set()
        self._bad_tags: dict[str, list[object]] = {}

    def lines(self, form: ox.RdfFormat) -> None:
        """Read N-Triples or N-Quads block by block; a block with a fault line by line."""
        block: list[tuple[int, bytes]] = []
        for number, content in read_lines(self._source, self._limits):
            if isinstance(content, AtlasError):
                self._fault(content)
                continue
            block.append((number, content))
            if len(block) >= _BLOCK:
                self._block(block, form)
                block = []
        self._block(block, form)

    def _block(self, block: list[tuple[int, bytes]], form: ox.RdfFormat) -> None:
        try:
            quads = list(ox.parse(b"\n".join(c for _, c in block), format=form, lenient=True))
        except (SyntaxError, ValueError, MemoryError):
            for number, content in block:
                try:
                    quads = list(ox.parse(content, format=form, lenient=True))
                except MemoryError:
                    place = Place(self._source.name, number)
                    self._fault(AtlasError(TOKEN_TOO_LONG, place=place))
                    continue
                except (SyntaxError, ValueError) as problem:
                    self._fault(self._bad_rdf(form, problem, number))
                    continue
                for quad in quads:
                    self._add(quad)
            return
        for quad in quads:
            self._add(quad)

    def stream(self, form: ox.RdfFormat, base: str) -> None:
        """Read Turtle or TriG; the parser finds its feet again after a fault."""
        depth = TurtleDepth(self._source.name)
        with Unpacked(self._source, self._limits) as stream:
            try:
                while data := stream.read():
                    depth.feed(data)
            except AtlasError as error:
                if error.kind is NESTED_TOO_DEEP:
                    raise
        with Unpacked(self._source, self._limits) as stream:
            quads = ox.parse(
                cast(IO[bytes], stream),  # it reads bytes, which is all the parser asks for
                format=form,
                base_iri=base,
                lenient=True,
            )
            self._drain(quads, form)

    def document(self, form: ox.RdfFormat, base: str) -> None:
        """Read RDF/XML or JSON-LD, which need the whole document looked at first."""
        content = read_all(self._source, self._limits)
        if form == ox.RdfFormat.RDF_XML:
            refuse_dtd(content, self._source.name)
            refuse_deep_xml(content, self._source.name)
        else:
            content = prepared_json_ld(content, self._source.name)
        quads = ox.parse(content, format=form, base_iri=base, lenient=True)
        self._drain(quads, form)

    def _drain(self, quads: Iterator[ox.Quad], form: ox.RdfFormat) -> None:
        while True:
            try:
                quad = next(quads)
            except StopIteration:
                return
            except MemoryError:
                # The parser's buffer holds one token at most; it does not recover from a longer.
                self._fault(AtlasError(TOKEN_TOO_LONG, place=Place(self._source.name)))
                return
            except (SyntaxError, ValueError) as problem:
                self._fault(self._bad_rdf(form, problem, None))
                if form in _WHOLE:
                    return
            else:
                self._add(quad)

    def _bad_rdf(self, form: ox.RdfFormat, problem: Exception, line: int | None) -> AtlasError:
        reason = masked(str(problem))
        if line is None:
            line = getattr(problem, "lineno", None)
        place = Place(self._source.name, line)
        if form == ox.RdfFormat.JSON_LD and re.search(r"context|cyclic|IRI mapping", reason, re.I):
            return AtlasError(BAD_CONTEXT, place=place, reason=reason)
        return AtlasError(BAD_RDF, place=place, format=form.name, reason=reason)

    def _fault(self, error: AtlasError) -> None:
        self._graph.faults.append(error)
        if len(self._graph.faults) > MAX_FAULTS:
            raise error

    def _add(self, quad: ox.Quad) -> None:
        subject, predicate, obj = quad.subject, quad.predicate, quad.object
        if not isinstance(subject, (ox.NamedNode, ox.BlankNode)) or isinstance(obj, ox.Triple):
            if isinstance(subject, (ox.NamedNode, ox.BlankNode)):
                error = AtlasError(TRIPLE_TERM, place=Place(self._source.name))
                self._graph.warnings.setdefault(subject, []).append(error)
            return
        triple: ox.Triple | None = quad.triple
        if isinstance(obj, ox.Literal) and CONTROL.search(obj.value) is not None:
            obj = self._without_control(obj, subject)
            if self._legal(subject) and self._legal(predicate) and self._legal(obj):
                triple = ox.Triple(subject, predicate, obj)
        if not (self._legal(subject) and self._legal(predicate) and self._legal(obj)):
            triple = self._mended(subject, predicate, obj)
        self._graph.size += 1
        if self._graph.size > self._limits.triples:
            raise AtlasError(
                GRAPH_TOO_LARGE, place=Place(self._source.name), limit=self._limits.triples
            )
        if triple is not None:
            owner = cast(Node, triple.subject)
            self._graph.out.setdefault(owner, []).append(triple)

    def _without_control(self, literal: ox.Literal, subject: object) -> ox.Literal:
        error = AtlasError(CONTROL_CHARACTERS, place=Place(self._source.name))
        self._graph.warnings.setdefault(subject, []).append(error)
        text = CONTROL.sub("", literal.value)
        if not self._legal(literal):
            return ox.Literal(text)
        if literal.language is not None:
            return ox.Literal(text, language=literal.language)
        return ox.Literal(text, datatype=literal.datatype)

    def _legal(self, term: object) -> bool:
        if isinstance(term, ox.Literal):
            tag = term.language
            return self._legal(term.datatype) if tag is None else self._legal_tag(tag)
        if not isinstance(term, ox.NamedNode) or term.value in self._good:
            return True
        if _fault_of(term.value) is not None:
            return False
        self._good.add(term.value)
        self._graph.relative = self._graph.relative or is_relative(term)
        return True

    def _legal_tag(self, tag: str) -> bool:
        if tag in self._good_tags:
            return True
        try:
            ox.Literal("", language=tag)
        except ValueError:
            return False
        self._good_tags.add(tag)
        return True

    def _mended(
        self, subject: Node, predicate: ox.NamedNode, obj: Node | ox.Literal
    ) -> ox.Triple | None:
        new_subject = subject
        if isinstance(subject, ox.NamedNode) and not self._legal(subject):
            mended = self._mend(subject, subject)
            if mended is None:
                return None
            new_subject = mended
        new_predicate: ox.NamedNode | None = predicate
        if not self._legal(predicate):
            new_predicate = self._mend(predicate, new_subject)
        new_object: Node | ox.Literal | None = obj
        if isinstance(obj, ox.NamedNode) and not self._legal(obj):
            new_object = self._mend(obj, new_subject)
        elif isinstance(obj, ox.Literal) and not self._legal(obj):
            new_object = self._mend_literal(obj, new_subject)
        if new_predicate is None or new_object is None:
            return None
        return ox.Triple(new_subject, new_predicate, new_object)

    def _mend(self, term: ox.NamedNode, subject: object) -> ox.NamedNode | None:
        """Return the IRI without outer blanks, other illegal characters percent-encoded."""
        value = term.value
        mended = _encoded(value)
        if _fault_of_mended(value, mended) is not None:
            self._bad.setdefault(value, []).append(subject)
            return None
        self._bad.setdefault(value, []).append(ox.NamedNode(mended) if subject == term else subject)
        return ox.NamedNode(mended)

    def _mend_literal(self, literal: ox.Literal, subject: object) -> ox.Literal | None:
        """Return a literal with its datatype mended; None for a tag that means no language."""
        if literal.language is not None:
            self._bad_tags.setdefault(literal.language, []).append(subject)
            return None
        datatype = self._mend(literal.datatype, subject)
        return None if datatype is None else ox.Literal(literal.value, datatype=datatype)

    def place_illegal(self) -> None:
        """Find the lines of illegal IRIs and tags; warn of them where their subject is described.

        Where nothing is left of the subject, what was wrong is a fault of the file.
        """
        if not (self._bad or self._bad_tags):
            return
        needles = {value: f"<{value}>" for value in self._bad}
        needles |= {f"@{tag}": f'"@{tag}' for tag in self._bad_tags}
        lines = self._lines_of(dict(list(needles.items())[:MAX_FAULTS]))
        for tag, subjects in self._bad_tags.items():
            place = Place(self._source.name, lines.get(f"@{tag}"))
            self._warn(AtlasError(ILLEGAL_LANGUAGE, place=place, value=tag), subjects)
        for value, subjects in self._bad.items():
            place = Place(self._source.name, lines.get(value))
            mended = _encoded(value)
            reason = _fault_of_mended(value, mended)
            error = (
                AtlasError(MENDED_IRI, place=place, value=masked(value), mended=masked(mended))
                if reason is None
                else AtlasError(
                    ILLEGAL_IRI, place=place, value=masked(value), reason=masked(reason)
                )
            )
            self._warn(error, subjects)

    def _warn(self, error: AtlasError, subjects: list[object]) -> None:
        for subject in dict.fromkeys(subjects):
            if subject in self._graph.out:
                self._graph.warnings.setdefault(subject, []).append(error)
            elif len(self._graph.faults) < MAX_FAULTS:
                self._graph.faults.append(error)

    def _lines_of(self, needles: dict[str, str]) -> dict[str, int]:
        found = self._search({value: needle.encode() for value, needle in needles.items()})
        missing = {
            value: value.removeprefix("@").encode() for value in needles if value not in found
        }
        return found | self._search(missing) if missing else found

    def _search(self, wanted: dict[str, bytes]) -> dict[str, int]:
        found: dict[str, int] = {}
        for number, content in read_lines(self._source, self._limits):
            if isinstance(content, AtlasError):
                continue
            for value in [v for v, needle in wanted.items() if needle in content]:
                found[value] = number
                del wanted[value]
            if not wanted:
                break
        return found


def _fault_of(value: str) -> str | None:
    """Say what is wrong with an IRI; None for one that every later step will take."""
    if _ILLEGAL.search(value) is not None:
        return "illegal characters"
    if _SCHEME.match(value) is None:
        return "no scheme"
    try:
        ox.NamedNode(value)
    except ValueError as problem:
        return str(problem)
    return None


def _fault_of_mended(value: str, mended: str) -> str | None:
    if masked(value) != value:
        # Free text with somebody's number in it, which mending would make public.
        return "illegal characters beside a personal contact"
    return _fault_of(mended)


def _encoded(value: str) -> str:
    return _ILLEGAL.sub(lambda m: quote(m.group(), safe=""), value.strip())
