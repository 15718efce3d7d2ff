"""Queries that come again byte by byte (`catalog_service.http.repeated_requests`)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from fastapi import Request

from catalog_service.context import Service
from catalog_service.http.access import client_network
from catalog_service.http.metrics import Metrics
from catalog_service.http.repeated_requests import Fields, RepeatedRequests
from catalog_service.sparql.model import Client
from ontology.limits import MIB

_PART: Final = 4
"""Their answers have the fourth part of the room for answers, beside it."""


class RepeatedQueries:
    """The `Circumstances` of answers of ``/sparql``.

    They are kept where the graph is on this machine: whether a server has another state only
    asking it would tell.
    """

    def __init__(self, atlas: Service, metrics: Metrics) -> None:
        self._atlas = atlas
        self._metrics = metrics
        self._is_here = not atlas.settings.graph_url

    def state(self) -> Hashable | None:
        """Return what names the newest snapshot; None where there is none here."""
        return self._atlas.graph.published() if self._is_here else None

    def fields(self, request: Request) -> Fields:
        """Return what the client has left of its work, of which a kept answer takes nothing."""
        allowance = self._atlas.sparql.allowance(Client(client_network(request)))
        left = [(k.lower().encode(), v.encode()) for k, v in allowance.fields().items()]
        return [*left, (b"x-query-milliseconds", b"0.0")]

    def note(self, route: str, seconds: float) -> None:
        """Count the request, and the query."""
        self._metrics.observe({"method": "GET", "atlas.route": route}, 200, seconds)
        self._metrics.count_query("answered")


def repeated_queries(atlas: Service, metrics: Metrics) -> RepeatedRequests:
    """Return what keeps the answers, in a room by ``ATLAS_SPARQL_CACHE_MB``."""
    room = atlas.settings.sparql_cache_mb * MIB // _PART
    return RepeatedRequests(RepeatedQueries(atlas, metrics), room)
