"""The Model Context Protocol over both transports, asked by the SDK's own client."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
from mcp import Client, MCPError, StdioServerParameters

from catalog_service.assistants.tools import TOOLS
from catalog_service.sparql.model import Client as Asking
from tests.catalog_service.assistants.conftest import COMMAND, FIELDS, HIDDEN, Site
from tests.fixtures.web import BASE

T = TypeVar("T")
CHINESE = re.compile("[\u4e00-\u9fff]")
BUS = f"{BASE}/id/dataset/city/BUS"


class Moments:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def ask(site: Site, question: Callable[[Client], Awaitable[T]], mode: str = "auto") -> T:
    async def asked() -> T:
        async with Client(f"{site[1].base_url}/mcp", mode=mode) as client:
            return await question(client)

    return asyncio.run(asked())


def call(site: Site, tool: str, **arguments: Any) -> dict[str, Any]:
    """Return what a tool answers; its text and its structured content are the same."""
    found = ask(site, lambda client: client.call_tool(tool, arguments))
    assert found.structured_content == json.loads(found.content[0].text)  # type: ignore[union-attr]
    assert bool(found.is_error) == ("error" in found.structured_content)
    return dict(found.structured_content)


def quoted(value: object, inside: bool = False) -> list[str]:
    """Return the texts that stand nowhere under `record`."""
    if isinstance(value, dict):
        return [t for name, one in value.items() for t in quoted(one, inside or name == "record")]
    if isinstance(value, list):
        return [text for one in value for text in quoted(one, inside)]
    return [value] if isinstance(value, str) and not inside else []


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_both_families_of_the_protocol_are_spoken(site: Site, mode: str) -> None:
    async def question(client: Client) -> tuple[Any, Any, Any]:
        found = await client.call_tool("search", {"text": "公交"})
        return await client.list_tools(), await client.list_resources(), found

    tools, resources, found = ask(site, question, mode)
    assert [tool.name for tool in tools.tools] == [tool.name for tool in TOOLS]
    for tool in tools.tools:
        assert tool.annotations.read_only_hint
        assert len(tool.description.splitlines()) == 2
        assert tool.input_schema["properties"]["lang"]["enum"] == ["zh", "en"]
        assert "title" not in tool.input_schema["properties"]["lang"]
    assert [one.uri for one in resources.resources] == [
        "atlas://holdings/zh",
        "atlas://holdings/en",
    ]
    assert found.structured_content["total"] == 3


def test_a_search_tells_facets_and_how_the_words_were_understood(site: Site) -> None:
    found = call(site, "search", text="公交", lang="en", filters={"theme": ["4"]}, limit=2)
    assert (found["total"], found["shown"]) == (3, 2)
    assert found["understood"]["parts"][0]["text"] == "公交"
    assert {"value": "unconditional", "name": "Unconditionally open", "count": 3} in found[
        "facets"
    ]["open_type"]
    assert found["hits"][0]["record"]["frequency"] == "Monthly"
    assert found["hits"][0]["iri"].startswith(f"{BASE}/id/dataset/city/")
    none = call(site, "search", text="公交", filters={"theme": ["999"]})
    assert (none["total"], none["total_without_filters"]) == (0, 3)
    assert none["warnings"]
    # Of a part of the catalogue nothing is said.
    assert "answered" not in none or none["answered"] is None
    assert call(site, "search", text="公交")["answered"] == "found"
    assert call(site, "search", text="企鹅公交比特币")["answered"] == "none"


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("search", {"limit": 21}, "argument-invalid"),
        ("search", {"words": "公交"}, "argument-invalid"),
        ("search", {"filters": {"colour": ["red"]}}, "unknown-facet"),
        ("describe_dataset", {"dataset": "city/SHUT"}, "dataset-not-found"),
        ("describe_dataset", {"dataset": "city/NEVER"}, "dataset-not-found"),
        ("describe_dataset", {"dataset": "https://elsewhere.example/x"}, "dataset-not-found"),
        ("find_joinable", {"dataset": "city/SHUT"}, "dataset-not-found"),
        ("cite_dataset", {"dataset": "city/GONE"}, "dataset-withdrawn"),
        ("sparql", {"query": "SELECT nothing"}, "sparql-syntax"),
        ("sparql", {"query": "DELETE WHERE {?s ?p ?o}"}, "sparql-update-refused"),
        ("delete", {}, "tool-unknown"),
    ],
)
def test_what_goes_wrong_is_told_in_the_language_asked_for(
    site: Site, tool: str, arguments: dict[str, Any], code: str
) -> None:
    chinese, english = (call(site, tool, **arguments, lang=lang)["error"] for lang in ("zh", "en"))
    assert chinese["code"] == english["code"] == code
    assert not CHINESE.search(english["message"])
    assert CHINESE.search(chinese["message"])


def test_a_description_tells_what_is_not_known(site: Site) -> None:
    told = call(site, "describe_dataset", dataset="city/BUS", fields=1, lang="en")
    assert told["iri"] == BUS
    assert told["freshness"] == {"verdict": "ontime", "days_since_update": 12}
    assert told["record"]["open_type"]["name"] == "Unconditionally open"
    assert told["record"]["field_count"] == 2
    assert [field["name"] for field in told["record"]["fields"]] == ["线路编号"]
    assert told["quality"]["rules_passed"] <= told["quality"]["rules_checked"]
    assert {"licenses", "contacts", "row_count"} <= set(told["not_stated"])
    assert not {"fields", "modified", "publishers"} & set(told["not_stated"])
    bare = call(site, "describe_dataset", dataset=f"{BASE}/dataset/city/BARE")
    assert bare["freshness"]["verdict"] == "nodate"
    assert {"fields", "modified", "update_frequency"} <= set(bare["not_stated"])


def test_what_publishers_wrote_stands_under_record_alone(site: Site) -> None:
    evil = f"{BASE}/id/dataset/city/EVIL"
    answers = [
        call(site, "describe_catalog"),
        call(site, "search", text=COMMAND),
        call(site, "describe_dataset", dataset=evil),
        call(site, "cite_dataset", dataset=evil),
        call(site, "sparql", query=f"SELECT ?o {{ <{evil}> ?p ?o }}"),
        call(site, "sparql", query=f"DESCRIBE <{evil}>"),
    ]
    for answer in answers:
        assert next(iter(answer)) == "notice"
        asked = answer.pop("understood", None)
        assert not any(COMMAND[:6] in text for text in quoted(answer)), asked
    told = json.dumps(answers, ensure_ascii=False)
    assert told.count(COMMAND) > len(answers)
    assert not any(char in told for char in HIDDEN)


def test_datasets_are_joined_by_a_key(site: Site) -> None:
    found = call(site, "find_joinable", dataset="city/PERMITS", lang="en")
    assert found["counts"] == {"joinable": 1}
    (near,) = found["related"]
    assert near["page"] == f"{BASE}/dataset/city/FINES"
    assert [key["name"] for key in near["key_items"]] == ["Unified social credit code"]
    assert near["record"]["publishers"] == ["Shanghai Municipal Transportation Commission"]
    assert set(near["record"]["shared_fields"]) <= set(FIELDS)


def test_values_are_listed_by_name(site: Site) -> None:
    listed = call(site, "list_values", facet="publisher", containing="transport", lang="en")
    (one,) = listed["values"]
    assert (one["name"], one["count"]) == ("Shanghai Municipal Transportation Commission", 5)
    found = call(site, "search", filters={"publisher": [one["value"]]})
    assert found["total"] == one["count"]


def test_queries_show_the_first_rows_and_what_is_left_out(site: Site) -> None:
    query = "SELECT ?d { ?d a dcat:Dataset } ORDER BY ?d"
    told = call(site, "sparql", query=query, rows=2)
    assert (told["total"], told["left_out"], len(told["record"]["rows"])) == (5, 3, 2)
    assert call(site, "sparql", query="ASK { ?d a dcat:Dataset }")["boolean"] is True


def test_a_client_has_one_share_of_queries_here_and_at_sparql(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, clients = site[0].atlas.sparql, []
    query = pool.query

    def noted(text: str, **how: Any) -> Any:
        clients.append(how["client"])
        return query(text, **how)

    monkeypatch.setattr(pool, "query", noted)
    call(site, "sparql", query="ASK {}")
    site[1].get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "text/csv"})
    assert len(clients) == 2
    assert clients[0] == clients[1]


def test_a_resource_says_what_the_catalogue_holds(site: Site) -> None:
    found = ask(site, lambda client: client.read_resource("atlas://holdings/en"))
    told = json.loads(found.contents[0].text)  # type: ignore[union-attr]
    assert told == call(site, "describe_catalog", lang="en")
    assert told["datasets"] == 5
    assert told["values"]["publisher"] == 1
    assert told["not_stated"] == {"open_type": 0, "frequency": 1, "year": 1}
    assert told["newest"][0]["record"]["modified"] == "2026-08-20"


def test_another_resource_is_unknown(site: Site) -> None:
    async def question(client: Client) -> str:
        with pytest.raises(MCPError) as caught:
            await client.read_resource("atlas://secrets")
        return caught.value.message

    told = ask(site, question)
    assert "没有资源" in told
    assert "There is no resource" in told


def test_a_citation_leads_to_the_dataset(site: Site) -> None:
    told = call(site, "cite_dataset", dataset=f"{BASE}/dataset/city/BUS", lang="en")
    assert told["record"]["citation"] == (
        "Shanghai Municipal Transportation Commission (2026). 公交线路 [Data set]. "
        f"Shanghai Data Atlas. {BUS} (seen 2026-09-01)"
    )
    assert told["not_stated"] == ["licenses"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Host": "evil.example"}, 421, "host-refused"),
        ({"Host": "data.example:8080"}, 421, "host-refused"),
        ({"Origin": "https://evil.example"}, 403, "origin-refused"),
        ({"Origin": "null"}, 403, "origin-refused"),
    ],
)
def test_other_names_and_pages_of_other_sites_are_refused(
    site: Site, headers: dict[str, str], status: int, code: str
) -> None:
    refused = site[1].post("/mcp", json={}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_the_public_name_is_known(site: Site) -> None:
    headers = {"Accept": "application/json, text/event-stream"}
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    own = {**headers, "Host": "data.example", "Origin": BASE}
    assert site[1].post("/mcp", json=ping, headers=own).json()["result"] == {}
    assert (
        site[1]
        .post("/mcp", content=b"{", headers={**own, "Content-Type": "application/json"})
        .status_code
        == 400
    )
    assert site[1].get("/mcp").status_code == 405


@pytest.mark.slow
def test_the_command_answers_what_the_address_answers(site: Site) -> None:
    home = str(site[0].settings.home)
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "catalog_service.main", "mcp"],
        env={
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            **{"ATLAS_HOME": home, "ATLAS_BASE_IRI": BASE, "ATLAS_PUBLIC_URL": BASE},
            **{"ATLAS_TODAY": "2026-09-01", "ATLAS_SPARQL_WORKERS": "1"},
        },
    )
    questions: list[tuple[str, dict[str, Any]]] = [
        ("search", {"text": "公交", "lang": "en"}),
        ("sparql", {"query": "ASK { ?d a dcat:Dataset }"}),
        ("describe_dataset", {"dataset": "city/SHUT"}),
    ]

    async def answers(to: StdioServerParameters | str) -> list[Any]:
        async with Client(to) as client:
            found = [await client.call_tool(name, given) for name, given in questions]
            resource = await client.read_resource("atlas://holdings/zh")
        return [*(one.structured_content for one in found), resource.contents]

    told = asyncio.run(answers(server))
    assert told == asyncio.run(answers(f"{site[1].base_url}/mcp"))
    assert told[0]["total"] == 3
    assert told[1]["boolean"] is True
    assert told[2]["error"]["code"] == "dataset-not-found"


@pytest.fixture
def moments(site: Site, monkeypatch: pytest.MonkeyPatch) -> Moments:
    """Has the clients' seconds told by a clock that moves when it is told to."""
    found = Moments()
    budgets = site[0].atlas.sparql.service._budgets  # type: ignore[attr-defined]
    monkeypatch.setattr(budgets, "_accounts", {})
    monkeypatch.setattr(budgets, "_monotonic", found)
    return found


