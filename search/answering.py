"""From a query to a result over any engine's view: understand, ask, rank, show.

Everything that a search means happens here and in what this calls, so that two engines can only
differ in their arithmetic.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, Protocol

from search.analysis.normal import normal
from search.analysis.order import date_key, title_key
from search.analysis.places import Gazetteer, gazetteer, vocabulary_places
from search.engine import AREA, FacetValue, Hit, Query, Result, Suggestion
from search.freshness import bands, machine_day
from search.likeness import like
from search.matching import WINDOW, Candidate, Group, Plan, View
from search.offering import others
from search.plan import Request, checked, next_cursor, tiers
from search.ranking import Scorer, Signals
from search.remembering import Remembered
from search.showing import collapsed, explained, hit_of
from search.stored import Stored
from search.suggesting import Suggester
from search.thesaurus import Thesaurus
from search.understanding.lexicon import Lexicon, build_lexicon
from search.understanding.model import Meaning
from search.understanding.parse import understand
from search.understanding.spelling import respelled
from search.weighing import exists, strange, weighed

ENOUGH: Final = 10
"""Hits of a strict plan that make a looser one needless."""
_TRIED: Final = 4
"""Terms that a suggested word is looked for by."""
_SIMILAR: Final = 10
"""Datasets near in meaning that are offered where the words found fewer than `ENOUGH`."""
_SIGNALS: Final = 20_000
_PLANS: Final = 256
_RANKED: Final = 256


class Asked(Protocol):
    """A search text whose meaning was asked for; waits a moment for it when first used.

    Nothing is ever raised: what can't be had in time is done without.
    """

    def ordered(self, ranked: Sequence[Candidate]) -> list[Candidate] | None:
        """Return the same hits in their order by words and meaning; None: only words are known."""
        ...

    def similar(
        self, plan: Plan, view: View, without: Collection[str], count: int
    ) -> list[Candidate]:
        """Return what is near in meaning within the plan's filters, and not among ``without``."""
        ...


