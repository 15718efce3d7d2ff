"""From a text to a parsed query: years, places, attributes, filler words, what is looked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Final, Literal

import rjieba

from search.analysis.normalization import normal
from search.analysis.places import Gazetteer
from search.analysis.tokens import STOP_WORDS
from search.index.plan import Condition
from search.query.alternatives import alternatives_of, core_of
from search.query.exclusions import asked_exclusions
from search.query.formats import asked_forms
from search.query.halves import halves_of
from search.query.model import (
    Alternative,
    AskedCondition,
    AskedTime,
    NamedPlace,
    ParsedQuery,
    QueryTerm,
    Role,
)
from search.query.periods import asked_period
from search.query.place_names import named_places
from search.query.segments import (
    CHINESE,
    DROPPED_TAGS,
    join_single_characters,
    parts,
)
from search.query.word_classes import (
    ASKED,
    ATTRIBUTE,
    FORMS,
    FRAME,
    MEASURE,
    NEWEST,
    QUESTION,
    REGISTER_FORMS,
    STATISTIC_FORMS,
    WEAK,
    WITH,
)
from search.thesaurus import Match, Thesaurus

MAX_QUERY_TERMS: Final = 16
LAST: Final = 1.1
"""Factor of the last of several subjects."""

_YEAR: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])\s*(?:年度|年|年份)?")
_PIECE: Final = re.compile(
    r"[\u3400-\u9fff\U00020000-\U000323af]+|[^\W_\u3400-\u9fff]+(?:[.\-&+][^\W_\u3400-\u9fff]+)*"
)
_NOUNS: Final = ("n", "ng")
"""Tags of the dictionary for a character that is a noun by itself: 桥 in 静安区的桥."""
_WEIGHTS: Final = {"subject": 1.0, "verb": 0.5, "weak": 0.15, "form": 0.06}


def parse_query(
    text: str,
    thesaurus: Thesaurus | None,
    gazetteer: Gazetteer,
    today: date,
    literal: Collection[str] = (),
) -> ParsedQuery:
    """Return a text as a parsed query; ``literal`` names what is not to be interpreted.

    ``today`` is the day from which 去年 counts. Nothing in a text is ever an error. A text of
    nothing but filler words is searched literally.
    """
    return _Parser(normal(text), thesaurus, gazetteer, literal, today).parsed()


class _Parser:
    """One text; ``free`` marks the characters that are not interpreted yet."""

    def __init__(
        self,
        text: str,
        thesaurus: Thesaurus | None,
        gazetteer: Gazetteer,
        literal: Collection[str],
        today: date,
    ) -> None:
        self.text = text
        self.rest = text
        """The text without its conditions, of the same length."""
        self.today = today
        self.gazetteer = gazetteer
        self.thesaurus = thesaurus
        self.literal = literal
        self.free = [True] * len(text)
        self.terms: list[tuple[int, QueryTerm]] = []
        self.places: list[NamedPlace] = []
        self.years: list[int] = []
        self.attributes: list[tuple[str, ...]] = []
        self.fillers: list[str] = []
        self.lone: list[tuple[int, str]] = []
        """Single characters that are nouns; searched only where nothing else is."""
        self.conditions: list[AskedCondition] = []
        self.time: AskedTime | None = None
        self.newest = self.register = self.statistic = False

    def parsed(self) -> ParsedQuery:
        self._conditions()
        # What is a condition is no part of any word.
        rest = "".join(c if free else " " for c, free in zip(self.text, self.free, strict=True))
        self.rest = rest
        self.newest = bool(NEWEST.search(rest))
        matches = self.thesaurus.lookup(rest) if self.thesaurus is not None else ()
        if "year" not in self.literal:
            self._years()
        if "place" not in self.literal:
            self._places(rest, matches)
        if "field" not in self.literal:
            self._attributes()
        for match in matches:
            if all(self.free[match.start : match.end]):
                self._thesaurus(match)
        if "filler" not in self.literal:
            self._fillers()
        self._words()
        self._lone_nouns()
        query_terms = [term for _, term in sorted(self.terms, key=lambda item: item[0])]
        if " " not in rest.strip():
            query_terms = _headed(query_terms)
        if not any(term.role in ("subject", "verb") for term in query_terms):
            query_terms = _promoted(query_terms) or query_terms
            subjects = {term.text for term in query_terms if term.role == "subject"}
            # What is looked for after all is not left out.
            self.fillers = [filler for filler in self.fillers if filler not in subjects]
        conditions = self.conditions or self.time is not None
        if not query_terms and not self.places and not self.years and not conditions:
            # Nothing but filler words: then they are what is looked for.
            query_terms = [
                QueryTerm(piece, "subject", (Alternative(piece, 1.0),), 1.0)
                for piece in dict.fromkeys(_PIECE.findall(self.text))
            ]
            self.fillers = []
        return ParsedQuery(
            text=self.text,
            query_terms=tuple(query_terms[:MAX_QUERY_TERMS]),
            places=tuple(self.places),
            years=tuple(self.years),
            newest=self.newest,
            attributes=tuple(dict.fromkeys(self.attributes)),
            fillers=tuple(self.fillers),
            register=self.register,
            statistic=self.statistic,
            halves=()
            if "filler" in self.literal
            else halves_of(self.text, self.rest, query_terms[:MAX_QUERY_TERMS]),
            conditions=tuple(self.conditions),
            time=self.time,
        )

    def _conditions(self) -> None:
        """Take out what is excluded, in which form data are wanted, and of what time."""
        if "exclusion" not in self.literal:
            for found in asked_exclusions(self.text, self.gazetteer, self.thesaurus):
                self._condition("exclusion", found.start, found.end, found.terms, found.condition)
        for form in asked_forms(self.text):
            if form.kind not in self.literal and all(self.free[form.start : form.end]):
                self._condition(form.kind, form.start, form.end, form.terms, form.condition)
        if "time" not in self.literal:
            time = asked_period(self.text, self.today)
            if time is not None and all(self.free[time.start : time.end]):
                self.time = AskedTime(self.text[time.start : time.end].strip(), time.days)
                self._take(time.start, time.end)

    def _condition(
        self,
        kind: Literal["exclusion", "format", "openness"],
        start: int,
        end: int,
        terms: tuple[str, ...],
        condition: Condition,
    ) -> None:
        text = self.text[start:end].strip()
        self.conditions.append(AskedCondition(kind, text, terms, condition))
        self._take(start, end)

    def _take(self, start: int, end: int) -> None:
        self.free[start:end] = [False] * (end - start)

    def _years(self) -> None:
        for match in _YEAR.finditer(self.text):
            if not all(self.free[slice(*match.span())]):
                continue
            self.years.append(int(match.group(1)))
            self._take(*match.span())

    def _places(self, text: str, matches: tuple[Match, ...]) -> None:
        held = [(match.start, match.end) for match in matches if match.end - match.start > 2]
        for start, end, name in named_places(text, self.gazetteer, held):
            if all(self.free[start:end]):
                self.places.append(NamedPlace(self.text[start:end], name))
                self._take(start, end)

    def _attributes(self) -> None:
        match = WITH.search(self.rest)
        if match is None or not self.rest[match.end() :].strip():
            return
        for piece in re.split(r"[和与及、,，]", match.group(1)):
            if piece:
                self.attributes.append((piece,))
        self._take(*match.span())

    def _thesaurus(self, match: Match) -> None:
        expansions = match.expansions if "synonym" not in self.literal else ()
        fields = [e for e in expansions if e.kind == "field"]
        names_item = ATTRIBUTE.match(match.text) or (fields and len(fields) == len(expansions))
        if "field" not in self.literal and names_item and self._has_subject_before(match.start):
            others = [t for e in expansions if e.kind in ("field", "synonym") for t in e.terms]
            self.attributes.append(tuple(dict.fromkeys((match.text, *map(normal, others)))))
            self._take(match.start, match.end)
            return
        core: Iterable[tuple[str, float]] = ()
        if self.thesaurus is not None and "synonym" not in self.literal:
            core = core_of(match.text, self.thesaurus)
        terms = [normal(term) for expansion in expansions for term in expansion.terms]
        # English says "shops" where a Chinese word has it inside: 药店.
        role: Role = "weak" if match.text.isascii() and match.text in WEAK else "subject"
        self.terms.append(
            (
                match.start,
                QueryTerm(
                    match.text,
                    role,
                    alternatives_of(match.text, expansions, core),
                    _WEIGHTS[role],
                    parts(match.text, *terms),
                    known=True,
                ),
            )
        )
        self._take(match.start, match.end)

    def _has_subject_before(self, start: int) -> bool:
        return any(position < start for position, _ in self.terms)

    def _fillers(self) -> None:
        for pattern in (QUESTION, FRAME):
            for match in pattern.finditer(self.text):
                if all(self.free[slice(*match.span())]):
                    if MEASURE.search(match.group()):
                        self.statistic = True
                    elif any(word in match.group() for word in ("哪", "地方", "where")):
                        self.register = True
                    self.fillers.append(match.group())
                    self._take(*match.span())
                    if "field" not in self.literal:
                        for asked, names in ASKED:
                            if asked.search(match.group()):
                                self.attributes.append(names)

    def _words(self) -> None:
        for start, end in self._gaps():
            for piece in _PIECE.finditer(self.text[start:end]):
                position = start + piece.start()
                if not CHINESE.match(piece.group()):
                    self._word(position, piece.group(), "eng")
                    continue
                if self._stands_alone(position, piece.group()):
                    # It is what is looked for, whatever kind of word the dictionary calls it.
                    self._word(position, piece.group(), "n", alone=True)
                    continue
                for word, tag in join_single_characters(rjieba.tag(piece.group(), False)):
                    self._word(position, word, tag)
                    position += len(word)

    def _stands_alone(self, position: int, piece: str) -> bool:
        """Tell whether a segment is one character with no neighbour: 桥, not 除 in 除泸州."""
        if len(piece) > 1 or piece in STOP_WORDS:
            return False
        beside = self.text[max(0, position - 1) : position] + self.text[position + 1 : position + 2]
        return not any(map(str.isalnum, beside))

    def _lone_nouns(self) -> None:
        """Look for nouns of one character where the text has no other subject: 静安区的桥."""
        if any(term.role in ("subject", "verb") for _, term in self.terms):
            return
        for position, word in self.lone:
            self.fillers.remove(word)
            term = QueryTerm(word, "subject", (Alternative(word, 1.0),), _WEIGHTS["subject"])
            self.terms.append((position, term))

    def _gaps(self) -> list[tuple[int, int]]:
        gaps: list[tuple[int, int]] = []
        start: int | None = None
        for position, free in enumerate([*self.free, False]):
            if free and start is None:
                start = position
            elif not free and start is not None:
                gaps.append((start, position))
                start = None
        return gaps

    def _word(self, position: int, word: str, tag: str, *, alone: bool = False) -> None:
        own = (Alternative(word, 1.0),)
        if word in FORMS:
            self.register = self.register or word in REGISTER_FORMS
            self.statistic = self.statistic or word in STATISTIC_FORMS
            if "filler" not in self.literal:
                self.fillers.append(word)
                self.terms.append((position, QueryTerm(word, "form", own, _WEIGHTS["form"])))
                return
        if word in STATISTIC_FORMS:
            self.statistic = True
        if (
            "field" not in self.literal
            and ATTRIBUTE.match(word)
            and self._has_subject_before(position)
        ):
            self.attributes.append((word,))
            self.terms.append((position, QueryTerm(word, "weak", own, _WEIGHTS["weak"])))
            return
        role: Role = "subject"
        lone = len(word) == 1 and CHINESE.match(word) is not None and not alone
        if word in WEAK:
            role = "weak"
        elif tag in DROPPED_TAGS or lone:
            if "filler" not in self.literal:
                if lone and tag in _NOUNS:
                    self.lone.append((position, word))
                self.fillers.append(word)
                return
        elif tag.startswith("v") and tag != "vn":
            role = "verb"
        self.terms.append((position, QueryTerm(word, role, own, _WEIGHTS[role], parts(word))))


def _headed(query_terms: list[QueryTerm]) -> list[QueryTerm]:
    """Give the last subject more weight: a Chinese noun phrase has its head at its end."""
    strong = [n for n, term in enumerate(query_terms) if term.role in ("subject", "verb")]
    if len(strong) > 1:
        last = strong[-1]
        query_terms[last] = replace(query_terms[last], weight=query_terms[last].weight * LAST)
    return query_terms


def _promoted(query_terms: list[QueryTerm]) -> list[QueryTerm]:
    """Without a subject the weak nouns are what is looked for, and without them the forms."""
    for role in ("weak", "form"):
        if any(term.role == role for term in query_terms):
            return [
                QueryTerm(w.text, "subject", w.alternatives, 1.0) if w.role == role else w
                for w in query_terms
            ]
    return query_terms
