"""Datasets whose rows can be brought together with one's: by which data items, and with what code.

Values are not read here. How many of them match is therefore not told; what is known is how many
rows both have, where their records say so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog_service.context import Service
from catalog_service.datasets.description_model import Description, file_addresses
from catalog_service.datasets.service import description_of, find_public
from catalog_service.datasets.snippets import Snippet
from catalog_service.datasets.visibility import GoneError
from catalog_service.explorer.service import network_of
from catalog_service.site.display_values import followable
from ontology.errors import AtlasError
from search.relations.fields import KeyItemIndex
from search.relations.model import KINDS
from search.relations.nodes import Name, Node

MOST: Final = 6
"""Datasets that are offered."""
_OF_A_KIND: Final = 4
"""Datasets of one relation that are looked at."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A key data item that both have: what it is, and how each of them calls it."""

    item: Node
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Join:
    """Another dataset, the key data items in common, the rows of both as far as known, code."""

    other: Node
    told_apart: tuple[Name, ...]
    pairs: tuple[Pair, ...]
    rows_here: int | None
    rows_there: int | None
    codes: tuple[Snippet, ...]

    @property
    def most(self) -> int | None:
        """How many rows of the smaller one there are: more of it cannot match."""
        known = [rows for rows in (self.rows_here, self.rows_there) if rows is not None]
        return min(known) if len(known) == 2 else None


def joins(atlas: Service, description: Description) -> list[Join]:
    """Return the datasets that have a key data item in common with one, the nearest first.

    A page does without where the index cannot be read or does not have the dataset yet.
    """
    try:
        return list(_joins(atlas, description))[:MOST]
    except AtlasError:
        return []


def _joins(atlas: Service, description: Description) -> Iterator[Join]:
    network = network_of(atlas)
    index = atlas.index.view()
    node = network.nodes.node(description.iri)
    mine = index.get(description.iri) if index is not None else None
    if node is None or index is None or mine is None:
        return
    keys = KeyItemIndex(atlas.vocabulary)
    seen: set[str] = set()
    # What can only be joined comes first: of the others their relation says more.
    groups = [g for g in network.neighbors(node, most=_OF_A_KIND) if g.relation in KINDS]
    for group in sorted(groups, key=lambda g: g.relation != "joinable"):
        for near in group.neighbors:
            theirs = index.get(near.node.iri)
            items = near.evidence.key_items if near.evidence is not None else ()
            if theirs is None or not items or near.node.iri in seen:
                continue
            seen.add(near.node.iri)
            pairs = tuple(
                Pair(item, _called(keys, mine.fields, iri), _called(keys, theirs.fields, iri))
                for iri in items
                if (item := network.nodes.node(iri)) is not None
            )
            other = _described(atlas, near.node.iri)
            yield Join(
                near.node,
                network.nodes.told_apart(near.node),
                pairs,
                description.row_count,
                None if other is None else other.row_count,
                _codes(pairs, _table(description, "this.csv"), _table(other, "other.csv")),
            )


def _called(keys: KeyItemIndex, fields: tuple[str, ...], iri: str) -> str:
    return next((name for name in fields if keys.key_item(name) == iri), "")


def _described(atlas: Service, iri: str) -> Description | None:
    try:
        return description_of(atlas, find_public(atlas, iri))
    except (AtlasError, GoneError):
        return None


def _table(description: Description | None, otherwise: str) -> str:
    """Return the address of a CSV file that can be read; else a name to put one in the place of."""
    for access in description.distributions if description is not None else ():
        if access.format is None or access.format.notation != "csv":
            continue
        for address in file_addresses(description, access) if description is not None else ():
            if (url := followable(address)) is not None:
                return url
    return otherwise


def _codes(pairs: tuple[Pair, ...], here: str, there: str) -> tuple[Snippet, ...]:
    """Return SQL (as DuckDB reads it) and Python; names and addresses are quoted literals."""
    conditions = " AND ".join(f"a.{_name(pair.here)} = b.{_name(pair.there)}" for pair in pairs)
    sql = (
        "SELECT *\n"
        f"FROM read_csv({_sql(here)}, all_varchar = true) AS a\n"
        f"JOIN read_csv({_sql(there)}, all_varchar = true) AS b\n"
        f"  ON {conditions};"
    )
    left = json.dumps([pair.here for pair in pairs], ensure_ascii=False)
    right = json.dumps([pair.there for pair in pairs], ensure_ascii=False)
    python = (
        "import pandas\n\n"
        f"a = pandas.read_csv({json.dumps(here, ensure_ascii=False)}, dtype=str)\n"
        f"b = pandas.read_csv({json.dumps(there, ensure_ascii=False)}, dtype=str)\n"
        f"both = a.merge(b, left_on={left}, right_on={right})\n"
        'print(len(a), len(b), len(both), "rows")'
    )
    return Snippet("SQL", sql), Snippet("Python", python)


def _name(column: str) -> str:
    """Return the name of a column as SQL quotes it."""
    return '"' + column.replace('"', '""') + '"'


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
