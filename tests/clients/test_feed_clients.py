"""Feeds as feedparser reads them: what a search finds, newest first."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import feedparser

from tests.clients.conftest import Served

TITLES = {"公交线路（新）", "公交站点", "停车场", "地名录", "地图册"}


def parsed(address: str, **more: Any) -> Any:
    found = feedparser.parse(address, **more)
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_an_atom_feed(catalog: Served) -> None:
    address = f"{catalog.url}/feeds/datasets.atom"
    feed = parsed(address)
    assert (feed.status, feed.version) == (200, "atom10")
    assert feed.feed.title and feed.feed.updated_parsed
    assert {entry.title for entry in feed.entries} == TITLES
    for entry in feed.entries:
        assert entry.id.startswith(f"{catalog.url}/id/dataset/city/")
        assert entry.link.startswith(catalog.url)
        assert entry.updated_parsed.tm_year == 2026
        assert entry.summary
    assert len({entry.id for entry in feed.entries}) == len(TITLES)
    own = [link.href for link in feed.feed.links if link.rel == "self"]
    assert parsed(own[0]).entries[0].id == feed.entries[0].id
    found = parsed(f"{address}?q={quote('公交')}")
    assert len(found.entries) == 2
    # It keeps the tag, and is told that nothing has changed.
    again = feedparser.parse(address, etag=feed.etag)
    assert again.status == 304 and not again.entries


def test_a_page_leads_to_its_feed(catalog: Served) -> None:
    page = feedparser.parse(f"{catalog.url}/datasets?q={quote('公交')}")
    feeds = [link for link in page.feed.links if link.get("type") == "application/atom+xml"]
    assert len(feeds) == 1
    assert len(parsed(feeds[0].href).entries) == 2