def exchange(site: Site, method: str, **params: Any) -> httpx.Response:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = site[1].post(
        "/mcp", json=message, headers={"Accept": "application/json, text/event-stream"}
    )
    assert answer.status_code == 200
    assert answer.headers["ratelimit-policy"] == '"work";q=60;w=60;qu="seconds"'
    return answer


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("describe_catalog", {}),
        ("search", {"text": "公交"}),
        ("describe_dataset", {"dataset": "city/BUS"}),
        ("list_values", {"facet": "publisher"}),
        ("find_joinable", {"dataset": "city/PERMITS"}),
        ("cite_dataset", {"dataset": "city/BUS"}),
    ],
)
def test_tools_are_charged_to_the_budget(
    site: Site, moments: Moments, tool: str, arguments: dict[str, Any]
) -> None:
    assert exchange(site, "ping").headers["ratelimit"] == '"work";r=60;t=0'
    answer = exchange(site, "tools/call", name=tool, arguments=arguments)
    assert not answer.json()["result"].get("isError")
    assert answer.headers["ratelimit"] == '"work";r=59;t=1'
    with site[0].atlas.sparql.working(Asking("127.0.0.1")):
        moments.now += 100
    refused = exchange(site, "tools/call", name=tool, arguments=arguments)
    told = refused.json()["result"]["structuredContent"]["error"]
    assert (told["code"], told["retry_after"] >= 40) == ("sparql-budget", True)
    assert refused.headers["ratelimit"] == '"work";r=0;t=60'


