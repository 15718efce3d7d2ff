"""Fixtures that every test may use."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.oxigraph",
    "tests.fixtures.elasticsearch",
    "tests.fixtures.fuseki",
    "tests.fixtures.embeddings",
]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real records, which stands beside the project and not in it."""
    if not SHARED.is_dir():
        pytest.skip("the real records (../shared/data) are not on this machine")
    return SHARED


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares a dear fixture, where a run is shared out to several workers.

    A worker takes whole files; all that needs Elasticsearch, Fuseki or Chromium goes to one
    worker, so that each is started once.
    """
    for item in items:
        names = getattr(item, "fixturenames", ())
        # Some ask for the server by a parameter only: `…[elasticsearch]`.
        if "elasticsearch" in item.nodeid or any("elasticsearch" in name for name in names):
            group = "elasticsearch"
        elif "fuseki" in item.nodeid or any("fuseki" in name for name in names):
            group = "fuseki"
        elif "chromium" in names:
            group = "chromium"
        else:
            group = str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


class FixedClock:
    """A clock that stands still."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.date()


@pytest.fixture
def clock() -> FixedClock:
    """Noon in Shanghai on 1 September 2026."""
    return FixedClock(datetime(2026, 9, 1, 4, 0, tzinfo=UTC))
