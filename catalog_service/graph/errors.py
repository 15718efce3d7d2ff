"""Kinds of errors of the graph store."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind
from translations import N_

GRAPH_LOCKED: Final = ErrorKind(
    "graph-locked",
    "Another process is writing the graph store {path}. Let it finish, or stop it and try again.",
    status=503,
)
GRAPH_BROKEN: Final = ErrorKind(
    "graph-broken",
    "The graph in {path} cannot be read: {reason}. A running service builds it anew from the "
    "journal by itself: try again in a moment. Otherwise run `atlas index rebuild graph`.",
    status=503,
)
OUTDATED: Final = N_("its default graph is not what its named graphs hold")
"""The reason of `GRAPH_BROKEN` for a store that another version of this program has written."""

GRAPH_UNION: Final = ErrorKind(
    "graph-union",
    "The graph server {url} gives the union of all graphs as its default graph, and counts what "
    "several hold several times: it is not asked. Start it without --union-default-graph.",
    status=503,
)
NO_SNAPSHOT: Final = ErrorKind(
    "no-snapshot",
    "There is no snapshot of the graph in {path}. A running service makes one by itself: try "
    "again in a moment. Otherwise run `atlas index rebuild graph`.",
    status=503,
)
GRAPH_UNREACHABLE: Final = ErrorKind(
    "graph-unreachable",
    "The graph server {url} does not answer: {reason}. "
    "Check ATLAS_GRAPH_URL and whether the server runs.",
    status=503,
)
GRAPH_REFUSED: Final = ErrorKind(
    "graph-refused",
    "The graph server {url} refused the request (HTTP {status}): {reason}. "
    "Look into that server's log.",
    status=503,
)
