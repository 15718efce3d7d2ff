"""Public lists in the graph: one named graph for each that counts, brought up by whoever writes.

They come from the journal's database and not from its changes, as the vocabularies do: when a list
is published, amended, or comes into force, the running worker writes its graph within a second or
two (`catalog_service.projections.graph`).
"""

from __future__ import annotations

import pyoxigraph as ox
import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.graph import FixedGraph
from catalog_service.open_list.linked_data import list_iri, list_rdf
from catalog_service.open_list.model import Content, Version
from catalog_service.open_list.stored_lists import in_force, read_content, versions_of
from catalog_service.open_list.tables import open_list_versions


class ListGraphs:
    """The graphs of the lists that count today."""

    def __init__(self, atlas: Service) -> None:
        """Use the catalogue; for whoever writes the graph, one thread at a time."""
        self._atlas = atlas
        self._vocabulary: object = None
        self._made: dict[tuple[str, int], tuple[int, FixedGraph]] = {}

    def mark(self) -> tuple[int, int]:
        """Return what changes with the lists that count: how many versions are, and count."""
        counts = open_list_versions.c.in_force <= self._atlas.clock.today()
        query = sa.select(sa.func.count(), sa.func.count().filter(counts))
        with self._atlas.journal.reading_tables() as connection:
            known, counting = connection.execute(query.select_from(open_list_versions)).one()
        return known, counting

    def graphs(self) -> list[FixedGraph]:
        """Return them, of all years; those that are as they were are not made again."""
        vocabulary = self._atlas.vocabulary
        if vocabulary is not self._vocabulary:
            # What words mean, and what organizations are called, may have changed.
            self._vocabulary, self._made = vocabulary, {}
        with self._atlas.journal.reading_tables() as connection:
            versions = in_force(versions_of(connection), self._atlas.clock.today())
            for name, version in versions.items():
                if self._made.get(name, (0,))[0] != version.number:
                    content = read_content(connection, version.content)
                    self._made[name] = (version.number, self._graph(version, content))
        return [self._made[name][1] for name in versions]

    def _graph(self, version: Version, content: Content) -> FixedGraph:
        triples = list_rdf(self._atlas, version, content)
        lines = sorted({f"{triple} .\n" for triple in triples})
        iri = list_iri(self._atlas, version.organization, version.year)
        return FixedGraph(iri, "".join(lines), ox.RdfFormat.N_TRIPLES)
