"""What the server answers, by request: its shape is checked before anything believes it.

Whatever stands behind an address can answer: a proxy's page, another program, a server that only
has a part of the index. Readers are given to `search.index.elastic.connection.Connection.ask`,
which turns `UnreadableError` into ``search-refused`` and `PartialError` into
``search-unreachable``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from search.index.field_names import CHECKPOINT, MARK, PAYLOAD
from search.index.payload import StoredDocument, stored

_T = TypeVar("_T")

Read = Callable[[object], _T]
"""Makes something of an answer as it was parsed from JSON; raises one of the three below."""


class UnreadableError(Exception):
    """An answer that is none of Elasticsearch, or not to what was asked."""


class PartialError(Exception):
    """An answer about a part of the index only, or one that the server gave up on."""


class RefusedError(Exception):
    """One of several searches that failed, with the status it would have had alone."""

    def __init__(self, status: int, body: Mapping[str, object]) -> None:
        super().__init__(status)
        self.status, self.body = status, body


def part(whole: object, name: str, kind: type[_T]) -> _T:
    """Return the member ``name`` of a JSON object; raises `UnreadableError` where it is none."""
    value = whole.get(name) if isinstance(whole, dict) else None
    # To Python a bool is an int.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise UnreadableError(f"{name} is not {kind.__name__}")
    return value


# -- searches ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchResponse(Generic[_T]):
    """A search's answer; ``total`` is 0 where it was not asked for."""

    total: int
    hits: tuple[_T, ...]
    counts: Mapping[str, Mapping[str, int]]
    after: list[Any]
    """The sort values of the last hit."""
    pit: str
    """The name that the point in time goes by now."""


def found(row: Callable[[object], _T], facets: Iterable[str] = ()) -> Read[SearchResponse[_T]]:
    """Return the reader of a search whose hits are read by ``row`` and that counts ``facets``."""
    names = tuple(facets)

    def read(body: object) -> SearchResponse[_T]:
        shards = part(body, "_shards", dict)
        total, answered = part(shards, "total", int), part(shards, "successful", int)
        if part(shards, "failed", int) or answered < total:
            raise PartialError(f"{answered} of {total} parts of the index have answered")
        if part(body, "timed_out", bool):
            raise PartialError("it gave up before it had looked at everything")
        outer = part(body, "hits", dict)
        hits = part(outer, "hits", list)
        aggregations = part(body, "aggregations", dict) if names else {}
        return SearchResponse(
            total=part(part(outer, "total", dict), "value", int) if _has(outer, "total") else 0,
            hits=tuple(map(row, hits)),
            counts={name: _counts(part(aggregations, name, dict)) for name in names},
            after=part(hits[-1], "sort", list) if hits and _has(hits[-1], "sort") else [],
            pit=part(body, "pit_id", str) if _has(body, "pit_id") else "",
        )

    return read


def each_of(readers: list[Read[_T]]) -> Read[list[_T]]:
    """Return the reader of the answer to several searches, each with a reader of its own."""

    def read(body: object) -> list[_T]:
        responses = part(body, "responses", list)
        if len(responses) != len(readers):
            raise UnreadableError(f"{len(responses)} answers to {len(readers)} searches")
        for response in responses:
            if _has(response, "error"):
                raise RefusedError(part(response, "status", int), response)
        return [reader(one) for reader, one in zip(readers, responses, strict=True)]

    return read


NEWEST: Final = "newest"
"""The name of what is asked for of each value in `examples`."""


def examples(facet: str, row: Callable[[object], _T]) -> Read[dict[str, tuple[int, _T]]]:
    """Return the reader of a search for how many documents have each value of ``facet``, and one
    of them, read by ``row``."""
    plain = found(nothing, (facet,))

    def read(body: object) -> dict[str, tuple[int, _T]]:
        told: dict[str, tuple[int, _T]] = {}
        counts = plain(body).counts[facet]
        terms = part(part(body, "aggregations", dict), facet, dict)
        for bucket in part(terms, "buckets", list):
            value = part(bucket, "key", str)
            hits = part(part(part(bucket, NEWEST, dict), "hits", dict), "hits", list)
            if len(hits) != 1:
                raise UnreadableError(f"{NEWEST} is not one document")
            told[value] = (counts[value], row(hits[0]))
        return told

    return read


