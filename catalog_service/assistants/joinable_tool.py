"""The tool ``find_joinable``: datasets whose rows can be brought together with one's."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from catalog_service.answers import Shown
from catalog_service.assistants.model import Answer, Arguments, Asker, DatasetName, Tool
from catalog_service.assistants.quoting import Thing, quote
from catalog_service.context import Service
from catalog_service.datasets.service import find_public
from catalog_service.explorer.service import find_node, network_of
from catalog_service.links import page_path
from ontology.languages import pick
from search.index.payload import StoredDocument
from search.relations.model import KINDS, Kind
from search.relations.network import Neighbor
from translations import N_, Lang

MAX_NEAR: Final = 20
_BY_FIELDS: Final[tuple[Kind, ...]] = ("joinable", "schema-overlap", "subset", "superset")


class JoinableArguments(Arguments):
    """Which dataset."""

    dataset: DatasetName
    relations: tuple[Kind, ...] = Field(
        _BY_FIELDS,
        description="joinable: both have a key data item; schema-overlap, subset, superset: many "
        "or all fields are the same; replica, variant, version, parallel: by title.",
    )
    limit: int = Field(10, ge=1, le=MAX_NEAR, description="Datasets of each relation.")


class NearRecord(Shown):
    """What records say of a related dataset, and of what both have."""

    title: str
    publishers: list[str]
    shared_fields: list[str]
    place: str | None
    period: str | None


class Near(Shown):
    """A related dataset, and why it is related."""

    relation: str
    iri: str
    page: str
    weight: float
    key_items: list[Thing]
    record: NearRecord


class JoinableAnswer(Answer):
    """The related datasets; ``counts`` by relation, of those that were looked for."""

    iri: str
    counts: dict[str, int]
    related: list[Near]
    other_relations: list[str]
    """Further relations that this dataset has."""


def _find(asker: Asker, asked: JoinableArguments) -> JoinableAnswer:
    atlas = asker.atlas
    version = find_public(atlas, asked.dataset)
    network = network_of(atlas)
    node = find_node(network, version.iri)
    groups = [
        group for group in network.neighbors(node, most=asked.limit) if group.relation in KINDS
    ]
    chosen = [group for group in groups if group.relation in asked.relations]
    return JoinableAnswer(
        iri=version.iri,
        counts={group.relation: group.total for group in chosen},
        related=[
            _near(atlas, group.relation, near, asked.lang)
            for group in chosen
            for near in group.neighbors
        ],
        other_relations=[g.relation for g in groups if g.relation not in asked.relations],
    )


def _near(atlas: Service, relation: str, near: Neighbor, lang: Lang) -> Near:
    node, evidence = near.node, near.evidence
    view = atlas.index.view()
    document = view.get(node.iri) if view is not None else None
    keys = [atlas.vocabulary.concept(iri) for iri in (evidence.key_items if evidence else ())]
    period = "-".join(f"{part:02}" for part in evidence.other_edition) if evidence else ""
    return Near(
        relation=relation,
        iri=node.iri,
        page=atlas.settings.public_url + page_path(atlas.settings.base_iri, node.iri),
        weight=round(near.weight, 3),
        key_items=[
            Thing(name=pick({"zh": key.zh, "en": key.en}, lang), iri=key.iri) for key in keys if key
        ],
        record=NearRecord(
            title=quote(pick({"zh": node.zh, "en": node.en}, lang)),
            publishers=[] if document is None else _publishers(atlas, document, lang),
            shared_fields=[quote(name) for name in (evidence.fields if evidence else ())],
            place=(quote(evidence.other_place) or None) if evidence else None,
            period=period or None,
        ),
    )


def _publishers(atlas: Service, document: StoredDocument, lang: Lang) -> list[str]:
    """Return the names of publishers in a language, where the vocabulary has them."""
    names = []
    for iri, name in zip(document.facets.get("publisher", ()), document.publishers, strict=False):
        concept = atlas.vocabulary.concept(iri)
        names.append(quote(pick({"zh": concept.zh, "en": concept.en}, lang) if concept else name))
    return names


TOOL: Final = Tool(
    "find_joinable",
    N_("Find joinable datasets"),
    N_(
        "Finds public datasets that can be brought together with one: by key data items that both "
        "have (a unified social credit code, a road, a division), or by equal fields; each with "
        "the reason. Computed from descriptions: the values themselves were not compared."
    ),
    JoinableArguments,
    _find,
)
