"""A client of Memento, as RFC 7089 has it walk: original, TimeGate, memento, TimeMap.

It knows the address of the original alone; all others come from ``Link`` and ``Location``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx
import pytest

from tests.clients.conftest import Served

LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w-]+="[^"]*")*)')
PARAMETER = re.compile(r'([\w-]+)="([^"]*)"')


def links(text: str) -> list[tuple[str, dict[str, str]]]:
    return [(url, dict(PARAMETER.findall(rest))) for url, rest in LINK.findall(text)]


def related(answer: httpx.Response, relation: str) -> list[tuple[str, dict[str, str]]]:
    return [
        (str(answer.url.join(url)), said)
        for url, said in links(answer.headers.get("link", ""))
        if relation in said.get("rel", "").split()
    ]


def one(answer: httpx.Response, relation: str) -> str:
    ((url, _),) = related(answer, relation)
    return url


@pytest.mark.parametrize("ending", ["", ".ttl", ".jsonld"])
def test_the_walk_of_a_client(catalog: Served, ending: str) -> None:
    original = f"{catalog.url}/dataset/city/BUS1{ending}"
    with httpx.Client(timeout=60, headers={"Accept": "*/*"}) as client:
        # Pattern 2: the original is no TimeGate, and names one (RFC 7089, figures 3 and 4).
        head = client.head(original)
        assert head.status_code == 200 and "memento-datetime" not in head.headers
        gate = one(head, "timegate")
        now = catalog.house.clock.now()
        between = format_datetime(now - timedelta(minutes=30), usegmt=True)
        # Figures 5 and 6: the gate chooses.
        chosen = client.get(gate, headers={"Accept-Datetime": between})
        assert chosen.status_code == 302
        assert "accept-datetime" in chosen.headers["vary"].lower()
        assert "memento-datetime" not in chosen.headers
        assert one(chosen, "original").removesuffix(".html") == original
        # Figures 7 and 8: the memento says what it is, and leads back.
        memento = client.get(str(chosen.url.join(chosen.headers["location"])))
        assert memento.status_code == 200
        assert "公交线路（新）" not in memento.text and "公交线路" in memento.text
        when = parsedate_to_datetime(memento.headers["memento-datetime"])
        assert when == now - timedelta(hours=1)
        assert one(memento, "timegate") == gate
        # Without a time the gate leads to the latest version.
        latest = client.get(gate, follow_redirects=True)
        assert "公交线路（新）" in latest.text
        assert parsedate_to_datetime(latest.headers["memento-datetime"]) == now
        # Before the first, to the first; what is no date is refused (4.5.3).
        early = format_datetime(datetime(1999, 1, 1, tzinfo=UTC), usegmt=True)
        first = client.get(gate, headers={"Accept-Datetime": early}, follow_redirects=True)
        assert first.headers["memento-datetime"] == memento.headers["memento-datetime"]
        assert client.get(gate, headers={"Accept-Datetime": "yesterday"}).status_code == 400


def test_the_time_map_lists_what_the_gate_leads_to(catalog: Served) -> None:
    original = f"{catalog.url}/dataset/city/BUS1.ttl"
    with httpx.Client(timeout=60, headers={"Accept": "*/*"}) as client:
        ((address, _),) = related(client.head(original), "timemap")
        listed = client.get(address)
        assert listed.headers["content-type"] == "application/link-format"
        found = links(listed.text)
        mementos = [(url, said) for url, said in found if "memento" in said["rel"].split()]
        assert [said["rel"] for _, said in mementos] == ["first memento", "last memento"]
        assert [url for url, said in found if said["rel"] == "original"] == [original]
        for url, said in mementos:
            answer = client.get(url)
            assert answer.status_code == 200
            assert answer.headers["memento-datetime"] == said["datetime"]
