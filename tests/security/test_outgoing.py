"""Every request that leaves the product goes through the guarded client, or was reviewed.

Who opens connections is told by what it imports. A module that is not in the table is a new way
out: let it use `harvesters.platforms.http.GuardedClient`, or add it with the reason why nobody but
the operator decides where it connects to.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("translations", "ontology", "shapes", "harvesters", "search", "catalog_service")

WAYS_OUT = frozenset(
    (
        *("aiohttp", "elastic_transport", "elasticsearch", "ftplib", "http.client", "httpcore"),
        *("httpx", "imaplib", "niquests", "poplib", "pycurl", "requests", "smtplib", "socket"),
        *("ssl", "urllib.request", "urllib3", "websockets", "xmlrpc"),
    )
)
"""Libraries that connect; asyncio does, too, by the functions of `CALLS`."""
CALLS = re.compile(r"\b(?:open_connection|create_connection|open_unix_connection|SPARQLStore)\(")

REVIEWED = {
    "harvesters/platforms/connections.py": "the guard itself",
    "harvesters/platforms/transport.py": "the guard itself",
    "catalog_service/graph/remote.py": "the operator's graph server (ATLAS_GRAPH_URL)",
    "catalog_service/graph/server.py": "only reads the answers of that server",
    "catalog_service/sparql/remote.py": "the operator's graph server (ATLAS_GRAPH_URL)",
    "search/embeddings/client.py": "the operator's embedding server (ATLAS_EMBEDDING_URL)",
    "search/embeddings/local_model.py": "a socket pair to the process that it starts",
    "search/embeddings/model_process.py": "its end of that pair",
    "search/http_deadline.py": "deadlines of the clients of operators' servers; connects for them",
    "search/index/elastic/connection.py": "the operator's Elasticsearch (ATLAS_SEARCH_URL)",
    "search/index/elastic/deadline.py": "the operator's Elasticsearch (ATLAS_SEARCH_URL)",
    "catalog_service/operations/demo_command.py": "the demonstration asks the server it started",
    "catalog_service/notices/mail.py": "the operator's mail server (ATLAS_SMTP_URL)",
    "catalog_service/http/server.py": "listens",
    "catalog_service/operations/supervisor.py": "listens",
    "catalog_service/operations/web_process.py": "listens",
    "harvesters/simulator/server.py": "listens",
    "ontology/system_errors.py": "names what failed; opens nothing",
}


def ways_out(source: str) -> set[str]:
    """Return the libraries that connect, of those that a module imports or calls."""
    found = set(CALLS.findall(source))
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            found |= WAYS_OUT & {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
    return found


def test_only_reviewed_modules_connect() -> None:
    suspects = re.compile("|".join(name.partition(".")[0] for name in WAYS_OUT))
    connecting = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            source = path.read_text("utf-8")
            if (suspects.search(source) or CALLS.search(source)) and ways_out(source):
                connecting.add(path.relative_to(ROOT).as_posix())
    assert connecting - set(REVIEWED) == set(), "see this module's first lines"
    assert set(REVIEWED) - connecting == set(), "no longer connects: take it out of the table"


def test_each_way_out_is_seen() -> None:
    for name in WAYS_OUT:
        assert ways_out(f"import {name} as other")
        head, _, last = name.rpartition(".")
        assert ways_out(f"def f():\n    from {head or name} import {last if head else 'x'}")
    assert ways_out("await asyncio.open_connection('a', 1)")
    assert not ways_out(
        "from urllib.parse import quote\nfrom http import HTTPStatus\nimport http.cookies"
    )
