"""Triples from RDF files of any form, mended where an IRI is broken, every fault with its place.

What cannot be read is never left out of a record in silence: the graph says of which nodes
something may be lost (`Graph.broken`), and no record that holds one of them is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Final, cast

import pyoxigraph as ox

from harvesters.errors import (
    BAD_CONTEXT,
    BAD_RDF,
    BAD_XML,
    CONTROL_CHARACTERS,
    GRAPH_TOO_LARGE,
    MENDED_IRI,
    NESTED_TOO_DEEP,
    TRIPLE_TERM,
)
from harvesters.limits import Limits
from harvesters.mapping.value_parsing import as_text
from harvesters.mapping.web_addresses import ILLEGAL, fault_of
from harvesters.mapping.web_addresses import mended as mended_address
from harvesters.privacy.texts import masked
from harvesters.readers.files import Input, Unpacked, read_all, read_lines
from harvesters.readers.format_detection import ending
from harvesters.readers.nesting_depth import TurtleDepth
from harvesters.readers.rdf.fault_scope import (
    Broken,
    Node,
    Role,
    Sisters,
    doubts,
    first_term,
    subject_of,
)
from harvesters.readers.rdf.json_ld import json_ld_parts, prepared_json_ld
from harvesters.readers.rdf.rdf_xml import prepared_xml, xml_parts
from harvesters.readers.rdf.relative_iris import RELATIVE, is_relative
from harvesters.readers.rdf.turtle_recovery import TurtleRecovery
from harvesters.readers.rdf.turtle_statements import InseparableError
from harvesters.readers.streamed_lines import LineTooLongError
from ontology.errors import ILLEGAL_IRI, ILLEGAL_LANGUAGE, RECORD_TOO_LONG, AtlasError, FilePosition
from ontology.limits import MAX_RECORD
from ontology.terms import DCT, XSD
from ontology.texts import CONTROL

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

_DAMAGED: Final = "an IRI holds a character that none may hold"
_BRACKET = re.compile(r"[<>\"\r\n]")
"""What no IRI holds unless its closing bracket is lost."""
_IDENTIFIER: Final = ox.NamedNode(DCT.identifier)
_DOUBLE: Final = ox.NamedNode(XSD.term("double"))


@dataclass(slots=True)
class Graph:
    """Triples by subject, in the order of the file, and what was wrong with some of them."""

    out: dict[Node, list[ox.Triple]] = field(default_factory=dict)
    warnings: dict[object, list[AtlasError]] = field(default_factory=dict)
    """By subject: IRIs that were mended or left out."""
    broken: list[Broken] = field(default_factory=list)
    """Places that could not be read, and what may have been said there of which nodes."""
    size: int = 0
    relative: bool = False
    """True where relative IRIs stand in it (`harvesters.readers.rdf.relative_iris`)."""


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
    reading = _Reading(source, limits, form, base)
    try:
        if form in _LINE_BASED:
            reading.lines()
        elif form in _WHOLE:
            reading.document()
        else:
            reading.stream()
    except _FaultError as fault:
        reading = _Reading(source, limits, form, base)
        try:
            reading.recover(fault.error)
        except _FaultError as whole:
            return Graph(broken=[Broken(whole.error, unknown=True)])
    reading.place_illegal()
    return reading.graph


class _FaultError(Exception):
    """The first fault of a document that is read in one go."""

    def __init__(self, error: AtlasError) -> None:
        super().__init__(error.code)
        self.error = error


class _Reading:
    def __init__(self, source: Input, limits: Limits, form: ox.RdfFormat, base: str) -> None:
        self._source = source
        self._limits = limits
        self._form = form
        self._base = base
        self.graph = self._graph = Graph()
        self._good: set[str] = set()
        self._bad: dict[str, list[object]] = {}
        self._good_tags: set[str] = set()
        self._bad_tags: dict[str, list[object]] = {}
        self._odd: dict[tuple[str, Role], Node] = {}
        """Illegal IRIs by what they stood for, and the subject of the statement."""

    def _parse(self, content: bytes) -> list[ox.Quad]:
        """Return the statements of a document; raises an error for any fault in it.

        An IRI or a language tag that is none is no such fault: it is mended or left out later.
        The lenient parser lets more pass than these, so that it is asked second.
        """
        fault: Exception | None = None
        if self._form != ox.RdfFormat.JSON_LD:
            try:
                return list(ox.parse(content, format=self._form, base_iri=self._base))
            except (SyntaxError, ValueError) as problem:
                fault = problem
        quads = list(ox.parse(content, format=self._form, base_iri=self._base, lenient=True))
        if fault is not None:
            for quad in quads if self._form not in _WHOLE else ():
                self._refuse_swallowed(quad)
            terms = (term for q in quads for term in (q.subject, q.predicate, q.object))
            if all(map(self._legal, terms)):
                raise fault
        return quads

    def _refuse_swallowed(self, quad: ox.Quad) -> None:
        """Raise `ValueError` for an IRI that goes on over what follows it."""
        for term in (quad.subject, quad.predicate, quad.object):
            if (
                isinstance(term, ox.NamedNode)
                and term.value not in self._good
                and _BRACKET.search(term.value) is not None
            ):
                raise ValueError("an IRI without its closing bracket >")

    def lines(self) -> None:
        """Read N-Triples or N-Quads block by block; a block with a fault line by line."""
        block: list[tuple[int, bytes]] = []
        before = b""
        for number, content in read_lines(self._source, self._limits):
            if isinstance(content, AtlasError):
                head = content.head if isinstance(content, LineTooLongError) else b""
                self._broken_line(content, head, before)
                continue
            block.append((number, content))
            if len(block) >= _BLOCK:
                before = self._block(block, before)
                block = []
        self._block(block, before)
        last = self._graph.broken[-1] if self._graph.broken else None
        if last is not None and block and last.error.place is not None:
            last.cut = last.error.place.line == block[-1][0]

    def _block(self, block: list[tuple[int, bytes]], before: bytes) -> bytes:
        """Read some lines and return the last; ``before`` stands before the first."""
        try:
            quads = self._parse(b"\n".join(c for _, c in block))
        except (SyntaxError, ValueError, MemoryError):
            for number, content in block:
                try:
                    quads = self._parse(content)
                except (SyntaxError, ValueError, MemoryError) as problem:
                    place = FilePosition(
                        self._source.name, number, getattr(problem, "offset", None)
                    )
                    self._broken_line(self._told(problem, place), content, before)
                else:
                    self._add_all(quads)
                before = content
        else:
            self._add_all(quads)
            before = block[-1][1] if block else before
        return before

    def _broken_line(self, error: AtlasError, content: bytes, before: bytes) -> None:
        broken = Broken(error)

        def resolve(term: bytes) -> Node | None:
            return subject_of(term, b"", self._parse)

        start = content.lstrip()
        if doubts(start, [start], resolve, broken):
            term = first_term(before.lstrip())
            node = None if term is None else resolve(term)
            if node is not None:
                broken.named.add(node)
        self._fault(broken)

    def stream(self) -> None:
        """Read Turtle or TriG; raises `_FaultError` for the first fault."""
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
                format=self._form,
                base_iri=self._base,
            )
            self._drain(quads)

    def document(self) -> None:
        """Read RDF/XML or JSON-LD, which need the whole document looked at first."""
        try:
            content = self._prepared()
        except AtlasError as error:
            if error.kind is BAD_XML:
                raise _FaultError(error) from None
            raise
        lenient = self._form == ox.RdfFormat.JSON_LD
        self._drain(
            ox.parse(content, format=self._form, base_iri=self._base, lenient=lenient),
        )

    def _prepared(self) -> bytes:
        content = read_all(self._source, self._limits)
        if self._form == ox.RdfFormat.RDF_XML:
            return prepared_xml(content, self._source.name)
        return prepared_json_ld(content, self._source.name)

    def _drain(self, quads: Iterator[ox.Quad]) -> None:
        try:
            for quad in quads:
                self._add(quad)
        except (SyntaxError, ValueError, MemoryError) as problem:
            place = FilePosition(
                self._source.name,
                getattr(problem, "lineno", None),
                getattr(problem, "offset", None),
            )
            raise _FaultError(self._told(problem, place)) from None

    def recover(self, first: AtlasError) -> None:
        """Read what is whole of a document whose first fault is known.

        Raises `_FaultError` where that cannot be told apart.
        """
        if first.kind in (BAD_CONTEXT, BAD_XML):
            raise _FaultError(first)
        if self._form in _WHOLE:
            self._recover_parts(first)
            return
        graphs = self._form == ox.RdfFormat.TRIG
        self._form = ox.RdfFormat.TURTLE
        content = read_all(self._source, self._limits)
        recovery = TurtleRecovery(
            content, self._source.name, self._parse, self._told, graphs=graphs
        )
        try:
            quads, broken = recovery.read()
        except InseparableError:
            self._form = ox.RdfFormat.TRIG if graphs else ox.RdfFormat.TURTLE
            quads, broken = self._mendable(content, first), []
        for one in broken:
            self._fault(one)
        self._add_all(quads)

    def _recover_parts(self, first: AtlasError) -> None:
        content = self._prepared()
        split = xml_parts if self._form == ox.RdfFormat.RDF_XML else json_ld_parts
        parts = split(content, self._source.name, self._parse)
        if parts is None:
            self._add_all(self._mendable(content, first))
            return
        for part in parts:
            try:
                quads = self._parse(part.text)
            except (SyntaxError, ValueError, MemoryError) as problem:
                broken = Broken(self._told(problem, part.place()))
                part.doubt(broken)
                self._fault(broken)
            else:
                self._add_all(quads)

    def _mendable(self, content: bytes, first: AtlasError) -> list[ox.Quad]:
        """Read a document that cannot be parted: it may have no worse faults than odd IRIs."""
        try:
            return self._parse(content)
        except (SyntaxError, ValueError, MemoryError):
            raise _FaultError(first) from None

    def _add_all(self, quads: list[ox.Quad]) -> None:
        for quad in quads:
            self._add(quad)

    def _told(self, problem: BaseException, place: FilePosition) -> AtlasError:
        if isinstance(problem, MemoryError):
            # The parser's buffer holds one token at most.
            return AtlasError(RECORD_TOO_LONG, place=place, record="–", limit=MAX_RECORD)
        return self._bad_rdf(problem, place)

    def _bad_rdf(self, problem: BaseException, place: FilePosition) -> AtlasError:
        reason = masked(str(problem))
        if self._form == ox.RdfFormat.JSON_LD and re.search(
            r"context|cyclic|IRI mapping", reason, re.I
        ):
            return AtlasError(BAD_CONTEXT, place=place, reason=reason)
        name = self._form.name
        return AtlasError(BAD_RDF, place=place, format=name, reason=reason, records="*")

    def _fault(self, broken: Broken) -> None:
        self._graph.broken.append(broken)
        if len(self._graph.broken) > MAX_FAULTS:
            raise broken.error

    def _add(self, quad: ox.Quad) -> None:
        subject, predicate, obj = quad.subject, quad.predicate, quad.object
        if not isinstance(subject, (ox.NamedNode, ox.BlankNode)) or isinstance(obj, ox.Triple):
            if isinstance(subject, (ox.NamedNode, ox.BlankNode)):
                error = AtlasError(TRIPLE_TERM, place=FilePosition(self._source.name))
                self._graph.warnings.setdefault(subject, []).append(error)
            return
        triple: ox.Triple | None = quad.triple
        if predicate == _IDENTIFIER and isinstance(obj, ox.Literal) and obj.datatype == _DOUBLE:
            # JSON-LD makes one of a large integer; an identifier keeps its digits.
            obj = ox.Literal(_digits(obj.value))
            triple = ox.Triple(subject, predicate, obj)
        if isinstance(obj, ox.Literal) and CONTROL.search(obj.value) is not None:
            obj = self._without_control(obj, subject)
            if self._legal(subject) and self._legal(predicate) and self._legal(obj):
                triple = ox.Triple(subject, predicate, obj)
        if not (self._legal(subject) and self._legal(predicate) and self._legal(obj)):
            triple = self._mended(subject, predicate, obj)
        self._graph.size += 1
        if self._graph.size > self._limits.triples:
            raise AtlasError(
                GRAPH_TOO_LARGE, place=FilePosition(self._source.name), limit=self._limits.triples
            )
        if triple is not None:
            owner = cast(Node, triple.subject)
            self._graph.out.setdefault(owner, []).append(triple)

    def _without_control(self, literal: ox.Literal, subject: object) -> ox.Literal:
        error = AtlasError(CONTROL_CHARACTERS, place=FilePosition(self._source.name))
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
        if ILLEGAL.search(term.value) is not None or fault_of(term.value) is not None:
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
            self._odd.setdefault((subject.value, "subject"), subject)
            mended = self._mend(subject, subject)
            if mended is None:
                return None
            new_subject = mended
        new_predicate: ox.NamedNode | None = predicate
        if not self._legal(predicate):
            self._odd.setdefault((predicate.value, "predicate"), new_subject)
            new_predicate = self._mend(predicate, new_subject)
        new_object: Node | ox.Literal | None = obj
        if isinstance(obj, ox.NamedNode) and not self._legal(obj):
            self._odd.setdefault((obj.value, "object"), new_subject)
            new_object = self._mend(obj, new_subject)
        elif isinstance(obj, ox.Literal) and not self._legal(obj):
            new_object = self._mend_literal(obj, new_subject)
        if new_predicate is None or new_object is None:
            return None
        return ox.Triple(new_subject, new_predicate, new_object)

    def _mend(self, term: ox.NamedNode, subject: object) -> ox.NamedNode | None:
        """Return the IRI without outer blanks, other illegal characters percent-encoded."""
        value = term.value
        mended = _mended(value)
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
            place = FilePosition(self._source.name, lines.get(f"@{tag}"))
            self._warn(AtlasError(ILLEGAL_LANGUAGE, place=place, value=tag), subjects)
        for value, subjects in self._bad.items():
            place = FilePosition(self._source.name, lines.get(value))
            mended = _mended(value)
            reason = _fault_of_mended(value, mended)
            error = (
                AtlasError(MENDED_IRI, place=place, value=masked(value), mended=masked(mended))
                if reason is None
                else AtlasError(
                    ILLEGAL_IRI, place=place, value=masked(value), reason=masked(reason)
                )
            )
            self._warn(error, subjects)
        self._doubt_damaged(lines)

    def _doubt_damaged(self, lines: dict[str, int]) -> None:
        """Tell of illegal IRIs that seem to be damaged ones of the file, or are a predicate.

        An address with a blank in it names what it names. But where another node of the file has
        the same IRI but for that one character, a part of it is lost from there.
        """
        if not self._odd:
            return
        described = self._graph.out.keys()
        sisters = Sisters(self._graph.out)
        mentioned = {t.object for triples in self._graph.out.values() for t in triples}
        for (value, role), subject in self._odd.items():
            mended = ox.NamedNode(_mended(value)) if _legal(_mended(value)) else None
            if role == "predicate":
                named = {subject}
            elif (role == "subject" and mended in mentioned) or (
                role == "object" and mended in described
            ):
                continue
            else:
                named = sisters.of(value, described_only=role == "object") - {mended}
                if not named:
                    continue
                named.add(subject)
            place = FilePosition(self._source.name, lines.get(value))
            self._fault(Broken(self._bad_rdf(ValueError(_DAMAGED), place), named=named))

    def _warn(self, error: AtlasError, subjects: list[object]) -> None:
        for subject in cast(Iterable[Node], dict.fromkeys(subjects)):
            if subject not in self._graph.out and subject in self._mentioned():
                # Nothing is left of it, and what it is a part of goes on to name it.
                self._graph.out[subject] = []
            if subject in self._graph.out:
                self._graph.warnings.setdefault(subject, []).append(error)
            elif len(self._graph.broken) < MAX_FAULTS:
                broken = Broken(error)
                if isinstance(subject, ox.NamedNode):
                    broken.like.add(subject.value)
                self._graph.broken.append(broken)

    def _mentioned(self) -> set[object]:
        return {t.object for triples in self._graph.out.values() for t in triples}

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


def _legal(value: str) -> bool:
    return ILLEGAL.search(value) is None and fault_of(value) is None


def _mended(value: str) -> str:
    """Return an IRI mended, unless its parts cannot be told: of two # one may be a lost letter."""
    return value if value.count("#") > 1 else mended_address(value)


def _digits(lexical: str) -> str:
    """Return a number that was made a double as it was written; a text that is none as it is."""
    try:
        return as_text(Decimal(lexical))
    except ArithmeticError:
        return lexical


def _fault_of_mended(value: str, mended: str) -> str | None:
    if masked(value) != value:
        # Free text with somebody's number in it, which mending would make public.
        return "illegal characters beside a personal contact"
    return fault_of(mended)
