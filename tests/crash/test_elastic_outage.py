"""Elasticsearch killed during an import: writes go on, search says so, all of it catches up."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog_service.atlas import Atlas
from catalog_service.catalog.reading import SourceReader
from catalog_service.projections.compare import compare
from catalog_service.settings import Settings
from harvesters.protocols import Submission
from ontology.errors import AtlasError
from search.model import Query
from tests.fixtures.elasticsearch import Server, index_name
from tests.fixtures.lives import versions
from tests.fixtures.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.services]

OUTAGE_SECONDS = 6.0
"""Longer than all pauses of the circuit; an outage of a minute takes the same paths."""
BATCH = 40


@contextmanager
def projecting(atlas: Atlas) -> Iterator[None]:
    """Follow the journal beside the test, as the worker of the service does."""
    stop = threading.Event()
    with atlas.runner() as runner:
        thread = threading.Thread(target=runner.run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


class Writer:
    """Writes batches through the catalogue's door, new records and new versions of old ones."""

    def __init__(self, atlas: Atlas, folder: Path) -> None:
        self.atlas, self.file = atlas, folder / "batch.jsonl"
        self.batches = 0

    def write(self) -> None:
        n = self.batches
        self.batches += 1
        numbers = range(n * BATCH // 2, n * BATCH // 2 + BATCH)
        lines = versions(numbers, dict.fromkeys(numbers, n))
        self.file.write_bytes(b"".join(line + b"\n" for line in lines))
        outcomes = list(
            self.atlas.catalog.submit(
                SourceReader("city", self.atlas.settings.base_iri, self.atlas.vocabulary).file(
                    self.file
                ),
                Submission("city", "outage", gate="report"),
            )
        )
        assert len(outcomes) == BATCH
        assert {outcome.status for outcome in outcomes} <= {"created", "updated", "unchanged"}


def unreachable(atlas: Atlas) -> bool:
    """Search; an answer, or the one error that is allowed.

    How soon it comes: tests/search/index/elastic/test_hostile.py, benchmarks/elastic_outage.py.
    """
    try:
        atlas.search.search(Query("公交线路"))
    except AtlasError as error:
        assert error.code == "search-unreachable", error
        assert "ATLAS_SEARCH_URL" in error.message("zh")
        return True
    return False


@pytest.mark.parametrize("end", ["killed", "stopped"])
def test_an_outage_during_an_import_loses_nothing(
    own_elasticsearch: Server, tmp_path: Path, end: str
) -> None:
    server = own_elasticsearch
    settings = Settings(
        home=tmp_path / "home", search_url=server.url, search_index=index_name(), today="2026-09-01"
    )
    with Atlas(settings) as atlas, projecting(atlas):
        writer = Writer(atlas, tmp_path)
        for _ in range(3):
            writer.write()
        until(lambda: atlas.index.checkpoint() > 0, "the first commit")
        if end == "killed":
            server.kill()
        else:
            # It listens and says nothing: only deadlines help.
            server.signal(signal.SIGSTOP)
        over = time.monotonic() + OUTAGE_SECONDS
        written = refused = 0
        while time.monotonic() < over or written < 5:
            writer.write()
            written += 1
            refused += unreachable(atlas)
        assert refused > 0
        if end == "killed":
            server.start()
        else:
            server.signal(signal.SIGCONT)
        writer.write()
        head = atlas.journal.head()

        def caught_up() -> bool:
            try:
                return atlas.index.checkpoint() == head
            except AtlasError:
                return False

        until(caught_up, "the index to catch up")
        found = compare(atlas.journal, atlas.published("index"))
        assert found.equal, found
        assert found.behind == 0
        assert atlas.index.size() == found.records > BATCH
        until(lambda: not unreachable(atlas), "search to answer")
        assert atlas.search.search(Query()).total == found.records
