"""Reading the intact statements of a Turtle or TriG document with faults.

An unreadable statement is left out together with others that may be part of it: those on the same
line, and the statement before where the unreadable one continues it. The nodes that they may have
described are kept (`harvesters.readers.rdf.fault_scope`), so that no record is read incompletely.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from harvesters.readers.rdf.fault_scope import Fault, Node, add_possible_subjects, subject_of
from harvesters.readers.rdf.turtle_statements import (
    InseparableError,
    Piece,
    holds_directive,
    pieces,
)
from ontology.errors import AtlasError, FilePosition
from ontology.terms import RDF

_BLOCK: Final = 512
_TYPE: Final = ox.NamedNode(RDF.type)
_LOOK_UP: Final = 256
"""Bytes that resolving a name counts as, besides its prefixes."""
_WORK: Final = 64 * 1024 * 1024
"""Maximum number of bytes parsed, beyond sixteen times the document's size: the prefixes are parsed
again with every statement that is tried alone."""

Parse = Callable[[bytes], list[ox.Quad]]
"""Parses a document; raises `SyntaxError`, `ValueError` or `MemoryError` for any fault."""


@dataclass(slots=True)
class _Found:
    piece: Piece
    header: bytes
    label: bytes = b""
    """The graph name before it, which may be a subject if the brace is a fault."""
    problem: Exception | None = None
    bad: bool = False


class TurtleRecovery:
    """Reads a broken Turtle or TriG document statement by statement."""

    def __init__(
        self,
        content: bytes,
        name: str,
        parse: Parse,
        told: Callable[[Exception, FilePosition], AtlasError],
        *,
        graphs: bool,
    ) -> None:
        """Take a document, of TriG with its ``graphs``."""
        self._graphs = graphs
        self._content = content
        self._name = name
        self._parse = parse
        self._told = told
        self._left = _WORK + 16 * len(content)
        self._lines = [0]
        position = content.find(b"\n")
        while position >= 0:
            self._lines.append(position + 1)
            position = content.find(b"\n", position + 1)

    def read(self) -> tuple[list[ox.Quad], list[Fault]]:
        """Return the statements that were read, and the faults.

        Raises `InseparableError` where statements cannot be separated with certainty.
        """
        found = self._found()
        for block in _blocks(found):
            self._judge(block)
        groups = self._groups(found)
        broken = [self._broken(found, group) for group in groups]
        quads: list[ox.Quad] = []
        for block in _blocks([one for one in found if not one.bad]):
            quads += self._parse(_text(block))
        return quads, broken

    def _spend(self, size: int, offset: int) -> None:
        """Count parsed bytes; raises `InseparableError` above the limit."""
        self._left -= size
        if self._left < 0:
            raise InseparableError(offset)

    def _found(self) -> list[_Found]:
        header = label = b""
        latest: dict[bytes, bytes] = {}
        found: list[_Found] = []
        for piece in pieces(self._content, graphs=self._graphs):
            if piece.kind == "directive":
                words = piece.text.split()
                key = words[1] if words[0].lstrip(b"@").lower() == b"prefix" else words[0]
                if latest.get(key) != piece.text:
                    latest[key] = piece.text
                    header += piece.text + b"\n"
                    self._spend(len(header), piece.start)
            elif piece.kind == "label":
                label = piece.text
            else:
                found.append(_Found(piece, header, label, bad=piece.kind == "end"))
                label = b""
        return found

    def _judge(self, block: list[_Found]) -> None:
        """Mark the unreadable statements of a block, found by halving it."""
        text = _text(block)
        self._spend(len(text), block[0].piece.start)
        try:
            self._parse(text)
        except (SyntaxError, ValueError, MemoryError) as problem:
            if len(block) > 1:
                middle = len(block) // 2
                self._judge(block[:middle])
                self._judge(block[middle:])
                return
            block[0].bad, block[0].problem = True, problem

    def _groups(self, found: list[_Found]) -> list[list[int]]:
        """Return runs of statements that are left out together, as indices."""
        groups: list[list[int]] = []
        last_line = -1
        for index, one in enumerate(found):
            line = self._line(one.piece.start)
            shares = line <= last_line
            if not (one.bad or shares):
                continue
            one.bad = True
            last_line = max(last_line, self._line(max(one.piece.start, one.piece.end - 1)))
            if groups and groups[-1][-1] == index - 1:
                groups[-1].append(index)
            else:
                groups.append([index])
        return groups

    def _broken(self, found: list[_Found], group: list[int]) -> Fault:
        parts = [found[index] for index in group]
        begin, end = parts[0].piece.start, parts[-1].piece.end
        text = self._content[begin:end]
        if holds_directive(text):
            raise InseparableError(begin)
        error = next((self._error(one) for one in parts if one.problem is not None), None)
        if error is None:
            error = self._told(SyntaxError("unexpected end"), self._place(end))
        broken = Fault(error)
        broken.cut = end >= len(self._content.rstrip()) and (
            not text.rstrip().endswith(b".")
            or any("nexpected end" in str(one.problem) for one in parts)
        )
        header = parts[0].header

        def resolve(term: bytes) -> Node | None:
            self._spend(len(header) + _LOOK_UP, begin)
            return subject_of(term, header, self._parse)

        starts = [
            self._content[one.piece.start : max(one.piece.end, min(end, one.piece.start + 2_000))]
            for one in parts
            if one.piece.text
        ]
        starts += [one.label for one in parts if one.label.strip()]
        if (add_possible_subjects(text, starts, resolve, broken) or not starts) and group[0] > 0:
            before = found[group[0] - 1].piece.text
            add_possible_subjects(b"", [before], resolve, broken)
        for one in parts:
            broken.typed.update(self._types(one))
        return broken

    def _types(self, one: _Found) -> Iterator[tuple[Node, ox.NamedNode]]:
        """Yield the types in an unreadable statement before its fault."""
        quads = ox.parse(_text([one]), format=ox.RdfFormat.TURTLE, lenient=True)
        while True:
            try:
                quad = next(quads)
            except StopIteration:
                return
            except (SyntaxError, ValueError):
                continue
            except MemoryError:
                return
            subject, value = quad.subject, quad.object
            if (
                quad.predicate == _TYPE
                and isinstance(subject, (ox.NamedNode, ox.BlankNode))
                and isinstance(value, ox.NamedNode)
            ):
                yield subject, value

    def _error(self, one: _Found) -> AtlasError:
        assert one.problem is not None
        line, column = getattr(one.problem, "lineno", None), getattr(one.problem, "offset", None)
        if line is None:
            return self._told(one.problem, self._place(one.piece.start))
        line -= one.header.count(b"\n")
        if line == 1 and column is not None:
            column += (self._place(one.piece.start).column or 1) - 1  # type: ignore[operator]
        return self._told(
            one.problem, FilePosition(self._name, line + self._line(one.piece.start), column)
        )

    def _line(self, offset: int) -> int:
        return bisect_right(self._lines, offset) - 1

    def _place(self, offset: int) -> FilePosition:
        line = self._line(offset)
        before = self._content[self._lines[line] : offset].decode("utf-8", "replace")
        return FilePosition(self._name, line + 1, len(before) + 1)


def _blocks(found: list[_Found]) -> Iterator[list[_Found]]:
    """Yield runs of statements under the same prefixes."""
    block: list[_Found] = []
    for one in found:
        if block and (len(block) >= _BLOCK or one.header != block[0].header):
            yield block
            block = []
        if one.piece.kind != "end":
            block.append(one)
    if block:
        yield block


def _text(block: list[_Found]) -> bytes:
    return block[0].header + b"\n".join(one.piece.text for one in block)
