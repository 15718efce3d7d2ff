"""Graphs that are made from the journal's database are made anew when it says something else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from catalog_service.errors import JOURNAL_MISSING
from catalog_service.graph import FixedGraph
from ontology.errors import AtlasError
from tests.fixtures.web import House

GRAPH = "https://data.example/graph/kept"


class Kept:
    """Graphs whose journal can be away."""

    def __init__(self) -> None:
        self.version = 1
        self.is_away = False

    def mark(self) -> object:
        return self.version

    def graphs(self) -> Sequence[FixedGraph]:
        if self.is_away:
            raise AtlasError(JOURNAL_MISSING, url="sqlite:///journal.sqlite")
        return [FixedGraph(GRAPH, f"<{GRAPH}> <https://data.example/is> {self.version} .")]


def test_a_journal_lost_between_mark_and_graphs_is_caught_up_at_the_next_look(
    tmp_path: Path,
) -> None:
    house, kept = House(tmp_path / "var"), Kept()
    with house.atlas as atlas:
        atlas._kept_graphs = (kept,)
        renewed = atlas._renewed_graphs()
        assert renewed() is None
        kept.version, kept.is_away = 2, True
        with pytest.raises(AtlasError, match="journal-missing"):
            renewed()
        kept.is_away = False
        found = renewed()
        assert found is not None and GRAPH in [one.iri for one in found]
        assert renewed() is None
