"""The datasets related to one: candidates from the index, judged by `relate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ontology.vocabulary import Vocabulary
from search.analysis.ngrams import term_tokens
from search.analysis.titles import title_parts
from search.index.payload import StoredDocument
from search.index.plan import Clause, Group, Plan
from search.index.protocol import IndexView
from search.relations.fields import COMMON, KeyItemIndex, field_key
from search.relations.model import KINDS, Kind, Relation
from search.relations.relate import relate

MOST: Final = 12
"""Relations of one kind that are stated of a dataset: the strongest."""

_CANDIDATES: Final = 150
"""Documents looked at for each way of finding some."""

_FIELDS_ASKED: Final = 24
"""Data items by which others are looked for; the index weighs the rarer ones more."""

_TITLE: Final = (("title", 1.0),)
_FIELDS: Final = (("fields", 1.0),)


class Related:
    """Tells the relations of a dataset to others, in one state of an index."""

    def __init__(self, view: IndexView, vocabulary: Vocabulary) -> None:
        self._view = view
        self._vocabulary = vocabulary
        self._keys = KeyItemIndex(vocabulary)

    def of(self, document: StoredDocument, *, most: int = MOST) -> list[Relation]:
        """Return the relations of a dataset: kinds in the order of `KINDS`, the strongest first.

        At most ``most`` of a kind; two datasets are related by title and by fields at most once
        each.
        """
        found: dict[Kind, list[Relation]] = {kind: [] for kind in KINDS}
        seen: set[str] = set()
        for candidate in self._candidates(document):
            if candidate.iri in seen:
                continue
            seen.add(candidate.iri)
            for relation in relate(document, candidate, self._keys):
                found[relation.kind].append(relation)
        return [
            relation
            for kind in KINDS
            for relation in sorted(found[kind], key=lambda r: (-r.weight, r.target))[:most]
        ]

    def _candidates(self, one: StoredDocument) -> Iterator[StoredDocument]:
        core = term_tokens(title_parts(one.title).core)
        if core:
            yield from self._find(Group((Clause(core, _TITLE),)))
        telling = [name for name in one.fields if field_key(name) not in COMMON][:_FIELDS_ASKED]
        yield from self._find(*(group for name in telling if (group := _named([name]))))
        for key in dict.fromkeys(filter(None, map(self._keys.key_item, one.fields))):
            group = _named(self._vocabulary.spellings(key))
            if group is not None:
                yield from self._find(group)

    def _find(self, *groups: Group) -> Iterator[StoredDocument]:
        if not groups:
            return
        if len(groups) > 1:
            groups = tuple(Group(group.clauses, required=False) for group in groups)
        plan = Plan(groups=groups, order="relevance")
        for candidate in self._view.find(plan, _CANDIDATES).candidates:
            yield candidate.document


def _named(names: list[str]) -> Group | None:
    clauses = {found: Clause(found, _FIELDS) for name in names if (found := term_tokens(name))}
    return Group(tuple(clauses.values())) if clauses else None
