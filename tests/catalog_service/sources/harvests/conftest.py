"""What the tests of harvests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalog_service.sources.harvests.visited import Visited


@pytest.fixture
def visited(tmp_path: Path) -> Iterator[Visited]:
    one = Visited(tmp_path)
    with one.atlas:
        yield one
