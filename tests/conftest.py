"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from _pytest.nodeid import NodeId
from hypothesis import HealthCheck, settings

# Searches go by words alone, here and in every process that tests start, but where a test says
# otherwise: the model would make vectors of whatever a test writes.
os.environ.setdefault("ATLAS_EMBEDDING", "off")

# How fast examples are made says how busy the machine is, and nothing of what is tested.
settings.register_profile("atlas", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("atlas")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"

pytest_plugins = [
    "tests.fixtures.empty_journals",
    "tests.fixtures.postgres",
    "tests.fixtures.oxigraph",
    "tests.fixtures.elasticsearch",
    "tests.fixtures.fuseki",
    "tests.fixtures.embeddings",
    "tests.fixtures.local_model",
    "tests.fixtures.mail",
]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real records, which stands beside the project and not in it."""
    if not SHARED.is_dir():
        pytest.skip("the real records (../shared/data) are not on this machine")
    return SHARED


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep together what shares a dear fixture, where a run is shared out to several workers.

    A worker takes whole files; all that needs Elasticsearch, Fuseki or Chromium goes to one
    worker, so that each is started once. The longest come first, so that at the end no worker
    has nothing left to do (``--no-loadscope-reorder``: the order here, not that by numbers).
    """
    ranks: dict[str, int] = {}
    for item in items:
        group, rank = _group(item)
        item.add_marker(pytest.mark.xdist_group(group))
        ranks[group] = min(rank, ranks.get(group, rank))
        if hasattr(config, "workerinput"):
            # xdist 3.8 names the group in an attribute that pytest 9.2 no longer reads, so that
            # every worker would take tests of every file, and start every server.
            item._id = NodeId.parse(f"{item.nodeid}@{group}")
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: ranks[_group(item)[0]])


def _group(item: pytest.Item) -> tuple[str, int]:
    """Name the group of a test, and its rank: shared servers, slow files, then all others."""
    names = getattr(item, "fixturenames", ())
    # Some ask for the server by a parameter only: `…[elasticsearch]`.
    if "elasticsearch" in item.nodeid or any("elasticsearch" in name for name in names):
        return "elasticsearch", 0
    if "fuseki" in item.nodeid or any("fuseki" in name for name in names):
        return "fuseki", 0
    if "chromium" in names:
        return "chromium", 0
    return str(item.path.relative_to(ROOT)), 1 if item.get_closest_marker("slow") else 2


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take what was collected out of the collector's sight: it lives as long as the run.

    Eleven thousand tests and what they import are some million objects, and each time a graph
    closes, it collects.
    """
    del session
    gc.collect()
    gc.freeze()


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