def test_queries_are_charged_to_the_budget(site: Site, moments: Moments) -> None:
    assert exchange(site, "ping").headers["ratelimit"] == '"work";r=60;t=0'
    query = {"query": "ASK { ?not ?asked ?before }"}
    answer = exchange(site, "tools/call", name="sparql", arguments=query)
    assert answer.headers["ratelimit"] == '"work";r=59;t=1'


def test_resources_are_charged_to_the_budget(site: Site, moments: Moments) -> None:
    answer = exchange(site, "resources/read", uri="atlas://holdings/en")
    assert answer.headers["ratelimit"] == '"work";r=59;t=1'
    with site[0].atlas.sparql.working(Asking("127.0.0.1")):
        moments.now += 100
    told = exchange(site, "resources/read", uri="atlas://holdings/en").json()
    assert told["error"]["data"]["code"] == "sparql-budget"


def test_an_operator_is_told_of_queries_here_too(site: Site, moments: Moments) -> None:
    def answered() -> float:
        lines = site[1].get("/metrics").text.splitlines()
        name = 'atlas_sparql_queries_total{outcome="answered"} '
        return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))

    before = answered()
    call(site, "sparql", query="ASK { ?told ?of ?here }")
    assert answered() == before + 1
    with site[0].atlas.sparql.working(Asking("127.0.0.1")):
        moments.now += 100
    query = "ASK { ?refused ?and ?told }"
    assert call(site, "sparql", query=query)["error"]["code"] == "sparql-budget"
    found = site[1].get("/api/v1/sparql/queries", headers=site[0].token("admin")).json()["queries"]
    assert [one["refused"] for one in found if one["text"] == query] == [1]
