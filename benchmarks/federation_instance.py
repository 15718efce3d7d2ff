"""One catalogue of `benchmarks.federation`: it serves, and does what it reads line by line."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from catalog_service.app import create_app
from catalog_service.atlas import Atlas
from catalog_service.http.server import configuration
from catalog_service.logs import configure_logs
from catalog_service.settings import Settings
from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.harvests.service import harvest
from harvesters.protocols import Submission
from harvesters.readers.formats import read_bytes
from ontology.terms import DCT, PROV

PASSED_ON = (f" <{PROV.wasDerivedFrom}> ", f" <{DCT.isPartOf}> ")


class Orders:
    """What an instance can be told."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def connect(self, source: str, port: int) -> dict[str, Any]:
        """Register the other catalogue, which listens on a port."""
        connect(
            self._atlas,
            source,
            kind="atlas",
            url=f"http://127.0.0.1:{port}",
            given={"allow": (f"127.0.0.1:{port}",), "requests_per_second": 10_000},
        )
        return {}

    def put(self, name: str, title: str, openness: str = "无条件开放") -> dict[str, Any]:
        """Take in a record of its own."""
        record = {
            "id": name,
            "title": title,
            "description": f"{title}的说明。",
            "department": "上海市交通委员会",
            "is_open": openness,
            "update_frequency": "每月",
            "category": "道路交通",
            "data_formats": ["csv"],
            "publish_time": "2020-01-02",
        }
        items = read_bytes(
            orjson.dumps(record),
            name="record.jsonl",
            source="own",
            base_iri=self._atlas.settings.base_iri,
            vocabulary=self._atlas.vocabulary,
            format="portal-jsonl",
        )
        (outcome,) = self._atlas.catalog.submit(items, Submission("own", "drill"))
        return {"status": outcome.status}

    def close(self, name: str, title: str) -> dict[str, Any]:
        """Close a record."""
        return self.put(name, title, openness="非开放")

    def withdraw(self, name: str, title: str) -> dict[str, Any]:
        """Withdraw a record, where it is there."""
        del title
        (outcome,) = self._atlas.catalog.withdraw([name], Submission("own", "drill"))
        return {"status": outcome.status}

    def visit(self, source: str, full: bool = False) -> dict[str, Any]:
        """Harvest the other catalogue."""
        began = time.perf_counter()
        result = harvest(self._atlas, source, actor="drill", full=full)
        return {
            "status": result.status,
            "error": result.error.code if result.error is not None else "",
            "counters": {name: count for name, count in result.counters.items() if count},
            "seconds": round(time.perf_counter() - began, 3),
        }

    def head(self) -> dict[str, Any]:
        """Return the number of the last change."""
        return {"head": self._atlas.journal.head()}

    def view(self, own: bool) -> dict[str, Any]:
        """Return what is public of its own datasets, or of others', without their way here."""
        return {
            "view": {
                one.focus: [
                    line
                    for line in (one.nquads or "").splitlines()
                    if not any(predicate in line for predicate in PASSED_ON)
                ]
                for one in self._atlas.journal.snapshot()[1]
                if (one.source == "own") is own
            }
        }


def run_instance(name: str, home: Path, public_port: int) -> None:
    """Serve until standard input ends; what is public is reached at ``public_port``."""
    # Standard output is for the answers.
    configure_logs("warning", name)
    settings = Settings(
        home=home,
        base_iri=f"https://{name}.example",
        public_url=f"http://127.0.0.1:{public_port}",
        sparql_workers=1,
    )
    with Atlas(settings) as atlas:
        assert atlas.journal.head() == 0
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(configuration(create_app(atlas), "error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        orders = Orders(atlas)
        for line in sys.stdin:
            given = json.loads(line)
            answer = getattr(orders, given.pop("order"))(**given)
            print(json.dumps(answer), flush=True)
        server.should_exit = True
        thread.join()
        listener.close()
