"""From a parsed query to what is asked of an index: strict first, then looser step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from search.analysis.ngrams import term_tokens
from search.analysis.places import short_place
from search.index.fields import CANDIDATE_WEIGHTS
from search.index.plan import Clause, Condition, Group
from search.limits import MAX_CLAUSES
from search.query.model import ParsedQuery, QueryTerm
from search.query.segments import words_inside

_SPLIT_NAMES: Final = 4
"""How many names of a thing are split into their words where nothing holds any of them whole."""

_MOST_YEARS: Final = 8
_LAST_YEAR: Final = 2099
_MOST_ATTRIBUTES: Final = 8
_MOST_NAMES: Final = 8
"""How many years, data items, and names of each a plan asks for."""

_SUBJECT: Final = tuple((name, w) for name, w in CANDIDATE_WEIGHTS.items() if name != "about")
"""Where a subject is looked for. What is merely of a theme is not of each word of its label."""
_ATTRIBUTE: Final = (("fields", 2.0), ("description", 1.0), ("title", 1.0))
_YEAR: Final = (("title", 2.0), ("description", 0.5))
_PLACE: Final = (("place", 1.0), ("title", 1.0), ("publisher", 1.0))


@dataclass(frozen=True, slots=True)
class Tier:
    """What to ask for, and what was given up for it (see `Understanding.relaxed`).

    ``groups`` are None where the text has nothing but conditions: everything is asked for.
    ``after``: asked only where the tiers before found something (True) or nothing (False); None:
    wherever they found too little. ``timed``: only what is of the time that the text names.
    ``broad``: broader terms may stand for a word.
    """

    relaxed: str
    groups: tuple[Group, ...] | None
    after: bool | None = None
    timed: bool = True
    broad: bool = True

    def conditions(self, parsed: ParsedQuery) -> tuple[Condition, ...]:
        """Return what the text demands of every result here."""
        asked = tuple(one.condition for one in parsed.conditions)
        return (*asked, parsed.time.condition) if self.timed and parsed.time else asked


def tiers(parsed: ParsedQuery) -> Iterator[Tier]:
    """Yield what to ask for, the strictest first, until enough is found.

    First all subjects, then the verbs are left open, then the time is, then any word or part of one
    will do. A place is given up last, but where it has a few hits, the same subject elsewhere
    follows them. Exclusions, formats and open types are never given up.
    """
    strict = list(_timed_tiers(parsed))
    if parsed.time is None:
        yield from strict
        return
    # What is of the time comes first, of whatever place; then the same of any time.
    whole = [tier for tier in strict if tier.after is None and tier.relaxed != "place"][:2]
    yield from whole
    for tier in whole:
        yield replace(tier, relaxed="time", timed=False)
    for tier in strict:
        if tier not in whole:
            yield replace(tier, timed=False)


def _timed_tiers(parsed: ParsedQuery) -> Iterator[Tier]:
    query_terms = [(term, _clauses(term)) for term in parsed.query_terms]
    strong = [(w, c) for w, c in query_terms if w.role in ("subject", "verb") and c]
    soft = tuple(
        [
            Group(c, required=False)
            for w, c in query_terms
            if w.role not in ("subject", "verb") and c
        ]
        + [
            Group(clauses, required=False)
            for names in parsed.attributes[:_MOST_ATTRIBUTES]
            if (clauses := _attribute(names))
        ]
    )
    places = _places(parsed)
    years = tuple(Clause((str(year),), _YEAR) for year in parsed.years[:_MOST_YEARS])
    named = tuple(Clause((str(year),), _YEAR) for year in years_of_time(parsed))
    at = (Group(places),) if places else ()
    near = (Group(places, required=False),) if places else ()
    if years:
        soft = (*soft, Group(years, required=not strong and not places))
    if named:
        # Titles that name one lead; that is no demand.
        soft = (*soft, Group(named, required=False))
    if not strong:
        if at or years:
            yield Tier("", (*at, *soft))
        elif parsed.time or parsed.conditions:
            yield Tier("", None)
        return
    every = tuple(Group(c) for _, c in strong)
    exact = tuple(Group(_clauses(term, exact=True)) for term, _ in strong)
    if exact != every:
        yield Tier("", (*exact, *at, *soft), broad=False)
    yield Tier("broader" if exact != every else "", (*every, *at, *soft))
    if heads := _heads(parsed):
        # One or the other: of each, its last subject.
        either = Group(tuple(clause for term in heads for clause in _clauses(term)))
        rest = tuple(Group(c, required=False) for _, c in strong)
        yield Tier("either", (either, *rest, *at, *soft))
    subjects = tuple(Group(c) for w, c in strong if w.role == "subject")
    verbs = tuple(Group(c, required=False) for w, c in strong if w.role == "verb")
    if verbs and subjects:
        yield Tier("words", (*subjects, *verbs, *at, *soft))
    if at:
        yield Tier("place", (*(subjects or every), *verbs, *near, *soft), after=True)
    loose = tuple(Group(c, required=False) for _, c in strong)
    inner = tuple(Group(c, False) for w, _ in strong if (c := _clauses(w, parts=True)))
    # The first group only says that one of them must be there.
    some = Group(tuple(clause for group in (*loose, *inner) for clause in group.clauses))
    if len(strong) > 1 or inner:
        yield Tier("words", (some, *loose, *inner, *at, *soft), after=False if at else None)
    if at:
        yield Tier("place", (some, *loose, *inner, *near, *soft), after=False)


def _heads(parsed: ParsedQuery) -> tuple[QueryTerm, ...]:
    """Return the last word of each of two things that are asked for together."""
    terms = parsed.query_terms
    return tuple(
        next(terms[n] for n in reversed(half) if terms[n].role in ("subject", "verb"))
        for half in parsed.halves
    )


def years_of_time(parsed: ParsedQuery) -> tuple[int, ...]:
    """Return the years that titles of the asked time may name, at most `_MOST_YEARS`."""
    if parsed.time is None:
        return ()
    first, last = parsed.time.days.first.year, min(parsed.time.days.last.year, _LAST_YEAR)
    return tuple(range(last, max(first - 1, last - _MOST_YEARS), -1))


def optional_groups(parsed: ParsedQuery, relaxed: str) -> Iterator[tuple[str, str, Group]]:
    """Yield what a plan of `tiers` asks for without demanding it: kind, text, and the demand.

    ``relaxed`` is what was given up; places are only preferred where they were.
    """
    strong = any(term.role in ("subject", "verb") for term in parsed.query_terms)
    if relaxed == "place":
        for place in parsed.places:
            if clauses := _places(parsed, place.name):
                yield "place", place.text, Group(clauses)
    if strong or parsed.places:
        for year in parsed.years[:_MOST_YEARS]:
            yield "year", str(year), Group((Clause((str(year),), _YEAR),))
    for names in parsed.attributes[:_MOST_ATTRIBUTES]:
        if clauses := _attribute(names):
            yield "field", names[0], Group(clauses)


def _attribute(names: tuple[str, ...]) -> tuple[Clause, ...]:
    return tuple(Clause(t, _ATTRIBUTE) for n in names[:_MOST_NAMES] if (t := term_tokens(n)))


def _places(parsed: ParsedQuery, only: str | None = None) -> tuple[Clause, ...]:
    return tuple(
        Clause(tokens, _PLACE)
        for place in parsed.places
        if only in (None, place.name) and (tokens := term_tokens(short_place(place.name)))
    )


def split_term_tiers(parsed: ParsedQuery) -> Iterator[Tier]:
    """Yield what may still find something where no tier does: the words of one term, all of them.

    公交站点 stands in no title, 公交线路与站点 holds both of its words.
    """
    strong = [term for term in parsed.query_terms if term.role in ("subject", "verb")]
    if len(strong) != 1:
        return
    for alternative in strong[0].alternatives[:_SPLIT_NAMES]:
        words = words_inside(alternative.term)
        if words:
            every = tuple(Group((Clause(term_tokens(word), _SUBJECT),)) for word in words)
            places = _places(parsed)
            if places:
                yield Tier("words", (*every, Group(places)), after=False)
            given_up = "place" if places else "words"
            yield Tier(
                given_up,
                (*every, *((Group(places, required=False),) if places else ())),
                after=False,
            )


def _clauses(term: QueryTerm, *, parts: bool = False, exact: bool = False) -> tuple[Clause, ...]:
    found: list[Clause] = []
    for alternative in term.parts if parts else term.alternatives:
        if exact and alternative.relation == "broader":
            continue
        tokens = term_tokens(alternative.term)
        if tokens:
            boost = alternative.weight * term.weight / len(tokens)
            found.append(Clause(tokens, tuple((f, w * boost) for f, w in _SUBJECT)))
        if len(found) >= MAX_CLAUSES:
            break
    return tuple(found)
