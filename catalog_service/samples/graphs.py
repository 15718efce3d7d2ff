"""What datasets have as samples, in the graph: one named graph, brought up by whoever writes.

It comes from the journal's database, as the open lists do (`catalog_service.open_list.graphs`): no
record may say anything of another's subject. Only what is served stands in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.graph import FixedGraph
from catalog_service.samples import stored
from catalog_service.samples.openness import is_conditional
from catalog_service.samples.records import PATH, sample_record
from ontology.terms import ADMS, PROV


@dataclass(frozen=True, slots=True)
class Served:
    """A sample that is served: IRIs of its record, and of the record and dataset it is of."""

    record: str
    whole: str
    dataset: str


class SampleGraphs:
    """The graph of the samples that are served."""

    def __init__(self, atlas: Service) -> None:
        """Use the catalogue; for whoever writes the graph, one thread at a time."""
        self._atlas = atlas
        self._looked: tuple[int, int] | None = None
        self._served: tuple[Served, ...] = ()

    def mark(self) -> tuple[Served, ...]:
        """Return the samples that are served; looked for anew where a step or a record is new."""
        journal = self._atlas.journal
        head = journal.head()
        with journal.reading_tables() as connection:
            step = stored.last_step(connection)
            if (step, head) == self._looked:
                return self._served
            released = stored.released_in(connection) if step else []
        base = self._atlas.settings.base_iri
        found = [(sample_record(base, source, number), whole) for number, whole, source in released]
        public = journal.public_among([record for record, _ in found])
        wholes = journal.get_many([whole for _, whole in found])
        public |= {iri: one.focus or iri for iri, one in wholes.items() if is_conditional(one)}
        self._served = tuple(
            Served(record, whole, public[whole])
            for record, whole in found
            if record in public and whole in public
        )
        self._looked = (step, head)
        return self._served

    def facets(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return which datasets have a sample here; nothing of those that had one only."""
        with self._atlas.journal.reading_tables() as connection:
            found: dict[str, dict[str, tuple[str, ...]]] = {
                iri: {} for iri in stored.sampled_in(connection)
            }
        return found | {one.whole: {"sample": ("yes",)} for one in self.mark()}

    def graphs(self) -> list[FixedGraph]:
        """Return the graph: each dataset's sample, and what the sample's record derives from."""
        lines: set[str] = set()
        for one in self.mark():
            lines.add(f"{_link(one.dataset, ADMS.sample, f'{one.record}#file')} .\n")
            lines.add(f"{_link(one.record, PROV.wasDerivedFrom, one.dataset)} .\n")
        iri = f"{self._atlas.settings.base_iri}{PATH}"
        return [FixedGraph(iri, "".join(sorted(lines)), ox.RdfFormat.N_TRIPLES)]


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))
