"""What people made of datasets, in the graph: one named graph, brought up by whoever writes.

It comes from the journal's database, as samples do: no record may say anything of what others made
of it. Only what is shown stands in it, and neither contacts nor who made it.

A result was derived from its datasets (PROV-O, https://www.w3.org/TR/prov-o/) by a making that used
them; ``dct:isReferencedBy`` leads from the dataset to it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.graph import FixedGraph
from catalog_service.results import stored
from catalog_service.results.model import Result
from catalog_service.results.naming import PATH, result_iri
from ontology.terms import DCT, FOAF, PROV, RDF, XSD

Mark = tuple[int, tuple[int, ...]]


class ResultGraphs:
    """The graph of the results that are shown."""

    def __init__(self, atlas: Service) -> None:
        """Use the catalogue; for whoever writes the graph, one thread at a time."""
        self._atlas = atlas

    def mark(self) -> Mark:
        """Return what changes where the graph does: what is shown, and the last change of records.

        Which datasets are public follows from the latter; without results it does not matter.
        """
        journal = self._atlas.journal
        with journal.reading_tables() as connection:
            shown = stored.numbers_shown(connection)
        return (journal.head() if shown else 0, shown)

    def graphs(self) -> list[FixedGraph]:
        """Return the graph."""
        atlas = self._atlas
        with atlas.journal.reading_tables() as connection:
            found = stored.results_in(connection)
        public = atlas.journal.public_among(sorted({iri for one in found for iri in one.datasets}))
        lines = sorted(
            {
                f"{triple} .\n"
                for one in found
                for triple in _triples(
                    one,
                    result_iri(atlas.settings.base_iri, one.name),
                    [public[iri] for iri in one.datasets if iri in public],
                )
            }
        )
        iri = f"{atlas.settings.base_iri}{PATH}"
        return [FixedGraph(iri, "".join(lines), ox.RdfFormat.N_TRIPLES)]


def _triples(one: Result, iri: str, datasets: list[str]) -> Iterator[ox.Triple]:
    making = f"{iri}#making"
    yield _link(iri, RDF.type, PROV.Entity)
    for lang, text in one.title.items():
        yield _text(iri, DCT.title, ox.Literal(text, language=lang))
    for lang, text in one.summary.items():
        yield _text(iri, DCT.description, ox.Literal(text, language=lang))
    day = ox.Literal(one.day.isoformat(), datatype=ox.NamedNode(XSD.date))
    yield _text(iri, DCT.issued, day)
    yield _link(iri, PROV.wasGeneratedBy, making)
    yield _link(making, RDF.type, PROV.Activity)
    if one.address:
        yield _link(iri, FOAF.homepage, one.address)
    for dataset in datasets:
        yield _link(iri, PROV.wasDerivedFrom, dataset)
        yield _link(making, PROV.used, dataset)
        yield _link(dataset, DCT.isReferencedBy, iri)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _text(subject: str, predicate: str, literal: ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)
