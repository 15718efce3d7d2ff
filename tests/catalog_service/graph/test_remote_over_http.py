"""The application over the graph of a real Oxigraph server (``ATLAS_GRAPH_URL``)."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from catalog_service.operations.checks import run_checks
from ontology.record import mint_iri
from tests.fixtures.web import BASE, House, portal, served


@pytest.mark.services
def test_the_server_answers_and_its_state_is_the_etag(tmp_path: Path, oxigraph_url: str) -> None:
    house = House(tmp_path / "home", graph_url=oxigraph_url)
    ask = {"query": f"ASK {{ <{mint_iri(BASE, 'city', 'NEW')}> ?p ?o }}"}
    with house.atlas, served(house) as address, httpx.Client(base_url=address, timeout=120) as web:
        house.submit("city", [portal("OLD", "公交线路")])
        house.project()
        ready = web.get("/health/ready")
        assert (ready.status_code, ready.json()["ready"]) == (200, True), ready.text
        checks = {check.name: check for check in run_checks(house.atlas, deep=False)}
        assert checks["graph-server"].verdict == "ok"
        assert "Oxigraph 0." in checks["graph-server"].detail
        before = web.get("/sparql", params=ask)
        assert (before.status_code, before.json()["boolean"]) == (200, False), before.text
        known = {"If-None-Match": before.headers["etag"]}
        assert web.get("/sparql", params=ask, headers=known).status_code == 304

        write = house.token("write:city")
        one = "/api/v1/sources/city/records/NEW"
        assert web.put(one, json=portal("NEW", "新的线路"), headers=write).status_code == 201
        house.project()
        after = web.get("/sparql", params=ask, headers=known)
        assert (after.status_code, after.json()["boolean"]) == (200, True)
        assert after.headers["etag"] != before.headers["etag"]
        assert web.get("/health/ready").status_code == 200
