"""One commit of the embedded index as a `search.index.protocol.IndexView`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import tantivy

from search.analysis.sort_keys import title_key
from search.facets import FRESHNESS
from search.index.embedded.compile import compile_group, compile_groups, compile_query
from search.index.embedded.reader import Snapshot, index_errors
from search.index.embedded.schema import stored_of
from search.index.field_names import BY_MODIFIED, BY_TITLE, IRI, day_field, facet_field
from search.index.payload import StoredDocument
from search.index.plan import UNKNOWN_DAY, Band, Group, Plan
from search.index.protocol import Candidate, Found
from search.limits import CACHED_DOCUMENTS

_MOST_VALUES: Final = 10_000
"""Different values of a facet that are counted exactly; publishers are the most, some thousands.
All are fetched, because tantivy leaves the order of equal counts open."""

_ALL: Final = "all"
"""The count of all documents, whatever their values."""

_ORDER: Final = {
    "modified": (BY_MODIFIED, tantivy.Order.Desc),
    "title": (BY_TITLE, tantivy.Order.Asc),
}


class EmbeddedView:
    """Answers from one commit; what it caches lives as long as the commit is the last one."""

    def __init__(self, snapshot: Snapshot, folder: Path) -> None:
        self._snapshot = snapshot
        self._folder = folder

    @property
    def checkpoint(self) -> int:
        """The journal number that the commit stands at."""
        return self._snapshot.checkpoint

    @property
    def state(self) -> Hashable:
        """The commit's files: another commit has others."""
        return self._snapshot.stamp

    def find(self, plan: Plan, limit: int, offset: int = 0) -> Found:
        """Return the documents of a plan; raises `AtlasError` (``index-corrupt`` …)."""
        if plan.order == "title" and plan.after is not None:
            whole = replace(plan, after=None)
            before = self._until(whole, str(plan.after))
            following = self.find(whole, limit, offset + before)
            return Found(following.total - before, following.candidates)
        by, order = _ORDER.get(plan.order, (None, tantivy.Order.Desc))
        with index_errors(self._folder):
            found = self._snapshot.searcher.search(
                self._compiled(plan),
                limit=limit or 1,  # tantivy can't collect none
                offset=offset,
                order_by_field=by,
                order=order,
            )
            total: int = found.count  # type: ignore[attr-defined] # the stubs leave it out
            candidates = tuple(
                Candidate(self._document(address), key if by is None else 0.0)
                for key, address in found.hits[:limit]
            )
        if plan.order == "title" and candidates:
            last = candidates[-1].document
            end = (plan.selection(), title_key(last.title, last.iri))
            self._snapshot.title_positions.keep(end, offset + len(candidates))
        return Found(total, candidates)

    def _until(self, plan: Plan, key: str) -> int:
        """Return how many documents of a plan by title have at most a sort key.

        tantivy has no ranges over text, but the order is known: halving finds the place in some
        fifteen look-ups among ten thousands. For the next page it is mostly cached.
        """
        known = self._snapshot.title_positions.get((plan.selection(), key))
        if known is not None:
            return known
        least, most = 0, self.find(plan, 0).total
        while least < most:
            middle = (least + most) // 2
            (candidate,) = self.find(plan, 1, middle).candidates
            document = candidate.document
            if title_key(document.title, document.iri) <= key:
                least = middle + 1
            else:
                most = middle
        return least

    def totals(self, plans: Sequence[Plan]) -> Sequence[int]:
        """Return how many documents each of some plans finds."""
        return [self.find(plan, 0).total for plan in plans]

    def count(self, plan: Plan, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count facet values over a plan's documents, each facet without its own filter."""
        key = (plan.selection(), tuple(facets))
        counts = self._snapshot.counts.get(key)
        if counts is None:
            with index_errors(self._folder):
                counts = self._snapshot.counts.keep(key, self._count(plan, facets))
        return counts

    def get(self, iri: str) -> StoredDocument | None:
        """Return one document, or None."""
        query = tantivy.Query.term_query(
            self._snapshot.schema, IRI, iri.encode("utf-8", "replace").decode(), "basic"
        )
        with index_errors(self._folder):
            hits = self._snapshot.searcher.search(query, limit=1, count=False).hits
            return self._document(hits[0][1]) if hits else None

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, StoredDocument]:
        """Return those of some documents that a plan finds, by IRI, in the order of ``iris``."""
        known: dict[str, StoredDocument] = {}
        if plan.groups is None and not plan.narrows and plan.after is None:
            # Every document that is not hidden: those that were read before need no query.
            iris = [iri for iri in iris if iri not in plan.hidden]
            by_iri = self._snapshot.by_iri
            known = {iri: d for iri in iris if (d := by_iri.get(iri)) is not None}
        unknown = [iri for iri in iris if iri not in known]
        if not unknown:
            return known
        schema, searcher = self._snapshot.schema, self._snapshot.searcher
        names = [iri.encode("utf-8", "replace").decode() for iri in unknown]
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, tantivy.Query.term_set_query(schema, IRI, names)),
                (tantivy.Occur.Must, self._compiled(plan)),
            ]
        )
        with index_errors(self._folder):
            hits = searcher.search(query, limit=len(names), count=False).hits
            found = known | {d.iri: d for d in (self._document(address) for _, address in hits)}
        return {iri: found[iri] for iri in iris if iri in found}

    def each(self) -> Iterator[StoredDocument]:
        """Yield all documents; those that fit in the cache stay there for the searches to come."""
        searcher = self._snapshot.searcher
        everything = compile_query(Plan(), self._snapshot.schema)
        with index_errors(self._folder):
            found = searcher.search(everything, limit=max(1, searcher.num_docs), count=False)
            for _, address in found.hits:
                if len(self._snapshot.documents) < CACHED_DOCUMENTS:
                    yield self._document(address)
                else:
                    yield stored_of(searcher.doc(address))

    def _document(self, address: tantivy.DocAddress) -> StoredDocument:
        key = (address.segment_ord, address.doc)
        document = self._snapshot.documents.get(key)
        if document is None:
            document = stored_of(self._snapshot.searcher.doc(address))
            self._snapshot.documents.keep(key, document)
            self._snapshot.by_iri.keep(document.iri, document)
        return document

    def _count(self, plan: Plan, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        together = [name for name in facets if name not in plan.filters]
        counts: dict[str, Mapping[str, int]] = {}
        if together:
            counts.update(self._counts(self._compiled(plan, after=False), together, plan.bands))
        for name in facets:
            if name in plan.filters:
                query = self._compiled(plan, without=name, after=False)
                counts.update(self._counts(query, [name], plan.bands))
        return counts

    def _compiled(self, plan: Plan, *, without: str = "", after: bool = True) -> tantivy.Query:
        return compile_query(
            plan, self._snapshot.schema, without=without, after=after, groups=self._groups
        )

    def _groups(self, groups: tuple[Group, ...]) -> tantivy.Query:
        compiled = self._snapshot.queries.get(groups)
        if compiled is None:
            compiled = compile_groups(groups, self._snapshot.schema, self._group)
            self._snapshot.queries.keep(groups, compiled)
        return compiled

    def _group(self, group: Group, schema: tantivy.Schema) -> tantivy.Query:
        # What is asked for a text step by step has most groups in common.
        compiled = self._snapshot.groups.get(group.clauses)
        if compiled is None:
            compiled = self._snapshot.groups.keep(group.clauses, compile_group(group, schema))
        return compiled

    def _counts(
        self, query: tantivy.Query, names: Sequence[str], bands: Sequence[Band]
    ) -> dict[str, dict[str, int]]:
        sizes = {"size": _MOST_VALUES, "segment_size": _MOST_VALUES}
        request: dict[str, Any] = {
            name: {"terms": {"field": facet_field(name), **sizes}}
            for name in names
            if name != FRESHNESS
        }
        dated = [band for band in bands if band.most != UNKNOWN_DAY]
        if FRESHNESS in names:
            ranges = [{"key": b.name, "from": b.least, "to": b.most + 1} for b in dated]
            request[FRESHNESS] = {"range": {"field": day_field("modified"), "ranges": ranges}}
            request[_ALL] = {"value_count": {"field": BY_MODIFIED}}
        answer: dict[str, Any] = self._snapshot.searcher.aggregate(query, request)
        counts = {
            name: {b["key"]: b["doc_count"] for b in answer[name]["buckets"] if b["doc_count"]}
            for name in names
        }
        if FRESHNESS in names:
            # Ranges come with what lies between and around them.
            held = {b.name: counts[FRESHNESS].get(b.name, 0) for b in dated}
            rest = int(answer[_ALL]["value"]) - sum(held.values())
            held |= {band.name: rest for band in bands if band.most == UNKNOWN_DAY}
            counts[FRESHNESS] = {name: count for name, count in held.items() if count}
        return counts
