"""Queries that come again byte by byte (`catalog_service.http.repeated_requests`)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.types import Scope

from catalog_service.context import Service
from catalog_service.http.access import client_network
from catalog_service.http.content_encoding import WORTHWHILE, chosen_coding, compress
from catalog_service.http.made_answers import Fields, Found, Made
from catalog_service.http.metrics import Metrics
from catalog_service.http.middleware import is_readable
from catalog_service.http.repeated_requests import RepeatedRequests
from catalog_service.sparql.formats import PARAMETERS, SOLUTIONS
from catalog_service.sparql.http_answer import entity_tag, question_digest
from catalog_service.sparql.lookups import is_lookup, look_up
from catalog_service.sparql.model import Client
from catalog_service.sparql.query_check import is_changing, needs_no_tokens, outline
from catalog_service.sparql.service import MARK, QueryOperation
from ontology.errors import AtlasError
from ontology.limits import MIB

_JSON: Final = SOLUTIONS[0]
_PART: Final = 4
"""Their answers have the fourth part of the room for answers, beside it."""

_SHORT: Final = 1_000
"""Characters of a query whose tokens may be read by the event loop; a millisecond's."""


class RepeatedQueries:
    """The `Circumstances` of answers of ``/sparql``.

    They are kept where the graph is on this machine: whether a server has another state only
    asking it would tell.
    """

    def __init__(self, atlas: Service, metrics: Metrics) -> None:
        self._atlas = atlas
        self._metrics = metrics
        self._is_here = not atlas.settings.graph_url

    parameter = b"query"

    def state(self) -> Hashable | None:
        """Return what names the newest snapshot; None where there is none here."""
        return self._atlas.graph.published() if self._is_here else None

    def fields(self, request: Request, milliseconds: float = 0.0) -> Fields:
        """Return what the client has left of its work, of which a kept answer takes nothing."""
        allowance = self._atlas.sparql.allowance(Client(client_network(request)))
        left = [(k.lower().encode(), v.encode()) for k, v in allowance.fields().items()]
        return [*left, (b"x-query-milliseconds", b"%.1f" % milliseconds)]

    def is_template(self, scope: Scope, head: Mapping[bytes, bytes]) -> bool:
        """Tell whether the answer is in JSON and the address names no graphs and no limit."""
        given = {name for name, _ in parse_qsl(scope["query_string"].decode("ascii"))}
        return (
            head.get(b"content-type") == _JSON.content_type.encode()
            and given <= {"query", *PARAMETERS}
            and scope["path"] == "/sparql"
        )

    def made(self, request: Request, value: str) -> Made | None:
        """Return the answer to a look-up within the client's share; None: all others are asked."""
        if not is_lookup(value):
            return None
        client = Client(client_network(request))
        allowance = self._atlas.sparql.allowance(client)
        if allowance.reset >= allowance.window:
            return None  # whoever refuses it then keeps the time to come back that it is told
        try:
            snapshot = self._atlas.graph.current()
            with self._atlas.sparql.working(client):
                body = look_up(snapshot, value)
        except AtlasError:
            return None  # whoever answers then tells why
        coding = chosen_coding(request.headers.get("accept-encoding", ""))
        if body is None or (coding is not None and len(body) >= WORTHWHILE):
            return None
        question = question_digest(QueryOperation(value), _JSON)
        tag = entity_tag(snapshot.number, _JSON, question, body)
        length = str(len(body)).encode()
        return Made(((b"etag", tag.encode()), (b"content-length", length)), body)

    def work(self, request: Request, value: str) -> Callable[[], Made | Found] | None:
        """Return what runs another query that has solutions; None for all that is not as plain."""
        if len(value) > _SHORT and not needs_no_tokens(value):
            return None
        try:
            plain = outline(value).form in ("SELECT", "ASK") and not is_changing(value)
        except AtlasError:
            return None
        if not plain or value.startswith(MARK) or not is_readable(value):
            return None
        return partial(self._run, request, value)

    def _run(self, request: Request, value: str) -> Made | Found:
        client = Client(client_network(request))
        try:
            found = self._atlas.sparql.query(value, accept=_JSON.name, client=client)
        except AtlasError as error:
            return Found(error)
        fields = []
        body, ends = found.body, ""
        coding = chosen_coding(request.headers.get("accept-encoding", ""))
        if coding is not None and len(body) >= WORTHWHILE:
            body, ends = compress(body, coding), f"-{coding}"
            fields = [(b"content-encoding", coding.encode())]
        question = question_digest(QueryOperation(value), _JSON)
        tag = entity_tag(found.snapshot, _JSON, question, found.body, ends)
        length = str(len(body)).encode()
        fields += [(b"etag", tag.encode()), (b"content-length", length)]
        return Made(fields, body, found.milliseconds)

    def note(self, route: str, seconds: float) -> None:
        """Count the request, and the query."""
        self._metrics.observe({"method": "GET", "atlas.route": route}, 200, seconds)
        self._metrics.count_query("answered")


def repeated_queries(atlas: Service, metrics: Metrics) -> RepeatedRequests:
    """Return what keeps the answers, in a room by ``ATLAS_SPARQL_CACHE_MB``."""
    room = atlas.settings.sparql_cache_mb * MIB // _PART
    return RepeatedRequests(RepeatedQueries(atlas, metrics), room)
