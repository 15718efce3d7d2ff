"""Pages whose search server is away, or is something else: they open without what it would tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fixtures.stand_in import Send, StandIn, saying, standing_in
from tests.fixtures.web import HTML, House, portal, served

__all__ = ["standing_in"]

HALF = (
    b'{"_index":"a-1","_primary_term":1,"_seq_no":1,"_source":{"checkpoint":1},"id":"p",'
    b'"timed_out":true,"_shards":{"total":2,"successful":1,"failed":1},"hits":{"hits":[]}}'
)
SERVERS: dict[str, Send | None] = {
    "away": None,
    "page": saying(b"<html><body>Sign in</body></html>", "text/html"),
    "broken": saying(b'{"hits":'),
    "strange": saying(b'{"hits":[],"_source":null}'),
    "half": saying(HALF),
}


@pytest.mark.parametrize("server", SERVERS)
def test_a_dataset_opens_and_a_search_says_what_is_wrong(
    tmp_path: Path, standing_in: Callable[[Send], StandIn], server: str
) -> None:
    answer = SERVERS[server]
    url = "http://127.0.0.1:1" if answer is None else standing_in(answer).url
    # An index that has changes already would refuse an empty journal beside it.
    first = House(tmp_path)
    with first.atlas:
        first.submit("city", [portal("BUS1", "公交线路")])
    house = House(tmp_path, search_url=url)
    with (
        house.atlas,
        served(house) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):

        def get(path: str, **more: Any) -> httpx.Response:
            return client.get(path, **more)

        page = get("/dataset/city/BUS1", headers=HTML)
        assert page.status_code == 200
        assert "公交线路" in page.text
        assert get("/datasets?q=bus", headers=HTML).status_code == 503
        found = get("/api/v1/search", params={"q": "公交"})
        assert found.status_code == 503
        assert found.json()["code"] in {
            "search-unreachable",
            "search-refused",
            "search-version-unsupported",
        }
        for path in ("/", "/explore", "/about", "/organization/transport", "/theme/4"):
            assert get(path, headers=HTML).status_code in {200, 404, 503}, path
