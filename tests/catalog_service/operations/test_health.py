"""Whether the service lives and is ready, and its metrics."""

from __future__ import annotations

import os
import shutil
import signal

import httpx

from tests.fixtures.web import House, own_site, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]


def test_health_and_metrics(site: Site) -> None:
    client = site[1]
    assert client.get("/health/live").json() == {"live": True}
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True), ready.text
    client.get("/api/v1/datasets/city/CLOSED")
    text = client.get("/metrics").text
    assert "atlas_journal_head" in text
    assert "atlas_projection_graph_lag 0.0" in text
    assert 'route="/api/v1/datasets/{source}/{remote_id}",status="404"' in text
    assert "CLOSED" not in text


def test_not_ready_says_why(own_site: Site) -> None:
    house, client = own_site
    (house.settings.home / "projections.json").unlink()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == {"ok": False, "reason": "never-ran", "figures": {}}


def test_ready_asks_a_query(own_site: Site) -> None:
    house, client = own_site
    assert client.get("/health/ready").json()["parts"]["sparql"] == {
        "ok": True,
        "reason": None,
        "figures": {"workers": 1.0},
    }
    assert "atlas_sparql_workers 1.0" in client.get("/metrics").text
    # What the workers read is gone: only asking finds out.
    shutil.rmtree(house.atlas.graph.current().path)
    (pid,) = house.atlas.sparql.service.pids()  # type: ignore[attr-defined]  # the pool
    os.kill(pid, signal.SIGKILL)
    assert client.get("/health/ready").status_code == 200
    house.clock.step(1)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    part = answer.json()["parts"]["sparql"]
    assert (part["ok"], part["reason"]) == (False, "sparql-failed")
