"""Reading a canonical form as triples, texts included that no parser holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from ontology.limits import MAX_RECORD
from ontology.ntriples import unescape

_PARSED: Final = MAX_RECORD // 4
"""Characters of a line that the parser holds for certain: four bytes each at most."""

_LINE: Final = re.compile(r"<([^>]*)> <([^>]*)> ")
_END: Final = re.compile(r'"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)? \.')


def triples_of(nquads: str) -> Iterator[ox.Triple]:
    """Yield the triples of a canonical form (N-Triples lines without blank nodes), in its order.

    pyoxigraph gives up on a value over 16 MiB. Records that were taken in before there was a limit
    may hold one: its line is read here.
    """
    if len(nquads) > _PARSED:
        lines = nquads.split("\n")
        if any(len(line) > _PARSED for line in lines):
            for line in lines:
                if line:
                    yield from (_long(line),) if len(line) > _PARSED else triples_of(line)
            return
    for quad in ox.parse(nquads, format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple


def _long(line: str) -> ox.Triple:
    head = _LINE.match(line)
    if head is None:
        raise SyntaxError("not a line of a canonical form")
    subject, predicate = ox.NamedNode(head[1]), ox.NamedNode(head[2])
    if line[head.end()] == "<":
        return ox.Triple(subject, predicate, ox.NamedNode(line[head.end() + 1 : -3]))
    close = line.rfind('"')
    end = _END.fullmatch(line, close)
    if end is None:
        raise SyntaxError("not a line of a canonical form")
    text = unescape(line[head.end() + 1 : close])
    if end[1]:
        return ox.Triple(subject, predicate, ox.Literal(text, language=end[1]))
    datatype = ox.NamedNode(end[2]) if end[2] else None
    return ox.Triple(subject, predicate, ox.Literal(text, datatype=datatype))