def column(hit: object, name: str) -> str:
    """Return the one value of a column."""
    values = part(part(hit, "fields", dict), name, list)
    if len(values) != 1 or not isinstance(values[0], str):
        raise UnreadableError(f"{name} is not one value")
    return values[0]


def score(hit: object) -> float:
    """Return the first of the sort values, where it is the score."""
    values = part(hit, "sort", list)
    if not values or type(values[0]) not in (int, float):
        raise UnreadableError("sort is not a score")
    return float(values[0])


def document(hit: object) -> StoredDocument:
    """Return the document that a hit brings with it."""
    payload = part(part(hit, "_source", dict), PAYLOAD, str)
    try:
        return stored(payload)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"{PAYLOAD} is not what was put there: {error}"[:200]) from error


def nothing(_hit: object) -> None:
    """Read no hits: only how many there are, or counts, were asked for."""


def _counts(values: object) -> dict[str, int]:
    buckets = values.get("buckets") if isinstance(values, dict) else None
    if isinstance(buckets, dict):
        # Named buckets are listed even where they are empty.
        named = {name: part(bucket, "doc_count", int) for name, bucket in buckets.items()}
        return {name: count for name, count in named.items() if count}
    return {part(b, "key", str): part(b, "doc_count", int) for b in part(values, "buckets", list)}


def _has(whole: object, name: str) -> bool:
    return isinstance(whole, dict) and name in whole


# -- single documents, points in time ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The document that each commit replaces, with what distinguishes its versions."""

    state: tuple[str, int, int]
    """Index, term and sequence number."""
    number: int
    mark: str


def checkpoint(body: object) -> Checkpoint:
    """Read the document of the checkpoint."""
    source = part(body, "_source", dict)
    return Checkpoint(
        state=(
            part(body, "_index", str),
            part(body, "_primary_term", int),
            part(body, "_seq_no", int),
        ),
        number=part(source, CHECKPOINT, int),
        mark=part(source, MARK, str) if MARK in source else "",
    )


def opened(body: object) -> str:
    """Read the name of a point in time."""
    return part(body, "id", str)


# -- writing, indices, nodes -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one action; ``error`` is the type of what went wrong, empty where nothing."""

    status: int
    error: str = ""
    reason: str = ""


def outcomes(count: int) -> Read[list[Outcome]]:
    """Return the reader of what became of ``count`` actions: an empty list where all is well."""

    def read(body: object) -> list[Outcome]:
        if not part(body, "errors", bool):
            return []
        items = part(body, "items", list)
        if len(items) != count:
            raise UnreadableError(f"{len(items)} outcomes of {count} actions")
        return [_outcome(item) for item in items]

    return read


def _outcome(item: object) -> Outcome:
    if not isinstance(item, dict) or len(item) != 1:
        raise UnreadableError("items are not one outcome each")
    (name,) = item
    said = part(item, name, dict)
    status = part(said, "status", int)
    if "error" not in said:
        return Outcome(status)
    error = part(said, "error", dict)
    return Outcome(status, part(error, "type", str), str(error.get("reason"))[:300])


def aliases(body: object) -> dict[str, frozenset[str]]:
    """Read the aliases of each index."""
    if not isinstance(body, dict):
        raise UnreadableError("it is no list of aliases")
    return {index: frozenset(part(said, "aliases", dict)) for index, said in body.items()}


def acknowledged(body: object) -> bool:
    """Read whether a change has reached every node in time; it holds either way."""
    return part(body, "acknowledged", bool)


def versions(body: object) -> list[str]:
    """Read the versions of the nodes."""
    nodes = part(body, "nodes", dict)
    return [part(node, "version", str) for node in nodes.values()]


def anything(body: object) -> object:
    """Take any answer: only that there was one is of interest."""
    return body
