"""The fine order of what an index found: how well a document answers a query.

Pure arithmetic over what is stored of a document, the same whatever index found it. Weights are
of kinds of evidence; they were set on the judged collection as a whole, and none is about a word.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final

from search.analysis.ngrams import borders
from search.analysis.periods import Days
from search.analysis.places import short_place
from search.index.payload import StoredDocument
from search.query.model import Alternative, ParsedQuery
from search.query.word_classes import NEGATIONS, PROCESS, same_attributes
from search.ranking.signals import Signals
from search.ranking.weights import (
    ACROSS,
    ATTRIBUTE,
    COMPLETE,
    COVERAGE,
    FULL,
    HEAD,
    IN_DESCRIPTION,
    IN_FIELDS,
    IN_KEYWORDS,
    IN_PUBLISHER,
    IN_SUBJECT,
    IN_TITLE,
    INTERFACE,
    MOST_PROCESS,
    NEGATED,
    NEWER,
    NEWEST,
    OTHER_YEAR,
    PLACE,
    POPULAR,
    PROCESS_WORD,
    SCATTERED,
    STATISTIC,
    SURE,
    TRUST,
    YEAR,
)

_PAIRED: Final = 3
"""Characters above which a term may be scattered over a title."""
_SEEN: Final = 64
"""Terms whose score in a document is cached."""
_NEUTRAL: Final = re.compile(
    r"(?:信息|基本|情况|名单|名录|目录|清单|统计|汇总|分布|一览|表|点|站|机构|企业|单位|公司|户|店|数据|明细|花名册|登记|备案|证|查询|数|量"
    r"|详细|公示|公告|基础|场所|人员|年度|的)*"
)
"""What may follow the head of a title without making it about something else."""


class Scorer:
    """Scores documents for one parsed query."""

    def __init__(self, parsed: ParsedQuery) -> None:
        self._parsed = parsed
        self._whole = sum(term.weight for term in parsed.query_terms)
        self._weighted_terms = [
            (
                term.weight,
                [(a.term, _trust(a)) for a in term.alternatives + term.parts],
            )
            for term in parsed.query_terms
        ]
        terms = {term for _, alternatives in self._weighted_terms for term, _ in alternatives}
        terms.update(name for names in parsed.attributes for name in names)
        self._terms = sorted(terms)
        self._places = [short_place(place.name) for place in parsed.places]

    def score(self, document: StoredDocument, found: Signals) -> float:
        """Return how well a document answers: about 1 for a plain hit in the title, at most 3."""
        parsed = self._parsed
        share, total = self._subject(found)
        # Of the wrong thing, the right place, year or data item says little.
        fit = min(1.0, share / FULL)
        for place in self._places:
            total += fit * PLACE * _in_place(place, found) / len(self._places)
        edition = found.parts.edition
        year = edition[0] if edition and edition[0] else found.year
        if parsed.years:
            total += fit * _year(parsed.years, found)
        elif parsed.time is not None:
            total += fit * _time(parsed.time.days, found)
        elif parsed.newest:
            total += fit * NEWEST * _recent(year)
        if parsed.attributes:
            had = [max(_attribute(name, found) for name in names) for names in parsed.attributes]
            total += fit * ATTRIBUTE * sum(had) / len(had)
        if found.parts.interface:
            total += INTERFACE
        total += NEWER * _recent(year)
        total += POPULAR * min(1.0, math.log1p(document.popularity) / 12)
        return total + COMPLETE * document.quality

    def matches(self, found: Signals) -> tuple[float, ...]:
        """Return how well each term of the query is met (0–1), in their order."""
        return tuple(_best(alternatives, found) for _, alternatives in self._weighted_terms)

    def half(self, found: Signals) -> int | None:
        """Tell which of two things that are asked for together a document is about.

        Their number, or None where it is about both, or the text asks for one thing.
        """
        shares = [
            sum(self._weighted_terms[n][0] * _best(self._weighted_terms[n][1], found) for n in half)
            / (sum(self._weighted_terms[n][0] for n in half) or 1.0)
            for half in self._parsed.halves
        ]
        if not shares or min(shares) > FULL:
            return None
        return shares.index(max(shares))

    def _subject(self, found: Signals) -> tuple[float, float]:
        """Return which share of the subject a document meets (0–1), and its score for that.

        The score is also of how far the document is about nothing else.
        """
        if not self._weighted_terms:
            return 1.0, 0.5
        met = sum(
            weight * _best(alternatives, found) for weight, alternatives in self._weighted_terms
        )
        share = met / self._whole
        total = share
        core = rest = found.parts.core
        last = 0
        for term in self._terms:
            start = core.find(term)
            if start >= 0 and (not start or core[start - 1] not in NEGATIONS):
                end = start + len(term)
                rest = f"{rest[:start]}{'|' * len(term)}{rest[end:]}"
                last = max(last, end)
        if last:
            neutral = _NEUTRAL.fullmatch(core, last) is not None
            size = last if neutral else len(core)
            total += COVERAGE * share * rest.count("|") / size
            if neutral:
                total += HEAD * share
        if not self._parsed.statistic:
            total += max(MOST_PROCESS, PROCESS_WORD * len(PROCESS.findall(rest)))
        if found.statistic:
            total += STATISTIC if self._parsed.statistic else -STATISTIC
        return share, total


def _trust(alternative: Alternative) -> float:
    return alternative.weight**TRUST if alternative.weight > SURE else alternative.weight


def _best(alternatives: list[tuple[str, float]], found: Signals) -> float:
    best = 0.0
    title = found.title
    others: list[tuple[str, float]] = []
    for term, trust in alternatives:
        if trust > best:
            if term in title:
                best = max(best, trust * _in_title(term, title))
            else:
                others.append((term, trust))
    # Only what could be better than the title is looked for elsewhere.
    for term, trust in others:
        if trust * (SCATTERED if len(term) > _PAIRED else IN_KEYWORDS) > best:
            quality = found.seen.get(term)
            if quality is None:
                quality = _beside_title(term, found)
                if len(found.seen) < _SEEN:
                    found.seen[term] = quality
            best = max(best, trust * quality)
    return best


@lru_cache(maxsize=8192)
def _pairs(term: str) -> tuple[str, ...]:
    return tuple(term[i : i + 2] for i in range(len(term) - 1)) if len(term) > 2 else (term,)


@lru_cache(maxsize=32_768)
def _borders(title: str) -> frozenset[int]:
    return frozenset(borders(title))


def _in_title(term: str, title: str) -> float:
    start = title.find(term)
    while start > 0 and title[start - 1] in NEGATIONS:
        # 不动产 is not 动产.
        start = title.find(term, start + 1)
    if start < 0:
        return NEGATED
    if len(term) != 2 or start + 1 not in _borders(title):
        return IN_TITLE
    other = title.find(term, start + 1)
    if other >= 0 and other + 1 not in _borders(title):
        return IN_TITLE
    return ACROSS


def _beside_title(term: str, found: Signals) -> float:
    """How well a term is met that the title does not hold as one piece."""
    best = 0.0
    if len(term) > _PAIRED:
        pairs, title = _pairs(term), found.title
        held = sum([pair in title for pair in pairs])
        if held * 3 >= len(pairs) * 2:
            best = SCATTERED * held / len(pairs)
    other_fields = found.other_fields
    if term in other_fields.whole:
        if term in other_fields.keywords:
            best = max(best, IN_KEYWORDS)
        if term in other_fields.fields:
            best = max(best, IN_FIELDS)
        if term in other_fields.description:
            best = max(best, IN_DESCRIPTION)
        if best == 0.0 and term in other_fields.about:
            return IN_SUBJECT
    if best == 0.0 and term in found.publisher:
        return IN_PUBLISHER
    return best


def _in_place(name: str, found: Signals) -> float:
    if name in found.title:
        return 1.0
    if name in found.publisher:
        return 0.95
    if name in found.other_fields.places:
        # In the city, but of one of its districts.
        return 0.9 if not found.parts.place else 0.85
    return 0.3 if name in found.other_fields.description else 0.0


def _year(years: tuple[int, ...], found: Signals) -> float:
    if any(str(year) in found.title for year in years):
        edition = found.parts.edition
        # 2018-2022年 and 统计年鉴2022 hold it too; an edition of just that year is it.
        return YEAR if edition and edition[0] in years else YEAR * 0.8
    if found.parts.edition and found.parts.edition[0]:
        return OTHER_YEAR
    return YEAR * 0.3 if found.year in years else 0.0


def _time(asked: Days, found: Signals) -> float:
    """A period in the title says more than the days in which a register was kept up."""
    if found.named_period is not None:
        if asked.holds(found.named_period):
            return YEAR
        return YEAR * 0.8 if asked.meets(found.named_period) else OTHER_YEAR
    return YEAR * 0.3 if found.period is not None and asked.meets(found.period) else 0.0


def _recent(year: int) -> float:
    return min(1.0, max(0.0, (year - 2010) / 16)) if year else 0.0


def _attribute(name: str, found: Signals) -> float:
    names = same_attributes(name)
    if any(n in found.other_fields.fields for n in names):
        return 1.0
    if any(n in found.title for n in names):
        return 0.9
    if any(n in found.other_fields.description for n in names):
        return 0.8
    return 0.0
