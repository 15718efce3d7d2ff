"""Faults in an RDF file, and the records that each may belong to.

A record that a fault may belong to is not read at all, so that none is read incompletely.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import pyoxigraph as ox

from ontology.errors import AtlasError, FilePosition

Node = ox.NamedNode | ox.BlankNode
Role = Literal["subject", "predicate", "object"]

_WS: Final = rb"(?:\s++|\#[^\r\n]*+[\r\n])*+"
_IRI: Final = rb"<[^<>\s\"{}|^`\\]*+>"
_PNAME: Final = (
    rb"(?:[A-Za-z\x80-\xff][\w.\-\x80-\xff]*+)?:(?:[\w\-:%\x80-\xff]|\.(?=[\w\-:%\x80-\xff])|\\.)*+"
)
_LABEL: Final = rb"_:[\w\x80-\xff](?:[\w\-\x80-\xff]|\.(?=[\w\-\x80-\xff]))*+"
_TERM: Final = rb"(?>" + _IRI + rb"|" + _LABEL + rb"|" + _PNAME + rb")"
_PREDICATE: Final = rb"(?>a(?=[\s<\"'\[(])|" + _TERM + rb")"
_TRIPLE_TAIL: Final = _WS + _PREDICATE + _WS + rb"[<\"'\[(_:\w+\-\x80-\xff]"
_SUBJECT: Final = re.compile(
    rb"(?:(?<![\w:\x80-\xff])|(?=<))(" + _TERM + rb")(?=" + _TRIPLE_TAIL + rb")"
)
_FIRST: Final = re.compile(_TERM)
_TOKEN: Final = re.compile(rb"\S+")
_BARE: Final = re.compile(rb"([A-Za-z][A-Za-z0-9+.\-]*:/[^\s<>\"]+|_:[^\s<>\"]+)")
_BRACKETED: Final = re.compile(rb"<([^>]{1,2000})>")
_CONTINUES: Final = re.compile(rb"[\"';,.\[\]()@^\d+\-{}|]|(?:a|true|false)(?=[\s;,.])")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/*[^\s/]{3,}")
_STATED: Final = re.compile(rb"[<>\"]")
_ODD: Final = re.compile(r"[\x00-\x20<>\"{}|^`\\\[\]%]")
_OVERWRITTEN: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]{4}")


@dataclass(slots=True)
class Fault:
    """A part of a file that could not be read, and the nodes that it may have described."""

    error: AtlasError
    named: set[Node] = field(default_factory=set)
    like: set[str] = field(default_factory=set)
    """Damaged IRIs: each stands for any node whose IRI differs by one character."""
    ending: set[str] = field(default_factory=set)
    """Local names with an undeclared prefix."""
    typed: set[tuple[Node, ox.NamedNode]] = field(default_factory=set)
    """Types that were read there."""
    cut: bool = False
    """Whether the file ends here, so that the rest of it is unknown."""
    unknown: bool = False
    """Whether it may describe any node."""

    def add_similar(self, nodes: Collection[Node]) -> None:
        """Add to `named` the nodes of the file that damaged names may stand for."""
        for one in self.like:
            if ":" not in one:
                # Relative: the end of an IRI.
                self.named.update(
                    n
                    for n in nodes
                    if isinstance(n, ox.NamedNode)
                    and any(_near(n.value[-len(one) + more :], one) for more in (-1, 0, 1))
                )
                continue
            exact = ox.NamedNode(one) if _ADDRESS.match(one) and _legal(one) else None
            if exact is not None and exact in nodes:
                self.named.add(exact)
                continue
            self.named.update(
                node
                for node in nodes
                if _near(name := _name(node), one) or (self.cut and name.startswith(one))
            )
        ends = tuple(mark + one for one in self.ending for mark in "/#")
        if ends:
            self.named.update(n for n in nodes if f"/{n.value}".endswith(ends))


MAX_REPEATED: Final = 32 * 1024 * 1024
"""Bytes that the parts of a document may repeat of its head; a document beyond it stays whole."""


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """One part of a document, made into a document that is parsed by itself."""

    text: bytes
    place: Callable[[], FilePosition]
    """Returns the part's position in the file; called only for a part with a fault."""
    doubt: Callable[[Fault], None]
    """Adds to a fault in the part the nodes that the part may describe."""


def _name(node: Node) -> str:
    return node.value if isinstance(node, ox.NamedNode) else f"_:{node.value}"


def _legal(value: str) -> bool:
    try:
        ox.NamedNode(value)
    except ValueError:
        return False
    return True


def _near(whole: str, damaged: str) -> bool:
    """Tell whether two IRIs differ by at most one character."""
    if abs(len(whole) - len(damaged)) > _OF_ONE_CHARACTER:
        return False
    start = 0
    shorter = min(len(whole), len(damaged))
    while start < shorter and whole[start] == damaged[start]:
        start += 1
    end = 0
    while end < shorter - start and whole[-1 - end] == damaged[-1 - end]:
        end += 1
    return len(whole) - start - end <= 1 and len(damaged) - start - end <= _OF_ONE_CHARACTER


_OF_ONE_CHARACTER: Final = 4
"""Maximum number of characters that one with fault bytes is decoded to."""


