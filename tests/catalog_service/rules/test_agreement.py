"""The register that is shown and the validation that is offered speak of the same rules."""

from __future__ import annotations

import httpx
import orjson

from tests.fixtures.web import House, portal, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


def test_rules_and_validation_agree(site: Site) -> None:
    client = site[1]
    rules = {r["id"]: r for r in client.get("/api/v1/rules").json()["rules"]}
    assert rules["R01"]["message"]["en"]
    assert "sh:" in client.get("/api/v1/rules/R01").json()["turtle"]
    body = b"\n".join(
        orjson.dumps(p) for p in (portal("V1", "停车场"), portal("V2", "车站", is_open=""))
    )
    reports = [
        client.post(
            f"/api/v1/validate?engine={engine}",
            content=body,
            headers={"Content-Type": "application/x-ndjson"},
        ).json()
        for engine in ("shacl", "pyshacl")
    ]
    assert (reports[0]["read"], reports[0]["unreadable"]) == (2, 0)
    assert reports[0]["violating"] >= 1
    verdicts = [
        {(c["remote_id"], r["rule"], r["severity"]) for c in report["records"] for r in c["rules"]}
        for report in reports
    ]
    assert verdicts[0] == verdicts[1]
    assert {rule for _, rule, _ in verdicts[0]} <= rules.keys()
    broken = client.post(
        "/api/v1/validate", content=b"<a", headers={"Content-Type": "application/rdf+xml"}
    )
    assert broken.json()["unreadable"] == 1
