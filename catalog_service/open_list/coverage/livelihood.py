"""What concerns people's livelihood and is on no list (R27), by topic; what is asked for in vain.

The text names no topics. The data domain that counts as livelihood is a dated parameter of the
rule; its topics are the entries of the thesaurus that are about that domain, which stewards keep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from catalog_service.context import Service
from catalog_service.open_list.coverage.figures import CITY, Coverage, Share
from catalog_service.search_log.service import counted
from ontology.errors import AtlasError
from search.analysis.ngrams import term_tokens
from search.analysis.normalization import normal
from search.index.plan import Clause, Group, Plan
from search.model import Query
from search.thesaurus import Entry, Match, Thesaurus

RULE: Final = "R27"
MOST_ASKED: Final = 100
"""Searches that are looked at, those of most networks first."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A thing that the thesaurus knows within livelihood."""

    iri: str
    names: Mapping[str, str]
    """By language; English may be missing."""
    items: int
    """Items of the year's lists that name it."""
    datasets: int
    """Public datasets whose titles name it."""


@dataclass(frozen=True, slots=True)
class Vain:
    """A search to which the catalogue has no answer now."""

    text: str
    networks: int
    """From how many networks at least it was asked on one day: the most of all days."""
    last: date
    """The last day on which that many asked it."""
    topics: tuple[str, ...]
    """Livelihood topics that it is about, in Chinese; none: about something else."""


def livelihood_share(found: Coverage, domains: frozenset[str]) -> Share:
    """Return how many datasets of livelihood that are not closed are on a list of the year."""
    whole, missing = found.totals(domains)
    return Share(CITY, whole, whole - missing)


@dataclass(frozen=True, slots=True)
class _State:
    """What topics are made from."""

    head: int
    """Of the journal: what was closed is counted no more, though the index still has it."""
    checkpoint: int | None
    contents: tuple[str, ...]
    """Of the lists, by digest."""
    domains: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Made:
    state: _State
    thesaurus: Thesaurus
    rows: tuple[Topic, ...]


_MADE: Final[WeakKeyDictionary[Service, dict[int, _Made]]] = WeakKeyDictionary()
"""Of each year with lists, the last that were made."""


def topics(atlas: Service, found: Coverage, domains: frozenset[str]) -> Sequence[Topic]:
    """Return the topics, those without an item first, of these those with most datasets.

    Made anew where the catalogue, the lists or the thesaurus have changed.
    """
    thesaurus = atlas.thesaurus.current()
    # Before anything is counted: what changes meanwhile is counted again next time.
    contents = tuple(version.content for version, _ in found.lists)
    state = _State(atlas.journal.head(), found.checkpoint, contents, domains)
    if not found.lists:
        return _topics(atlas, found, domains, thesaurus)
    kept = _MADE.setdefault(atlas, {})
    there = kept.get(found.year)
    if there is None or there.state != state or there.thesaurus is not thesaurus:
        rows = tuple(_topics(atlas, found, domains, thesaurus))
        there = kept[found.year] = _Made(state, thesaurus, rows)
    return there.rows


def _topics(
    atlas: Service, found: Coverage, domains: frozenset[str], thesaurus: Thesaurus
) -> list[Topic]:
    entries = [one for one in thesaurus.entries if one.subject in domains]
    texts = [
        normal(f"{item.title} {item.description}")
        for _, content in found.lists
        for item in content.items.values()
    ]
    whole = "\n".join(texts)
    datasets = _named_by_titles(atlas, entries)
    rows = []
    for entry, number in zip(entries, datasets, strict=True):
        words = [normal(term) for term in entry.official]
        named = [one for one in words if one in whole]
        items = sum(any(one in text for one in named) for text in texts) if named else 0
        names = {"zh": entry.official[0]} | ({"en": entry.english} if entry.english else {})
        rows.append(Topic(entry.iri, names, items, number))
    return sorted(rows, key=lambda one: (one.items > 0, -one.datasets, one.names["zh"]))


def _entries(atlas: Service, domains: frozenset[str]) -> list[Entry]:
    return [one for one in atlas.thesaurus.current().entries if one.subject in domains]


def _named_by_titles(atlas: Service, entries: Sequence[Entry]) -> Sequence[int]:
    view = atlas.index.view()
    if view is None or not entries:
        return [0] * len(entries)
    plans = [Plan(groups=(Group(tuple(map(_in_title, one.official))),)) for one in entries]
    return view.totals(plans)


def _in_title(term: str) -> Clause:
    return Clause(term_tokens(term) or (term,), (("title", 1.0),))


def searched_in_vain(atlas: Service, domains: frozenset[str]) -> list[Vain]:
    """Return searches that the log kept and the catalogue does not answer, the most asked first.

    The log keeps a search only where as many networks as its setting demands asked another one
    after it, or it after another, on one day, and none that seems to be about a person; nothing is
    shown that it does not keep. One from which a dataset was opened is not in vain. Raises what
    searching does.

    This is where other kinds of demand are joined: applications and requests, once they are kept.
    """
    log = counted(atlas)
    opened = {one.query for one in log.clicks}
    asked: dict[str, tuple[int, date]] = {}
    for one in log.reformulations:
        for text in (one.query, one.next):
            most, last = asked.get(text, (0, one.day))
            asked[text] = (max(most, one.networks), max(last, one.day))
    wanted = sorted((text for text in asked if text not in opened), key=lambda t: (-asked[t][0], t))
    about = {one.iri: one.official[0] for one in _entries(atlas, domains)}
    return [
        Vain(text, *asked[text], _about(atlas, text, about))
        for text in wanted[:MOST_ASKED]
        if not _answered(atlas, text)
    ]


def _answered(atlas: Service, text: str) -> bool:
    try:
        result = atlas.search.search(Query(text, limit=1, facets=False))
    except AtlasError as error:
        if error.kind.status >= 500:
            raise
        return True  # what may not be asked is no demand
    sure = result.confidence
    return result.total > 0 and (sure is None or sure.verdict != "none")


def _about(atlas: Service, text: str, about: Mapping[str, str]) -> tuple[str, ...]:
    leads = (one for match in _matches(atlas, text) for one in match.expansions)
    found = [about[one.concept] for one in leads if one.concept in about]
    # An official term that stands alone leads nowhere: it is the topic itself.
    found += [name for name in about.values() if normal(name) in normal(text)]
    return tuple(dict.fromkeys(found))


def _matches(atlas: Service, text: str) -> tuple[Match, ...]:
    return atlas.thesaurus.current().lookup(text)