class SimilarIris:
    """Index of a file's nodes, to find those whose IRI an illegal one may be a damaged form of."""

    def __init__(self, out: Mapping[Node, Iterable[ox.Triple]]) -> None:
        self._described = out.keys()
        nodes = set(out) | {
            t.object for ts in out.values() for t in ts if isinstance(t.object, ox.NamedNode)
        }
        self._sorted = sorted(node.value for node in nodes if isinstance(node, ox.NamedNode))
        self._backwards = sorted(value[::-1] for value in self._sorted)

    def of(self, value: str, *, described_only: bool) -> set[Node]:
        """Return the nodes whose IRI differs from ``value`` by an illegal character only."""
        found: set[Node] = set()
        for odd in _ODD.finditer(value):
            start, end = value[: odd.start()], value[odd.end() :]
            for other in self._around(start, end):
                if (
                    other.startswith(start)
                    and other.endswith(end)
                    and 0 <= len(other) - len(start) - len(end) <= 1
                ):
                    node = ox.NamedNode(other)
                    if node in self._described or not described_only:
                        found.add(node)
        if value.rfind("//") > value.find("://") + 1:
            # Its scheme is damaged, so that it was parsed as relative.
            tail = value[value.rindex("//") :]
            nodes = (ox.NamedNode(one) for one in self._sorted if one.endswith(tail))
            found |= {n for n in nodes if n in self._described or not described_only}
        return found

    def _around(self, start: str, end: str) -> Iterable[str]:
        """Return the IRIs that begin with ``start`` or end with ``end``, whichever are fewer."""
        ahead = _range(self._sorted, start)
        behind = _range(self._backwards, end[::-1])
        if len(ahead) <= len(behind):
            return (self._sorted[position] for position in ahead)
        return (self._backwards[position][::-1] for position in behind)


def _range(ordered: list[str], start: str) -> range:
    return range(bisect_left(ordered, start), bisect_left(ordered, start + "\U0010ffff"))


def add_possible_subjects(
    text: bytes, starts: Iterable[bytes], resolve: Callable[[bytes], Node | None], fault: Fault
) -> bool:
    """Add the nodes that an unreadable text may describe; tell whether it continues a statement.

    ``starts`` are the statements in it, as far as they can be separated. The first of any three
    consecutive terms counts as a subject, also within quotation marks, which may be faulty.
    """
    headless = False
    if _OVERWRITTEN.search(text):
        fault.unknown = True
    for found in _SUBJECT.finditer(text):
        _take(found.group(1), resolve, fault)
    for start in starts:
        proper = _SUBJECT.match(start)
        first = _FIRST.match(start)
        whole = first is not None and start[first.end() : first.end() + 1].strip() in (b"", b"<")
        if not whole or resolve(start[: first.end() if first else 0]) is None:
            _as_it_stands(start, fault)
        if proper is not None and _take(proper.group(1), resolve, fault):
            continue
        taken = first is not None and _take(first.group(), resolve, fault)
        if taken or _CONTINUES.match(start):
            headless = True
        else:
            headless = _unlexable(start, fault) or headless
    return headless


def _take(term: bytes, resolve: Callable[[bytes], Node | None], fault: Fault) -> bool:
    node = resolve(term)
    if node is not None:
        fault.named.add(node)
        return True
    local = term.rpartition(b":")[2].decode("utf-8", "replace")
    if term.startswith(b"<"):
        fault.like.add(term[1:-1].decode("utf-8", "replace"))
        return True
    if term.startswith(b"_:"):
        fault.like.add(term.decode("utf-8", "replace"))
    elif local:
        fault.ending.add(local)
    return bool(local)


def _as_it_stands(start: bytes, fault: Fault) -> None:
    """Add the first word as a damaged IRI: with wrong characters, or without its bracket."""
    token = _TOKEN.match(start)
    word = b"" if token is None else token.group()
    raw = [word.removeprefix(b"<").removesuffix(b">")] if word[:1] in b"<_:" else []
    if b">" in word and not word.startswith(b"<"):
        raw.append(word.partition(b">")[0])
    for pattern, text in ((_BRACKETED, start), (_BARE, word)):
        found = pattern.search(text) if pattern is _BARE else pattern.match(text)
        if found is not None:
            raw.append(found.group(1))
    fault.like.update(one.decode("utf-8", "replace") for one in raw if len(one) > 1)


def _unlexable(start: bytes, fault: Fault) -> bool:
    """Tell whether a text that begins with no term may be part of a statement."""
    token = _TOKEN.match(start)
    name = b"" if token is None else token.group().strip(b"<>")
    text = name.decode("utf-8", "replace")
    if _ADDRESS.match(text):
        fault.like.add(text.partition(">")[0])
        return True
    if _STATED.search(start) is None:
        return False
    fault.unknown = True
    return True


def subject_of(term: bytes, header: bytes, parse: Callable[[bytes], list[ox.Quad]]) -> Node | None:
    """Return the node that a term denotes under the prefixes in ``header``, or None."""
    try:
        quads = parse(header + term + b" <x:p> <x:o> .\n")
    except (SyntaxError, ValueError, MemoryError):
        return None
    subject = quads[0].subject if len(quads) == 1 else None
    return subject if isinstance(subject, (ox.NamedNode, ox.BlankNode)) else None


def first_term(text: bytes) -> bytes | None:
    """Return the term that a text begins with."""
    found = _FIRST.match(text)
    return None if found is None else found.group()
