"""One time for all requests that a query over a server's graphs takes."""

from __future__ import annotations

from contextlib import closing

import httpx
import pytest

from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.remote import RemoteSparql
from ontology.errors import AtlasError

STATE = {"n": {"type": "literal", "value": "3"}, "m": {"type": "literal", "value": "3"}}


def test_requests_of_one_query_share_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        text = request.content.decode()
        if "GRAPH ?g" not in text:
            rows = {"head": {"vars": ["n", "m"]}, "results": {"bindings": [STATE]}}
            return httpx.Response(200, json=rows)
        asked.append(text)
        now[0] += 6  # of the ten that a query has
        if "CONSTRUCT" in text:
            return httpx.Response(200, content=b"")
        return httpx.Response(200, json={"head": {"vars": []}, "results": {"bindings": []}})

    with closing(
        RemoteSparql("http://graph.test", SparqlLimits(timeout=10), monotonic=lambda: now[0])
    ) as service:
        client = httpx.Client(transport=httpx.MockTransport(answer))
        monkeypatch.setattr(service, "_client", client)
        with pytest.raises(AtlasError) as caught:
            service.query("SELECT * FROM <x:a> FROM <x:b> FROM NAMED <x:c> { ?s ?p ?o }")
    assert caught.value.code == "sparql-timeout"
    assert "10" in str(caught.value)
    # By the worker, too, nothing is begun after its ten seconds.
    assert len(asked) == 2
