"""Names for blank nodes that depend on their statements only, not on their labels or order.

1. A node without a cycle below it is named by a digest of the triples below it, where no other
   node has the same digest. A change elsewhere in the record does not affect such a name.
2. The other nodes form components (nodes linked to each other; named nodes count as constants).
   Each component is named from its own triples: colour refinement separates its nodes; nodes that
   remain alike are numbered by a walk if they form a tree (where any choice among equals gives the
   same graph), and by RDFC-1.0 if they form cycles.
3. Components with exactly the same triples are numbered: exchanging them changes nothing.

Only the cycles of step 2 can be expensive, so only they are limited. Terms here are N-Triples
text: a blank node starts with ``_:``, its final name with ``!``, and a label within a component
with ``?``, so that no label chosen by a publisher can be mistaken for a name.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from ontology.errors import TOO_MANY_BLANK_NODES, AtlasError

Statement = tuple[str, str, str]
"""Subject, predicate and object as N-Triples terms."""

MAX_SYMMETRIES: Final = 5_040
"""Maximum number of orders of indistinguishable blank nodes that RDFC-1.0 may have to try for one
cycle. Its worst case is exponential: a malicious graph of ten nodes would take forever."""

MAX_EFFORT: Final = 4 * MAX_SYMMETRIES
"""The same for all cycles of one record together: at most about four seconds."""

_CONSTANT: Final = "<urn:x-shdata-constant:"
_COLOUR: Final = "<urn:x-shdata-colour>"


@dataclass(slots=True)
class _Effort:
    """The number of orders that RDFC-1.0 may still try for one record."""

    record_iri: str
    left: int = MAX_EFFORT

    def spend(self, classes: Iterable[int], nodes: int) -> None:
        symmetries = math.prod(math.factorial(size) for size in classes)
        self.left -= symmetries
        if symmetries > MAX_SYMMETRIES or self.left < 0:
            raise AtlasError(TOO_MANY_BLANK_NODES, iri=self.record_iri, count=nodes)


def name_blank_nodes(statements: Sequence[Statement], record_iri: str) -> list[Statement]:
    """Return the statements with each blank node's label replaced by its name (``!{hex}``).

    Isomorphic graphs give equal sets of statements. Raises `AtlasError`
    (``too-many-blank-nodes``) for cycles of nodes that nothing tells apart.
    """
    by_content = _content_digests(statements)
    shared = Counter(by_content.values())
    names = {node: digest for node, digest in by_content.items() if shared[digest] == 1}
    renamed = _renamed(statements, names)
    alike = {n for s in statements for n in (s[0], s[2]) if _is_blank(n) and n not in names}
    if not alike:
        return renamed
    done = [s for s in renamed if s[0] not in alike and s[2] not in alike]
    touching: dict[str, list[Statement]] = defaultdict(list)
    for s in renamed:
        for node in {s[0], s[2]} & alike:
            touching[node].append(s)
    seen: Counter[str] = Counter()
    effort = _Effort(record_iri)
    for component in _components(alike, touching):
        own = _statements_of(component, touching)
        labelled, labels = _label_component(component, own, by_content, effort)
        digest = _digest(sorted(" ".join(s) for s in labelled))
        seen[digest] += 1
        number = str(seen[digest])
        done += _renamed(labelled, {t: "!" + _digest([digest, number, t]) for t in labels})
    return done


def _is_blank(term: str) -> bool:
    return term.startswith("_:")


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _renamed(statements: Iterable[Statement], names: dict[str, str]) -> list[Statement]:
    return [(names.get(s, s), p, names.get(o, o)) for s, p, o in statements]


def _content_digests(statements: Iterable[Statement]) -> dict[str, str]:
    """Digest each blank node below which no cycle lies, from the leaves upwards."""
    out: dict[str, list[tuple[str, str]]] = {}
    waiting: dict[str, set[str]] = {}
    parents: dict[str, set[str]] = defaultdict(set)
    for s, p, o in statements:
        if _is_blank(s):
            out.setdefault(s, []).append((p, o))
            waiting.setdefault(s, set())
        if _is_blank(o):
            out.setdefault(o, [])
            waiting.setdefault(o, set())
            if _is_blank(s):
                waiting[s].add(o)
                parents[o].add(s)
    digests: dict[str, str] = {}
    ready = [node for node, below in waiting.items() if not below]
    while ready:
        node = ready.pop()
        digests[node] = "!" + _digest(sorted(f"{p} {digests.get(o, o)}" for p, o in out[node]))
        for parent in parents[node]:
            waiting[parent].discard(node)
            if not waiting[parent]:
                ready.append(parent)
    return digests


def _components(nodes: set[str], touching: dict[str, list[Statement]]) -> Iterator[list[str]]:
    """Yield the sets of nodes that are connected without passing through other terms."""
    left = set(nodes)
    while left:
        component = [left.pop()]
        for node in component:
            for s, _, o in touching[node]:
                other = o if s == node else s
                if other in left:
                    left.remove(other)
                    component.append(other)
        yield component


def _statements_of(
    component: Iterable[str], touching: dict[str, list[Statement]]
) -> list[Statement]:
    return list(dict.fromkeys(s for node in component for s in touching[node]))


_Edges = dict[str, dict[str, str]]
"""node → neighbour → all that links the two, in both directions, as one text."""


def _edges(nodes: set[str], statements: Iterable[Statement]) -> tuple[_Edges, dict[str, list[str]]]:
    """Return the links among ``nodes``, and of each node to constants and to itself."""
    links: dict[str, dict[str, list[str]]] = {node: defaultdict(list) for node in nodes}
    own: dict[str, list[str]] = {node: [] for node in nodes}
    for s, p, o in statements:
        if s == o:
            own[s].append(f"= {p}")
            continue
        if s in nodes and o in nodes:
            links[s][o].append(f"> {p}")
            links[o][s].append(f"< {p}")
        elif s in nodes:
            own[s].append(f"> {p} {o}")
        else:
            own[o].append(f"< {p} {s}")
    bundled = {n: {m: " ".join(sorted(tags)) for m, tags in of.items()} for n, of in links.items()}
    return bundled, own


def _label_component(
    component: list[str],
    statements: list[Statement],
    by_content: dict[str, str],
    effort: _Effort,
) -> tuple[list[Statement], set[str]]:
    """Return the statements with labels that are equal for isomorphic components, and the labels.

    The labels say nothing outside the component.
    """
    nodes = set(component)
    edges, own = _edges(nodes, statements)
    colours = {n: "?" + _digest([by_content.get(n, ""), *sorted(own[n])]) for n in component}
    if len(component) == 1:
        return _renamed(statements, colours), set(colours.values())
    _refine(colours, edges)
    size = Counter(colours.values())
    labels = {n: c for n, c in colours.items() if size[c] == 1}
    alike = nodes - labels.keys()
    if not alike:
        return _renamed(statements, labels), set(labels.values())
    coloured = _renamed(statements, labels)
    done = [s for s in coloured if s[0] not in alike and s[2] not in alike]
    found = set(labels.values())
    touching: dict[str, list[Statement]] = defaultdict(list)
    for s in coloured:
        for node in {s[0], s[2]} & alike:
            touching[node].append(s)
    seen: Counter[str] = Counter()
    for part in _components(alike, touching):
        inside = set(part)
        local = {n: {m: t for m, t in edges[n].items() if m in inside} for n in part}
        whole = _statements_of(part, touching)
        if sum(len(of) for of in local.values()) == 2 * (len(part) - 1):
            walked = _walk(part, local, colours)
            ordered, marks = _renamed(whole, walked), set(walked.values())
        else:
            ordered = _by_rdfc(part, whole, colours, effort)
            marks = {t for s in ordered for t in (s[0], s[2]) if _is_blank(t)}
        digest = _digest(sorted(" ".join(s) for s in ordered))
        seen[digest] += 1
        final = {mark: f"?{digest}.{seen[digest]}.{mark[2:]}" for mark in marks}
        found |= set(final.values())
        done += _renamed(ordered, final)
    return done, found


def _refine(colours: dict[str, str], edges: _Edges) -> None:
    """Refine ``colours`` in place until nodes of one colour have neighbours of equal colours.

    When a colour splits, its largest part keeps it (Hopcroft): each node changes its colour at
    most log n times, so that long lists and long cycles stay cheap.
    """
    classes: dict[str, set[str]] = defaultdict(set)
    for node, colour in colours.items():
        classes[colour].add(node)
    changed = set(colours)
    while changed:
        touched = {m for n in changed for m in edges[n] if len(classes[colours[m]]) > 1}
        groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for node in touched:
            old = colours[node]
            around = sorted(f"{tags} {colours[m]}" for m, tags in edges[node].items())
            groups[old]["?" + _digest([old, *around])].append(node)
        changed = set()
        for old, parts in groups.items():
            largest = max(parts, key=lambda colour: (len(parts[colour]), colour))
            untouched = len(classes[old]) - sum(map(len, parts.values()))
            if untouched < len(parts[largest]):
                moving = {c: part for c, part in parts.items() if c != largest}
                if untouched:
                    moving["?" + _digest([old])] = list(classes[old].difference(*parts.values()))
            else:
                moving = parts
            for colour, part in moving.items():
                classes[old].difference_update(part)
                classes[colour].update(part)
                changed.update(part)
                colours.update(dict.fromkeys(part, colour))


def _walk(part: list[str], edges: _Edges, colours: dict[str, str]) -> dict[str, str]:
    """Number the nodes of a tree in an order that is the same for every isomorphic tree.

    In a tree, nodes of one refined colour can be exchanged, and so can neighbours of one colour
    of a node whose place is fixed: any of them may come first.
    """
    stack = [min(part, key=colours.__getitem__)]
    numbers: dict[str, str] = {}
    while stack:
        node = stack.pop()
        numbers[node] = f"?t{len(numbers)}"
        following = [(tags, colours[m], m) for m, tags in edges[node].items() if m not in numbers]
        following.sort(key=lambda item: item[:2])
        stack += [m for _, _, m in following]
    return numbers


def _by_rdfc(
    part: list[str], statements: list[Statement], colours: dict[str, str], effort: _Effort
) -> list[Statement]:
    """Label a part with cycles by RDFC-1.0, which sees its colours and takes the rest as IRIs."""
    effort.spend(Counter(colours[n] for n in part).values(), len(part))
    inside = set(part)
    constants: dict[str, str] = {}

    def sealed(term: str) -> str:
        if term in inside:
            return term
        return constants.setdefault(term, f"{_CONSTANT}{_digest([term])}>")

    lines = [f"{sealed(s)} {p} {sealed(o)} ." for s, p, o in statements]
    lines += [f'{node} {_COLOUR} "{colours[node]}" .' for node in part]
    dataset = ox.Dataset(ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    opened = {seal: term for term, seal in constants.items()}
    found = [(str(q.subject), str(q.predicate), str(q.object)) for q in dataset]
    return [(opened.get(s, s), p, opened.get(o, o)) for s, p, o in found if p != _COLOUR]
