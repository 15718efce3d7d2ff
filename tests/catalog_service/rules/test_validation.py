"""How much may be held against the rules with a token, and without one."""

from __future__ import annotations

import anyio
import httpx
import orjson
import pytest
from fastapi import Request

from catalog_service.app import create_app
from catalog_service.rules.routes import ValidationSlots, read_body
from catalog_service.rules.validation import WITHOUT_TOKEN, Allowance
from ontology.errors import AtlasError
from tests.fixtures.web import House, portal, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]
NDJSON = {"Content-Type": "application/x-ndjson"}
REFEREE = "/api/v1/validate?engine=pyshacl"


def lines(count: int, **more: object) -> bytes:
    return b"\n".join(orjson.dumps(portal(f"V{n}", f"线路{n}", **more)) for n in range(count))


def test_without_a_token_the_records_are_counted(site: Site) -> None:
    house, client = site
    within = client.post(REFEREE, content=lines(20), headers=NDJSON)
    assert (within.status_code, within.json()["read"]) == (200, 20)
    over = client.post(REFEREE, content=lines(21), headers=NDJSON)
    assert (over.status_code, over.json()["code"]) == (413, "validation-too-large")
    assert "Bearer" in over.json()["detail"]
    lifted = client.post(REFEREE, content=lines(21), headers={**NDJSON, **house.token("write:x")})
    assert (lifted.status_code, lifted.json()["read"]) == (200, 21)
    # What cannot be read counts too.
    broken = client.post("/api/v1/validate", content=b"{\n" * 1_001, headers=NDJSON)
    assert (broken.status_code, broken.json()["code"]) == (413, "validation-too-large")


def test_without_a_token_a_body_is_read_no_further_than_its_bound() -> None:
    asked = 0

    async def receive() -> dict[str, object]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": bytes(1 << 19), "more_body": asked < 8}

    def read(allowance: Allowance | None) -> bytes:
        with anyio.run(read_body, Request({"type": "http"}, receive), allowance) as body:
            return body.read()

    with pytest.raises(AtlasError) as caught:
        read(WITHOUT_TOKEN["pyshacl"])
    assert (caught.value.code, asked) == ("validation-too-large", 3)
    asked = 0
    assert len(read(None)) == 4 << 20


def test_totals_count_all_and_list_some(site: Site) -> None:
    answer = site[1].post("/api/v1/validate", content=lines(250, is_open=""), headers=NDJSON)
    rule = next(r for r in answer.json()["rules"] if r["severity"] == "Violation")
    assert (rule["count"], len(rule["spots"])) == (250, 200)


def test_without_a_token_two_are_checked_at_a_time(site: Site) -> None:
    house, _ = site
    app = create_app(house.atlas)
    slots: ValidationSlots = app.state.validation_slots

    async def ask(headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://web") as client:
            return await client.post(
                "/api/v1/validate", content=lines(1), headers={**NDJSON, **headers}
            )

    with slots.slot(free=False), slots.slot(free=False):
        with pytest.raises(AtlasError), slots.slot(free=False):
            pass
        refused = anyio.run(ask, {})
        assert (refused.status_code, refused.json()["code"]) == (429, "rate-limited")
        assert refused.headers["retry-after"] == "5"
        assert anyio.run(ask, house.token("write:x")).status_code == 200
    assert anyio.run(ask, {}).status_code == 200


def test_a_token_lifts_the_bounds_but_not_the_deadline(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = site
    headers = {**house.token("write"), **NDJSON}
    whole = client.post("/api/v1/validate", content=lines(3), headers=headers)
    assert whole.json()["read"] == 3
    monkeypatch.setattr("catalog_service.rules.validation.VALIDATION_SECONDS", -1.0)
    late = client.post("/api/v1/validate", content=lines(3), headers=headers)
    assert (late.status_code, late.json()["code"]) == (413, "validation-too-slow")
