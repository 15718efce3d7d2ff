"""Parsing RDF files of any syntax, also files with faults.

A fault never shortens a record silently: `Graph.faults` says which nodes each fault may have
described, and no record with one of these nodes is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Final, cast

import pyoxigraph as ox

from harvesters.errors import (
    BAD_CONTEXT,
    BAD_RDF,
    BAD_XML,
    NESTED_TOO_DEEP,
)
from harvesters.limits import Limits
from harvesters.privacy.personal_data import masked
from harvesters.readers.files import Input, Unpacked, read_all, read_lines
from harvesters.readers.nesting_depth import TURTLE_DEPTH, TurtleDepth
from harvesters.readers.rdf.fault_scope import (
    Fault,
    Node,
    add_possible_subjects,
    first_term,
    subject_of,
)
from harvesters.readers.rdf.graph import Graph
from harvesters.readers.rdf.graph_builder import GraphBuilder
from harvesters.readers.rdf.json_ld import json_ld_parts, prepared_json_ld
from harvesters.readers.rdf.rdf_xml import prepared_xml, xml_parts
from harvesters.readers.rdf.relative_iris import RELATIVE
from harvesters.readers.rdf.syntax import rdf_format
from harvesters.readers.rdf.turtle_recovery import TurtleRecovery
from harvesters.readers.rdf.turtle_statements import InseparableError
from harvesters.readers.streamed_lines import LineTooLongError
from ontology.errors import RECORD_TOO_LONG, AtlasError, FilePosition
from ontology.limits import MAX_RECORD

_LINE_BASED: Final = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
_WHOLE: Final = (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)
_BLOCK: Final = 512
_CONTEXT: Final = re.compile(r"context|cyclic|IRI mapping", re.I)
"""Words in the parser's messages about a faulty JSON-LD context."""
_PROBLEMS: Final = (SyntaxError, ValueError, MemoryError)
"""Exceptions by which the parser rejects a document."""


def read_graph(
    source: Input, limits: Limits, base: str = RELATIVE, *, named: bool = False
) -> Graph:
    """Read a file's triples; with the names of its graphs (`Graph.named`) where ``named``.

    ``base`` is the document's address where it is known. Memory is limited by ``limits.triples``,
    ``limits.line`` and ``limits.document``. Raises `AtlasError` where the file as a whole is
    unusable: ``xml-bomb``, ``remote-context``, ``bad-context``, ``graph-too-large``,
    ``truncated-gzip`` …
    """
    with Unpacked(source, limits) as stream:
        form = rdf_format(source, stream.read(4096))
    reading = _Reading(source, limits, form, base, named=named)
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
            return Graph(faults=[Fault(whole.error, unknown=True)])
    reading.illegal.report()
    return reading.graph


class _FaultError(Exception):
    """The first fault of a document that is read in one go."""

    def __init__(self, error: AtlasError) -> None:
        super().__init__(error.code)
        self.error = error


