"""One server for all tests of a module; a client that keeps its connection."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.server import Platform, serve
from harvesters.simulator.shapes.registry import all_shapes


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)

    def request(self, method: str, target: str, body: str | None = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, target, body, sent)
        with self._connection.getresponse() as response:
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())

    def get(self, target: str, **headers: str) -> Answer:
        return self.request("GET", target, **headers)

    def search(self, page: int = 1, size: int = 10, **asked: Any) -> Any:
        body = json.dumps({"pageNum": page, "pageSize": size, **asked})
        return self.request("POST", "/zq/api/data_set/search/", body).json["data"]

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with serve(Catalogue(40, seed=3), *all_shapes()) as platform:
        yield platform


@pytest.fixture
def client(platform: Platform) -> Iterator[Client]:
    platform.faults.clear()
    client = Client(platform.port)
    yield client
    client.close()
    platform.faults.clear()