class Answers:
    """Search over the newest view that ``view`` gives (None: there is no index yet).

    ``thesaurus`` gives the one in use. ``meaning`` asks for the meaning of a text
    (`search.semantic`); without it there are only words. ``today`` tells the day from which the
    freshness of datasets counts. Safe to share among threads.
    """

    def __init__(
        self,
        view: Callable[[], View | None],
        thesaurus: Callable[[], Thesaurus],
        monotonic: Callable[[], float] = time.monotonic,
        meaning: Callable[[str], Asked] | None = None,
        today: Callable[[], date] = machine_day,
    ) -> None:
        self._view = view
        self._meaning = meaning
        self._thesaurus = thesaurus
        self._monotonic = monotonic
        self._today = today
        self._places: tuple[Hashable, Gazetteer] | None = None
        self._lexicon: Remembered[Lexicon] = Remembered()
        self._suggester: Remembered[Suggester] = Remembered()
        self._plans: dict[
            tuple[Hashable, Thesaurus, str, tuple[str, ...]],
            tuple[Meaning, tuple[Group, ...], str, bool],
        ] = {}
        self._first: dict[Hashable, tuple[int, list[Candidate]]] = {}
        self._nearer: dict[Hashable, list[Candidate]] = {}
        self._signals: dict[tuple[str, str], Signals] = {}
        self._offered: dict[Hashable, tuple[str, ...]] = {}

    # -- search ----------------------------------------------------------------------------------

    def search(self, query: Query) -> Result:
        """Answer a query; raises `AtlasError` for one that is out of bounds."""
        started = time.perf_counter()
        request = checked(query, bands(self._today()))
        view = self._view()
        if view is None:
            facets = {
                name: tuple(FacetValue(value, 0) for value in request.filters.get(name, ()))
                for name in request.facets
            }
            return Result(0, (), facets, 0, _since(started))
        asked = self._ask(request)
        if not request.text:
            plan = request.plan(None)
            meaning, understanding, relaxed = None, None, ""
        else:
            meaning, plan, relaxed, corrected = self._plan(request, view)
            understanding = explained(meaning, corrected, relaxed)
        total, rows, candidates, end, near = self._page(request, plan, meaning, view, asked)
        hits = tuple(
            replace(hit_of(candidate, meaning), more=more) for candidate, more in candidates
        )
        last = candidates[-1][0].document if candidates else None
        key: str | int | None = None
        if last is not None and request.order != "relevance":
            key = (
                date_key(last.modified, last.iri)
                if request.order == "modified"
                else title_key(last.title, last.iri)
            )
        return Result(
            total=total,
            hits=hits,
            facets=self._facets(request, plan, view),
            checkpoint=view.checkpoint,
            milliseconds=_since(started),
            understanding=understanding,
            did_you_mean=self._others(request, meaning, total, relaxed, view),
            cursor=next_cursor(request, rows, end, key, by_meaning=near) if hits else None,
            rows=rows,
            similar=self._similar(request, plan, meaning, total, view, asked),
        )

    def _ask(self, request: Request) -> Asked | None:
        """Ask for the meaning of the text, where it can matter; the answer comes meanwhile."""
        if self._meaning is None or not request.text.strip() or request.by_words:
            return None
        if request.order != "relevance" or request.offset >= WINDOW:
            return None
        return self._meaning(request.text)

    def _similar(
        self,
        request: Request,
        plan: Plan,
        meaning: Meaning | None,
        total: int,
        view: View,
        asked: Asked | None,
    ) -> tuple[Hit, ...]:
        if asked is None or total >= ENOUGH or request.offset or not request.limit:
            return ()
        found = {c.document.iri for c in view.find(plan, ENOUGH).candidates}
        near = asked.similar(plan, view, found, _SIMILAR)
        listed = collapsed(near) if request.grouped else [(c, 0) for c in near]
        return tuple(replace(hit_of(c, meaning), more=more) for c, more in listed)

    def _plan(self, request: Request, view: View) -> tuple[Meaning, Plan, str, bool]:
        """The meaning of the text, and the strictest plan that finds enough.

        Remembered by the text: pages and facets of one search ask for the same again and again.
        """
        thesaurus = self._thesaurus()
        key = (view.state, thesaurus, request.text, request.literal)
        found = self._plans.get(key)
        if found is None:
            found = self._understood(request, thesaurus, view)
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            self._plans[key] = found
        meaning, groups, relaxed, corrected = found
        return meaning, request.plan(groups), relaxed, corrected

    def _understood(
        self, request: Request, thesaurus: Thesaurus, view: View
    ) -> tuple[Meaning, tuple[Group, ...], str, bool]:
        known = self._gazetteer(view)
        text, corrected = request.text, False
        meaning = understand(text, thesaurus, known, request.literal)
        if "spelling" not in request.literal and strange(meaning, view):
            right = respelled(
                text, self._words(view), known, thesaurus, lambda term: exists(term, view)
            )
            if right != meaning.text:
                text, corrected = right, True
                meaning = understand(right, thesaurus, known, request.literal)
        meaning = weighed(meaning, view)
        chosen: tuple[Group, ...] | None = None
        relaxed, reached = "", 0
        for tier in tiers(meaning):
            if tier.after is not None and tier.after != (reached > 0):
                continue
            # Without the filters: a filter narrows what was found and must not change what the
            # words mean.
            total = view.find(Plan(tier.groups), 0).total
            if chosen is None or total > reached:
                chosen, relaxed, reached = tier.groups, tier.relaxed, total
            if total >= ENOUGH:
                break
        return meaning, chosen or (), relaxed if reached else "", corrected

    def _page(
        self,
        request: Request,
        plan: Plan,
        meaning: Meaning | None,
        view: View,
        asked: Asked | None,
    ) -> tuple[int, int, list[tuple[Candidate, int]], int, bool]:
        """The total, the rows, the page's hits with how many stand behind each, its end, and
        whether meaning had its part in the order."""
        start, end = request.offset, request.offset + request.limit
        if meaning is None or request.order != "relevance":
            found = view.find(plan, request.limit, start)
            total = found.total
            if plan.after is not None:
                total = view.find(replace(plan, after=None), 0).total
                end = start + request.limit if found.total > request.limit else total
            return total, total, [(candidate, 0) for candidate in found.candidates], end, False
        total, ranked = self._ranked(plan, meaning, view)
        nearer = self._reordered(plan, meaning, view, ranked, asked)
        ranked = nearer or ranked
        listed = collapsed(ranked) if request.grouped else [(c, 0) for c in ranked]
        behind = max(0, total - WINDOW)
        rows = len(listed) + behind
        page = listed[start:end]
        if end > len(listed) and behind:
            # Behind the window the engine's own order goes on, one by one.
            skip = max(start, len(listed)) - len(listed)
            rest = view.find(plan, end - max(start, len(listed)), WINDOW + skip)
            page += [(candidate, 0) for candidate in rest.candidates]
        return total, rows, page, min(end, rows), nearer is not None

    def _reordered(
        self,
        plan: Plan,
        meaning: Meaning,
        view: View,
        ranked: list[Candidate],
        asked: Asked | None,
    ) -> list[Candidate] | None:
        """The first hits in the order of words and meaning, remembered like `_ranked`."""
        if asked is None:
            return None
        filters = tuple(plan.filters.items())
        key = (view.state, meaning, plan.groups, filters, plan.ranges, plan.bands)
        kept = self._nearer.get(key)
        if kept is None:
            kept = asked.ordered(ranked)
            if kept is not None:
                if len(self._nearer) >= _RANKED:
                    self._nearer.clear()
                self._nearer[key] = kept
        return kept

    def _ranked(self, plan: Plan, meaning: Meaning, view: View) -> tuple[int, list[Candidate]]:
        """The total, and the first hits in their fine order; remembered for the pages to come."""
        filters = tuple(plan.filters.items())
        key = (view.state, meaning, plan.groups, filters, plan.ranges, plan.bands)
        kept = self._first.get(key)
        if kept is None:
            found = view.find(plan, WINDOW)
            scorer = Scorer(meaning)
            scored = [
                Candidate(c.document, scorer.score(c.document, self._signals_of(c.document)))
                for c in found.candidates
            ]
            scored.sort(key=lambda c: (-round(c.score, 6), c.document.iri))
            kept = (found.total, scored)
            labels = self._labels_of(view)
            for candidate in scored:
                # Facets will show most of these, and each would be looked up by itself.
                for value, label in _publishers(candidate.document).items():
                    labels.setdefault(value, label)
            if len(self._first) >= _RANKED:
                self._first.clear()
            self._first[key] = kept
        return kept

    def _signals_of(self, document: Stored) -> Signals:
        key = (document.iri, document.hash)
        found = self._signals.get(key)
        if found is None:
            found = Signals(document)
            if len(self._signals) >= _SIGNALS:
                self._signals.clear()
            self._signals[key] = found
        return found

    def _facets(
        self, request: Request, plan: Plan, view: View
    ) -> Mapping[str, tuple[FacetValue, ...]]:
        if not request.facets:
            return {}
        counts = view.count(replace(plan, after=None), request.facets)
        labels = self._labels_of(view)
        facets: dict[str, tuple[FacetValue, ...]] = {}
        for name in request.facets:
            counted = counts[name]
            first = sorted(counted, key=lambda value: (-counted[value], value))
            shown = first[: request.facet_size]
            shown += [v for v in request.filters.get(name, ()) if v not in shown]
            facets[name] = tuple(
                FacetValue(value, counted.get(value, 0), self._label(name, value, view, labels))
                for value in shown
            )
        return facets

    def _labels_of(self, view: View) -> dict[str, str]:
        """The names of publishers that are known of a state."""
        state, labels = self._labels
        if state != view.state:
            labels = {}
            self._labels = (view.state, labels)
        return labels

    def _label(self, facet: str, value: str, view: View, labels: dict[str, str]) -> str:
        """The name of a publisher, read from any one of its records, once for each state."""
        if facet != "publisher":
            return ""
        label = labels.get(value)
        if label is None:
            label = ""
            for found in view.find(Plan(filters={facet: (value,)}), 1).candidates:
                label = _publishers(found.document).get(value, "")
            labels[value] = label
        return label

    _labels: tuple[Hashable, dict[str, str]] = (None, {})

    def _others(
        self, request: Request, meaning: Meaning | None, total: int, relaxed: str, view: View
    ) -> tuple[str, ...]:
        """Other texts worth a search, where this one found nothing or hardly anything."""
        if meaning is None or "spelling" in request.literal:
            return ()
        # Of several words, what is near one of them is not what was asked for.
        subjects = sum(wish.role in ("subject", "verb") for wish in meaning.wishes)
        little = total < ENOUGH or relaxed == "words"
        if total and not (little and subjects == 1):
            return ()
        thesaurus = self._thesaurus() if "synonym" not in request.literal else None
        key = (view.state, thesaurus, meaning, not total)
        found = self._offered.get(key)
        if found is None:
            lexicon = (lambda: self._words(view)) if not total else None
            found = others(meaning, view, thesaurus, lexicon)
            if len(self._offered) >= _PLANS:
                self._offered.clear()
            self._offered[key] = found
        return found

    # -- more ------------------------------------------------------------------------------------

    def more_like(self, iri: str, limit: int = 10) -> tuple[Hit, ...]:
        """Return what resembles a dataset, the nearest first; nothing for an unknown one."""
        view = self._view()
        document = view.get(iri) if view is not None else None
        if view is None or document is None:
            return ()
        return tuple(hit_of(c, None) for c in like(document, view, self._signals_of, limit))

    def suggest(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Complete a text: Chinese, pinyin or initials; nothing for an empty one."""
        view = self._view()
        if view is None or not normal(text).strip():
            return ()
        found = self._suggestions(view).suggest(text, limit)
        return tuple(one for one in found if self._stands(one, view))

    def _stands(self, one: Suggestion, view: View) -> bool:
        """Tell whether a suggestion may be shown: what was closed since it was made may not."""
        if one.kind == "dataset":
            return view.get(one.value) is not None
        if one.kind in ("publisher", "theme"):
            return view.find(Plan(filters={one.kind: (one.value,)}), 0).total > 0
        expansions = self._thesaurus().expansions(one.text)
        if not expansions or not one.count:
            # A word that nobody writes leads somewhere where anybody writes what it stands for.
            terms = [one.text, *(term for found in expansions for term in found.terms)]
            return any(exists(term, view) for term in terms[:_TRIED])
        # The thesaurus is no secret.
        return True

    def warm(self) -> None:
        """Make what the first searches would have to wait for: places, words, suggestions.

        Takes some seconds at ten thousands of documents; for a thread beside those that answer.
        """
        view = self._view()
        if view is not None:
            self._gazetteer(view)
            self._words(view)
            self._suggestions(view)
            # Millions of objects that stay: a look of the collector at them all would make some
            # search wait for a tenth of a second.
            gc.collect()
            gc.freeze()

    # -- what is remembered of a state -----------------------------------------------------------

    def _gazetteer(self, view: View) -> Gazetteer:
        kept = self._places
        if kept is None or kept[0] != view.state:
            kept = (view.state, gazetteer(view.count(Plan(), (AREA,))[AREA], vocabulary_places()))
            self._places = kept
        return kept[1]

    def _words(self, view: View) -> Lexicon:
        thesaurus = self._thesaurus()
        return self._lexicon.of(
            view, lambda v: build_lexicon(v.each(), thesaurus.words()), self._monotonic, thesaurus
        )

    def _suggestions(self, view: View) -> Suggester:
        thesaurus = self._thesaurus()
        return self._suggester.of(
            view, lambda v: Suggester(v.each(), thesaurus), self._monotonic, thesaurus
        )


def _publishers(document: Stored) -> Mapping[str, str]:
    """The names of a document's publishers by their facet values."""
    return dict(zip(document.facets.get("publisher", ()), document.publishers, strict=False))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
