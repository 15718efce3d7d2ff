"""A journal in memory for each test of the runner."""

from __future__ import annotations

import pytest

from tests.fixtures.projecting import MemoryJournal


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()
