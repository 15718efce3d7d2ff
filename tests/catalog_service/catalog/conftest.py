"""A journal of each kind, and the one door to it with a small gate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog_service.catalog import Catalog
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from tests.fixtures.gate import TinyGate
from tests.fixtures.records import BASE


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    opened = Journal.open(journal_url, SystemClock())
    yield opened
    opened.close()


@pytest.fixture
def catalog(journal: Journal) -> Catalog:
    return Catalog(journal, TinyGate(), BASE)