class _Reading:
    def __init__(
        self,
        source: Input,
        limits: Limits,
        form: ox.RdfFormat,
        base: str,
        *,
        named: bool = False,
    ) -> None:
        self._source = source
        self._limits = limits
        self._form = form
        self._base = base
        self._builder = GraphBuilder(source, limits, form, named=named)
        self.graph = self._graph = self._builder.graph
        self.illegal = self._illegal = self._builder.illegal

    def _parse(self, content: bytes) -> list[ox.Quad]:
        """Return the statements of a document; raises an error for any fault in it.

        Illegal IRIs and language tags are no faults here: they are mended or left out later. The
        lenient parser accepts other faults too, so the strict one is tried first.
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
                self._illegal.refuse_swallowed(quad)
            terms = (term for q in quads for term in (q.subject, q.predicate, q.object))
            if all(map(self._illegal.is_legal, terms)):
                raise fault
        return quads

    def lines(self) -> None:
        """Read N-Triples or N-Quads block by block; a block with a fault line by line."""
        block: list[tuple[int, bytes]] = []
        before = b""
        for number, content in read_lines(self._source, self._limits):
            if isinstance(content, AtlasError):
                head = content.head if isinstance(content, LineTooLongError) else b""
                self._broken_line(content, head, before)
                continue
            if content.count(b"<<") > TURTLE_DEPTH:
                # Triple terms in triple terms, by which the parser overflows its stack.
                place = FilePosition(self._source.name, number)
                deep = AtlasError(NESTED_TOO_DEEP, place=place, limit=TURTLE_DEPTH)
                self._broken_line(deep, content, before)
                continue
            block.append((number, content))
            if len(block) >= _BLOCK:
                before = self._block(block, before)
                block = []
        self._block(block, before)
        last = self._graph.faults[-1] if self._graph.faults else None
        if last is not None and block and last.error.place is not None:
            last.cut = last.error.place.line == block[-1][0]

    def _block(self, block: list[tuple[int, bytes]], before: bytes) -> bytes:
        """Read a block of lines and return its last; ``before`` is the line before the block."""
        try:
            quads = self._parse(b"\n".join(c for _, c in block))
        except _PROBLEMS:
            for number, content in block:
                try:
                    quads = self._parse(content)
                except _PROBLEMS as problem:
                    place = FilePosition(
                        self._source.name, number, getattr(problem, "offset", None)
                    )
                    self._broken_line(self._error(problem, place), content, before)
                else:
                    self._add_all(quads)
                before = content
        else:
            self._add_all(quads)
            before = block[-1][1] if block else before
        return before

    def _broken_line(self, error: AtlasError, content: bytes, before: bytes) -> None:
        broken = Fault(error)

        def resolve(term: bytes) -> Node | None:
            return subject_of(term, b"", self._parse)

        start = content.lstrip()
        if add_possible_subjects(start, [start], resolve, broken):
            term = first_term(before.lstrip())
            node = None if term is None else resolve(term)
            if node is not None:
                broken.named.add(node)
        self._graph.add_fault(broken)

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
        """Read RDF/XML or JSON-LD, which are checked as a whole before parsing."""
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
                self._builder.add(quad)
        except _PROBLEMS as problem:
            place = FilePosition(
                self._source.name,
                getattr(problem, "lineno", None),
                getattr(problem, "offset", None),
            )
            raise _FaultError(self._error(problem, place)) from None

    def recover(self, first: AtlasError) -> None:
        """Read the intact parts of a document; ``first`` is its first fault.

        Raises `_FaultError` where they cannot be separated.
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
            content, self._source.name, self._parse, self._error, graphs=graphs
        )
        try:
            quads, broken = recovery.read()
        except InseparableError:
            self._form = ox.RdfFormat.TRIG if graphs else ox.RdfFormat.TURTLE
            quads, broken = self._mendable(content, first), []
        for one in broken:
            self._graph.add_fault(one)
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
            except _PROBLEMS as problem:
                broken = Fault(self._error(problem, part.place()))
                part.doubt(broken)
                self._graph.add_fault(broken)
            else:
                self._add_all(quads)

    def _mendable(self, content: bytes, first: AtlasError) -> list[ox.Quad]:
        """Read a document that cannot be split; only illegal IRIs and tags are tolerated."""
        try:
            return self._parse(content)
        except _PROBLEMS:
            raise _FaultError(first) from None

    def _add_all(self, quads: list[ox.Quad]) -> None:
        for quad in quads:
            self._builder.add(quad)

    def _error(self, problem: BaseException, place: FilePosition) -> AtlasError:
        """Return the error that reports a parser's exception."""
        if isinstance(problem, MemoryError):
            # The parser's buffer holds one token at most.
            return AtlasError(RECORD_TOO_LONG, place=place, record="–", limit=MAX_RECORD)
        reason = masked(str(problem))
        if self._form == ox.RdfFormat.JSON_LD and _CONTEXT.search(reason) is not None:
            return AtlasError(BAD_CONTEXT, place=place, reason=reason)
        name = self._form.name
        return AtlasError(BAD_RDF, place=place, format=name, reason=reason, records="*")
