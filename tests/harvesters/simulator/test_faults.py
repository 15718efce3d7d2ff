"""Each fault does what it says, over a real socket."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.faults import Fault, Faults
from harvesters.simulator.messages import Request
from harvesters.simulator.server import Platform, serve
from harvesters.simulator.shapes.city import CityApi
from tests.fixtures.certificate import self_signed
from tests.harvesters.simulator.conftest import Client

STATUS = "/api/3/action/status_show"


@pytest.mark.parametrize(
    ("fault", "status", "check"),
    [
        (Fault.UNAUTHORIZED, 401, lambda a: "www-authenticate" in a.headers),
        (Fault.CHALLENGE, 412, lambda a: b"<script>" in a.body),
        (Fault.TOO_MANY_REQUESTS, 429, lambda a: "retry-after" not in a.headers),
        (Fault.RETRY_AFTER, 429, lambda a: a.headers["retry-after"] == "1"),
        (Fault.SERVER_ERROR, 500, lambda a: "html" in a.headers["content-type"]),
        (Fault.UNAVAILABLE, 503, lambda a: True),
        (Fault.WRONG_TYPE, 200, lambda a: "html" in a.headers["content-type"] and a.json),
        (Fault.WRONG_ENCODING, 200, lambda a: json.loads(a.body.decode("gb18030"))["success"]),
        (Fault.REDIRECT_HOST, 302, lambda a: a.headers["location"].startswith("http://127.0.0.2")),
    ],
)
def test_answers(
    platform: Platform, client: Client, fault: Fault, status: int, check: Callable[[Any], Any]
) -> None:
    platform.faults.set(fault, times=1, path=STATUS)
    answer = client.get(STATUS)
    assert answer.status == status
    assert check(answer)
    assert client.get(STATUS).status == 200


def test_what_is_wrong_with_the_encoding_is_no_utf8(platform: Platform, client: Client) -> None:
    platform.faults.set(Fault.WRONG_ENCODING)
    with pytest.raises(UnicodeDecodeError):
        client.get(STATUS).body.decode()


def test_cut_bodies_and_resets(platform: Platform, client: Client) -> None:
    platform.faults.set(Fault.CUT_BODY, times=1)
    with pytest.raises(http.client.IncompleteRead):
        client.get(STATUS)
    client.close()
    platform.faults.set(Fault.RESET, times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        client.get(STATUS)
    client.close()
    assert client.get(STATUS).status == 200


def test_time_outs_and_slow_bytes(platform: Platform) -> None:
    request = f"GET {STATUS} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    platform.faults.set(Fault.TIME_OUT)
    with socket.create_connection(("127.0.0.1", platform.port), timeout=5) as silent:
        silent.sendall(request)
        silent.settimeout(0.05)
        with pytest.raises(TimeoutError):
            silent.recv(1)
    platform.faults.clear()
    platform.faults.slow_pause = 0.0
    platform.faults.set(Fault.SLOW_BYTES)
    with socket.create_connection(("127.0.0.1", platform.port), timeout=5) as slow:
        slow.sendall(request)
        response = http.client.HTTPResponse(slow)
        response.begin()
        assert json.loads(response.read())["success"]


def test_redirect_loop_never_ends(platform: Platform, client: Client) -> None:
    platform.faults.set(Fault.REDIRECT_LOOP)
    seen = [STATUS]
    for _ in range(4):
        seen.append(client.get(seen[-1]).headers["location"])
    assert len(set(seen)) == 2
    assert seen[0] == seen[2] == seen[4] != seen[1]


@pytest.fixture
def pages(platform: Platform, client: Client) -> Iterator[Callable[[Fault], list[list[str]]]]:
    def read(fault: Fault) -> list[list[str]]:
        platform.faults.clear()
        platform.faults.set(fault)
        return [[row["datasetId"] for row in client.search(n, 10)["content"]] for n in (1, 2, 3, 4)]

    yield read


def test_faults_of_lists(
    platform: Platform, client: Client, pages: Callable[[Fault], list[list[str]]]
) -> None:
    ids = [d.id for d in platform.catalogue.view().datasets]
    right = [ids[:10], ids[10:20], ids[20:30], ids[30:40]]

    def total() -> int:
        return int(client.search(1, 1)["totalPageNum"])

    assert pages(Fault.PAGE_LOOP) == [ids[:10]] * 4
    assert pages(Fault.DUPLICATE_PAGES) == [right[0], right[0], right[2], right[2]]
    assert (pages(Fault.EMPTY_LIST), total()) == ([[]] * 4, 0)
    assert (pages(Fault.EMPTY_PAGES), total()) == ([[]] * 4, 40)
    assert (pages(Fault.HALF_LIST), total()) == ([*right[:2], [], []], 20)
    assert (pages(Fault.SHORT_LIST), total()) == ([*right[:2], [], []], 40)
    assert (pages(Fault.WRONG_TOTAL), total()) == (right, 87)
    changed = [one for page in pages(Fault.CHANGED_IDS) for one in page]
    assert len(set(changed)) == 40 and not set(changed) & set(ids)
    assert client.get(f"/zq/api/data_set/{changed[0]}/").json["data"]["datasetId"] == changed[0]
    platform.faults.clear()
    assert client.get(f"/zq/api/data_set/{changed[0]}/").status == 404


def test_a_clock_that_is_off_dates_changes_back(platform: Platform, client: Client) -> None:
    catalogue = platform.catalogue
    right = catalogue.edit(catalogue.view().datasets[0].id).modified
    platform.faults.set(Fault.CLOCK_OFF)
    shown = parsedate_to_datetime(client.get(STATUS).headers["date"])
    assert right - shown == timedelta(hours=1)
    assert catalogue.edit(catalogue.view().datasets[0].id).modified < right
    platform.faults.clear()
    assert catalogue.edit(catalogue.view().datasets[0].id).modified > right


def test_rates_are_drawn_from_the_seed_whatever_the_order() -> None:
    def met(targets: list[str]) -> dict[str, list[bool]]:
        faults = Faults(seed=6)
        faults.set(Fault.SERVER_ERROR, 0.5)
        found: dict[str, list[bool]] = {}
        for target in targets:
            request = Request("GET", target, {}, b"", "")
            found.setdefault(target, []).append(bool(faults.draw(request)))
        return found

    targets = [f"/{n % 10}" for n in range(100)]
    assert met(targets) == met(sorted(targets))
    assert 30 < sum(sum(one) for one in met(targets).values()) < 70


def test_self_signed_certificate(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path, "localhost")
    with serve(Catalogue(1), CityApi(), certificate=(certificate, key)) as platform:
        assert platform.url.startswith("https://127.0.0.1:")
        strict = http.client.HTTPSConnection("127.0.0.1", platform.port, timeout=5)
        with pytest.raises(ssl.SSLCertVerificationError):
            strict.request("GET", "/")
        lax = http.client.HTTPSConnection(
            "127.0.0.1", platform.port, timeout=5, context=ssl._create_unverified_context()
        )
        lax.request("GET", "/")
        assert lax.getresponse().status == 404
        lax.close()
