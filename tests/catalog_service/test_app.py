"""The application as it is opened."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from catalog_service.app import create_app
from search.service import SearchService
from tests.fixtures.web import House


@pytest.mark.parametrize("wanted", [True, False])
def test_search_is_warmed_beside_the_first_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    warmed = threading.Event()
    monkeypatch.setattr(SearchService, "warm", lambda search: warmed.set())
    house = House(tmp_path)

    async def open_and_close() -> None:
        app = create_app(house.atlas) if wanted else create_app(house.atlas, warm_search=False)
        async with app.router.lifespan_context(app):
            pass

    with house.atlas:
        asyncio.run(open_and_close())
        assert warmed.wait(60) if wanted else not warmed.is_set()
