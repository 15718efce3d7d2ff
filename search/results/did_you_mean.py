"""Other texts worth a search, where one found little: near in spelling, or near in meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from search.analysis.normalization import normal
from search.index.protocol import IndexView
from search.query.lexicon import Lexicon
from search.query.model import ParsedQuery
from search.query.segments import CHINESE
from search.query.single_characters import is_character
from search.query.term_weights import exists
from search.query.word_classes import FORMS, WEAK
from search.thesaurus import Thesaurus

OFFERED: Final = 3
_NEAR: Final = 12
"""Similar words that are considered where nothing is found."""
_TRIED: Final = 12
"""Terms near in meaning that are looked for; most are in one catalogue or another."""
_PIECES: Final = 12
_OFFICIAL: Final = 0.8
"""How near a word is that holds an official term of what was asked for, and not its own letters."""
_PART: Final = 0.4
"""How near one is that holds a word inside."""
_MORE: Final = 0.5
"""Share of the likeness of each further word that leads to the same."""
_WHOLE: Final = 3
"""Characters of a word from which one wrong character is a slip and not another word."""
_LEAST: Final = 2
"""Characters of a piece by which words are near."""


def did_you_mean(
    parsed: ParsedQuery,
    view: IndexView,
    thesaurus: Thesaurus | None,
    lexicon: Callable[[], Lexicon] | None,
) -> tuple[str, ...]:
    """Return at most `OFFERED` texts that find something, the best first.

    First what differs by one slip, then what is near in meaning, then what is near in spelling.

    ``lexicon`` gives the words to look for misspellings among, ``thesaurus`` those near in
    meaning; without them there are none of that kind.
    """
    found: dict[str, None] = {}
    if not parsed.query_terms:
        return ()
    near = lexicon().near(parsed.text, _NEAR) if lexicon is not None else ()
    # One slip in a word of three characters or more: that word was meant, most likely.
    slips = [
        word for word, edits in near if edits == 1 and len(word) >= _WHOLE and exists(word, view)
    ]
    found |= dict.fromkeys(slips[:OFFERED])
    if thesaurus is not None and len(found) < OFFERED:
        for term in _meant(parsed, thesaurus, view, guessing=lexicon is not None):
            found[term] = None
            if len(found) >= OFFERED:
                break
    if len(found) < OFFERED:
        found |= dict.fromkeys(word for word, _ in near if exists(word, view))
    return tuple(found)[:OFFERED]


def _meant(
    parsed: ParsedQuery, thesaurus: Thesaurus, view: IndexView, *, guessing: bool
) -> Iterator[str]:
    """Official terms near what was asked for, that documents hold; words in English for English.

    Not what was looked for already, which would find no more than was found. ``guessing``: nothing
    was found, so that a term with one character in common is better than none.
    """
    asked = {a.term for term in parsed.query_terms for a in term.alternatives} | {parsed.text}
    offered: dict[str, float] = {}
    for piece, trust in _pieces(parsed, thesaurus, guessing=guessing):
        for word in thesaurus.containing(piece):
            likeness = trust * len(piece) / len(word)
            for term, weight in _led_to(word, thesaurus):
                if term not in asked:
                    # Of two terms as near, the one that more words lead to.
                    near = offered.get(term, 0.0)
                    offered[term] = max(near, likeness * weight) + _MORE * min(near, likeness)
    best = sorted(offered, key=lambda term: (-offered[term], term))[:_TRIED]
    concepts: set[str] = set()
    for term in best:
        expansions = thesaurus.expansions(term)
        same = {expansion.concept for expansion in expansions}
        leads = [other for e in expansions for other in e.terms] if term.isascii() else [term]
        if not same & concepts and any(exists(other, view) for other in leads):
            concepts |= same
            yield term


def _pieces(
    parsed: ParsedQuery, thesaurus: Thesaurus, *, guessing: bool
) -> Sequence[tuple[str, float]]:
    """Letters by which words are near, each with how much that says."""
    pieces: dict[str, float] = {}
    for term in parsed.query_terms:
        if term.role not in ("subject", "verb") or is_character(term.text):
            # The words searched instead of a lone character are of many kinds: none was meant.
            continue
        for text, trust in (
            (term.text, 1.0),
            *((a.term, _OFFICIAL * a.weight) for a in term.alternatives),
            *((part.term, _PART) for part in term.parts),
        ):
            if len(text) >= _LEAST and text not in FORMS and text not in WEAK:
                pieces[text] = max(pieces.get(text, 0.0), trust)
    if guessing and not any(True for piece in pieces for _ in thesaurus.containing(piece)):
        # A character is half a word: the rarest one of 治牙 says what it is about.
        for piece in list(pieces):
            counts = {c: sum(1 for _ in thesaurus.containing(c)) for c in piece if CHINESE.match(c)}
            rare = min((c for c in counts if counts[c]), key=lambda c: (counts[c], c), default="")
            if rare:
                pieces[rare] = _PART
    return sorted(pieces.items(), key=lambda item: -item[1])[:_PIECES]


def _led_to(word: str, thesaurus: Thesaurus) -> Iterator[tuple[str, float]]:
    """The terms that a word leads to, itself where it is one, with how far each is trusted."""
    expansions = thesaurus.expansions(word)
    if word.isascii() or not expansions:
        yield word, 1.0
        return
    for expansion in expansions:
        # The preferred term comes first.
        for number, term in enumerate(expansion.terms):
            yield normal(term), expansion.weight / (1 + 0.2 * number)
