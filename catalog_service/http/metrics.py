"""``/metrics``: requests, and how far the projections are behind the journal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import Scope

from catalog_service.http.head import ASKED

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))

Gauges = Callable[[], Mapping[str, float]]


class _OnScrape(Collector):
    """Gauges that are read when they are asked for."""

    def __init__(self, read: Gauges) -> None:
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, value in sorted(self._read().items()):
            yield GaugeMetricFamily(f"atlas_{name}", name.replace("_", " "), value=value)


class Metrics:
    """The figures of one web process; with several, they are added up on each scrape.

    ``PROMETHEUS_MULTIPROC_DIR``, set by the supervisor, is where the processes keep them.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "atlas_http_requests",
            "Requests by method, route and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "atlas_http_request_seconds",
            "Seconds from a request's first byte to its answer's last, by route.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )

        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._queries = Counter(
            "atlas_sparql_queries",
            "Queries of /sparql by what became of them.",
            ("outcome",),
            registry=self._registry,
        )

    def count_query(self, outcome: str) -> None:
        """Count one query of /sparql by what became of it."""
        self._queries.labels(outcome).inc()

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one request by its route's template: never by its path, which clients choose."""
        known: str | None = scope.get("atlas.route")
        route = known or str(getattr(scope.get("route"), "path", "unmatched"))
        method = scope.get(ASKED, scope["method"])
        method = method if method in _METHODS else "other"
        counter, histogram = self._of(method, route, status)
        counter.inc()
        histogram.observe(seconds)

    def _of(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """Return what counts such requests; looking for it costs more than counting."""
        found = self._known.get((method, route, status))
        if found is None:
            found = self._known[method, route, status] = (
                self._requests.labels(method, route, str(status)),
                self._seconds.labels(route),
            )
        return found

    def text(self, gauges: Gauges) -> bytes:
        """Return everything in Prometheus's text format."""
        registry = CollectorRegistry()
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            registry.register(_OnScrape(gauges))
            return generate_latest(registry)
        registry.register(_OnScrape(gauges))
        return generate_latest(self._registry) + generate_latest(registry)
