"""Catalogues that harvest each other within one process: requests go to their applications."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI

from catalog_service.federation.room import ROOM
from catalog_service.http.thread_pools import ThreadPools
from catalog_service.journal.model import StoredRecord
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.harvests.model import HarvestResult
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.platforms.errors import PLATFORM_REFUSED
from harvesters.platforms.http import Response
from harvesters.platforms.protocol import Connection
from harvesters.platforms.registry import connect
from ontology.errors import AtlasError
from ontology.terms import DCT, PROV
from tests.fixtures.web import House, portal

PASSED_ON = (f" <{PROV.wasDerivedFrom}> ", f" <{DCT.isPartOf}> ")


class Peer:
    """One catalogue, its application, and its sources that are other catalogues."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name, self.base = name, f"https://{name}.example"
        self.house = House(folder / name, base_iri=self.base, public_url=self.base)
        self.atlas = self.house.atlas
        # The routes alone: making the whole application takes longer than the tests.
        self._app = FastAPI()
        self._app.state.atlas = self.atlas
        for router in ROOM.routers():
            self._app.include_router(router)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Request a path of the application, in this thread."""

        async def asked() -> httpx.Response:
            # Each request has a loop of its own, and so have the places in pools.
            self._app.state.thread_pools = ThreadPools()
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.get(path, headers=headers)

        return asyncio.run(asked())

    def put(self, remote_id: str, title: str, **more: object) -> None:
        """Take in a record of this catalogue's own; a minute passes."""
        (outcome,) = self.house.submit("own", [portal(remote_id, title, **more)])
        assert outcome.error is None
        self.house.clock.step(1)

    def supplied_by(self, other: Peer) -> None:
        """Register another catalogue as a source."""
        self.atlas.journal.put_source(other.name, kind="atlas", url=other.base)
        store = HarvestStore(self.atlas.journal, self.house.clock)
        store.put_source(other.name, HarvestSettings(), None)

    def visit(
        self,
        other: Peer,
        cut: Callable[[], bool] = lambda: False,
        *,
        feed: str = "auto",
        full: bool = False,
    ) -> HarvestResult:
        """Harvest another catalogue; its connection fails where ``cut`` says so."""
        client, options = _Client(other, cut), {"feed": feed}
        connection = Connection(
            other.name, other.base, client, self.base, self.atlas.vocabulary, options
        )
        self.house.clock.step(1)
        platform = connect("atlas", connection)
        return harvest(self.atlas, other.name, actor="test", platform=platform, full=full)

    def public(self) -> dict[str, StoredRecord]:
        """Return the public records by ``source/identifier``."""
        return {f"{one.source}/{one.remote_id}": one for one in self.atlas.journal.snapshot()[1]}

    def view(self, *, own: bool) -> dict[str, frozenset[str]]:
        """Return what is said of the datasets of this catalogue, or of those of others."""
        return {
            one.focus: frozenset(
                line
                for line in (one.nquads or "").splitlines()
                if not any(predicate in line for predicate in PASSED_ON)
            )
            for one in self.public().values()
            if (one.source == "own") is own
        }


class _Client:
    """Requests to one peer's application (`harvesters.platforms.http.Client`)."""

    def __init__(self, peer: Peer, cut: Callable[[], bool]) -> None:
        self._peer, self._cut = peer, cut

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Response:
        parts = urlsplit(url)
        assert f"https://{parts.netloc}" == self._peer.base and not params and not content
        if self._cut():
            raise AtlasError(PLATFORM_REFUSED, url=url, status=502)
        query = f"?{parts.query}" if parts.query else ""
        answer = self._peer.get(f"{parts.path}{query}", **(headers or {}))
        if answer.status_code >= 300:
            raise AtlasError(PLATFORM_REFUSED, url=url, status=answer.status_code)
        return Response(answer.status_code, answer.headers, answer.content, url)
