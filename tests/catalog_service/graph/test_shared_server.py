"""Several web nodes over one Fuseki, which one worker writes; the journal is theirs together."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from ontology.record import mint_iri
from tests.fixtures.command import LIST, Cli
from tests.fixtures.lives import ATLAS
from tests.fixtures.service import PATIENCE
from tests.fixtures.waiting import until
from tests.fixtures.web import portal

pytestmark = [pytest.mark.services, pytest.mark.slow]


@contextmanager
def role(cli: Cli, name: str, url: str, *options: str) -> Iterator[Path]:
    """Run ``atlas serve`` in one role; yield its log."""
    log = cli.home / f"{name}{'-'.join(options)}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*ATLAS, "serve", "--role", name, *options],
            env=cli.environment(ATLAS_GRAPH_URL=url),
            stderr=errors,
        )
    try:
        yield log
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0


def address(log: Path) -> str:
    found = until(lambda: re.search(r'"url": "(http\S+)"', log.read_text("utf-8")), "a web node")
    return found[1]


def test_all_nodes_answer_alike_after_a_write(tmp_path: Path, fuseki_url: str) -> None:
    cli = Cli(tmp_path)
    assert cli("import", LIST, "--source", "jtw", ATLAS_GRAPH_URL=fuseki_url).code == 0
    secret = cli("token", "create", "x", "--scope", "write:jtw", "--json").json["secret"]
    write = {"Authorization": f"Bearer {secret}"}
    named = mint_iri("http://127.0.0.1:8080", "jtw", "NEW")
    ask = {"query": f"SELECT ?p ?o {{ <{named}> ?p ?o }}"}
    with ExitStack() as held:
        held.enter_context(role(cli, "worker", fuseki_url))
        logs = [
            held.enter_context(role(cli, "web", fuseki_url, "--port", "0", "--host", host))
            for host in ("127.0.0.1", "127.0.0.2")
        ]
        nodes = [
            held.enter_context(httpx.Client(base_url=address(log), timeout=PATIENCE))
            for log in logs
        ]
        before = [node.get("/sparql", params=ask) for node in nodes]
        assert [answer.json()["results"]["bindings"] for answer in before] == [[], []]
        one = "/api/v1/sources/jtw/records/NEW?wait=true"
        written = nodes[0].put(one, json=portal("NEW", "新的线路"), headers=write)
        assert written.status_code == 201, written.text
        after = [node.get("/sparql", params=ask) for node in nodes]
        bindings = [answer.json()["results"]["bindings"] for answer in after]
        assert bindings[0]
        assert bindings[0] == bindings[1]
        assert after[0].headers["etag"] == after[1].headers["etag"] != before[0].headers["etag"]
        known = {"If-None-Match": after[0].headers["etag"]}
        assert nodes[1].get("/sparql", params=ask, headers=known).status_code == 304


@pytest.mark.parametrize(
    ("lang", "said"), [("en_US.UTF-8", "whole seconds"), ("zh_CN.UTF-8", "整秒")]
)
def test_the_doctor_tells_what_the_engine_cannot_do(
    tmp_path: Path, fuseki_memory_url: str, lang: str, said: str
) -> None:
    cli = Cli(tmp_path)
    assert cli("import", LIST, "--source", "jtw", ATLAS_GRAPH_URL=fuseki_memory_url).code == 0
    ran = cli("doctor", "--deep", "--json", ATLAS_GRAPH_URL=fuseki_memory_url, LANG=lang)
    checks = {check["name"]: check for check in ran.json["checks"]}
    assert ran.code == 0, ran.out
    assert "Apache Jena Fuseki" in checks["graph-server"]["detail"]
    assert said in checks["graph-server"]["detail"]
    assert "graph-server" not in {check["name"] for check in cli("doctor", "--json").json["checks"]}
