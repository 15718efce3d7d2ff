"""What a search text does not want: 不要接口, 除泸州以外, without …, -word.

What is excluded is a place, a form of delivery or a format, or words of a title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import rjieba

from search.analysis.ngrams import term_tokens
from search.analysis.normalization import normal
from search.analysis.places import Gazetteer, short_place
from search.index.plan import Clause, Condition
from search.query.formats import form_named
from search.thesaurus import Thesaurus

_PIECE: Final = r"[^\s,，。;；、的][^\s,，。;；]{0,19}?"
_X: Final = rf"(?P<x>{_PIECE})"
_Y: Final = rf"(?P<y>{_PIECE})"
_END: Final = r"(?=$|[\s,，。;；]|的)(?:的)?"
_AT_BORDER: Final = r"(?:^|(?<=[\s,，。;；、]))"
_CLOSED: Final = re.compile(
    rf"(?<![消清解拆扣免删根铲排剔去破废])除(?:去|了|开|却)?\s*{_X}\s*(?:以外|之外|而外|外)(?:的)?"
    rf"|{_AT_BORDER}{_Y}除外"
)
"""Exclusions that say where they end."""
_OPEN: Final = re.compile(
    rf"(?:(?<![要])不要|(?<![含])不(?:包)?含|不包括|(?<![带])不带|(?<![看])不看|不想要|别要|而不是"
    rf"|{_AT_BORDER}(?:除了|除去|除开|去掉|去除|剔除|排除|不算|不是))\s*{_X}{_END}"
)
_ELSEWHERE: Final = re.compile(rf"(?<!在)不在\s*{_X}{_END}|{_AT_BORDER}非{_Y}{_END}")
"""Exclusions of places only: 不在编人员 is another thing."""
_WITHOUT_FORM: Final = re.compile(rf"(?:没有|无)(?P<x>api|(?:数据)?接口(?:服务)?){_END}")
_STOP: Final = r"(?=$|[,;，；。]|\s+(?:in|with|as|from|since|before|after|at|for|by)(?![a-z]))"
_ENGLISH: Final = re.compile(
    r"(?<![a-z])(?:without|excluding|exclude|except(?:\s+for)?|other\s+than|but\s+not|outside(?:\s+of)?"
    r"|not(?:\s+(?:in|from|of|at|including))?|no(?=\s+(?:apis?|interfaces?|excel|csv|pdf)(?![a-z])))"
    rf"\s+(?:in\s+|from\s+)?(?:the\s+|any\s+|an?\s+)?(?P<x>[^\s,;，；。].{{0,40}}?){_STOP}"
)
_MINUS: Final = re.compile(r"(?:^|(?<=\s))[-−](?P<x>[^\W\d_][^\s]{0,29})")
_SPLIT: Final = re.compile(r"\s*(?:[和与或及、,，/]|(?<![a-z])(?:or|and|nor)(?![a-z]))\s*")
_FORM_OF_DATA: Final = re.compile(r"(?:那些|这些|之类)?(?:数据|信息|资料|类|data)$")
_TITLE: Final = (("title", 1.0), ("keywords", 1.0))
_PLACE: Final = (("place", 1.0), ("title", 1.0), ("publisher", 1.0))
_SAME: Final = 0.7
"""Trust above which another word means the same (`search.thesaurus`)."""
_LONGEST: Final = 12


@dataclass(frozen=True, slots=True)
class AskedExclusion:
    """An exclusion: where it stands in the text, what it excludes by name, and what has that."""

    start: int
    end: int
    terms: tuple[str, ...]
    condition: Condition


def asked_exclusions(
    text: str, gazetteer: Gazetteer, thesaurus: Thesaurus | None
) -> Iterator[AskedExclusion]:
    """Yield the exclusions of a text in normal form, no two of which overlap."""
    taken: list[tuple[int, int]] = []
    reader = _Reader(gazetteer, thesaurus)
    for pattern, read in (
        (_CLOSED, reader.anything),
        (_WITHOUT_FORM, reader.form),
        (_OPEN, reader.anything),
        (_ELSEWHERE, reader.place),
        (_ENGLISH, reader.anything),
        (_MINUS, reader.anything),
    ):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(a < end and start < b for a, b in taken):
                continue
            found = _read(text, match, read)
            if found is not None:
                taken.append((found.start, found.end))
                yield found


_Meant = tuple[str, Condition]


def _read(
    text: str, match: re.Match[str], read: Callable[[str], _Meant | None]
) -> AskedExclusion | None:
    name = str(match.lastgroup)
    piece = match[name]
    start, end = match.span()
    rest = text[:start] + " " + text[end:]
    if not re.search(r"\w", rest):
        # Nothing else is asked for: 不要接口医院 excludes the first that it names.
        head = _head(piece, read) if match.re in (_OPEN, _ELSEWHERE) else None
        if head is None:
            return None
        piece, end = head, match.start(name) + len(head)
        if text[end : end + 1] == "的":
            end += 1
        if not re.search(r"\w", text[end:]):
            return None
    whole = read(piece)
    pieces = [one for one in _SPLIT.split(piece) if one]
    # 和平区 and 呼和浩特 are places, 和解 is a word: only what stands on both sides is joined.
    one_thing = len(pieces) < 2 or _SPLIT.match(piece) or _is_named(whole)
    meant = [whole] if whole is not None and one_thing else []
    if not meant:
        meant = [found for one in pieces if (found := read(one)) is not None]
        if len(meant) < len(pieces):
            meant = [whole] if whole is not None else []
    if not meant:
        return None
    facets = [facet for _, condition in meant for facet in condition.facets]
    clauses = [clause for _, condition in meant for clause in condition.clauses]
    condition = Condition(facets=tuple(facets), clauses=tuple(clauses), holds=False)
    return AskedExclusion(start, end, tuple(name for name, _ in meant), condition)


def _head(piece: str, read: Callable[[str], _Meant | None]) -> str | None:
    """The longest beginning of a piece that is a place or a form; None where all of it is one."""
    if _is_named(read(piece)):
        return None
    for end in range(min(len(piece) - 1, _LONGEST), 1, -1):
        if _is_named(read(piece[:end])):
            return piece[:end]
    return None


def _is_named(found: _Meant | None) -> bool:
    """Tell whether what was read is a place or a form and no mere word."""
    return found is not None and bool(found[1].facets or found[1].clauses[0].fields == _PLACE)


class _Reader:
    """Reads a piece of text as a place, a form or words."""

    def __init__(self, gazetteer: Gazetteer, thesaurus: Thesaurus | None) -> None:
        self._gazetteer = gazetteer
        self._thesaurus = thesaurus

    def anything(self, piece: str) -> _Meant | None:
        return self.form(piece) or self.place(piece) or self._words(piece)

    def form(self, piece: str) -> _Meant | None:
        found = form_named(piece)
        return None if found is None else (piece, replace(found[1], holds=False))

    def place(self, piece: str) -> _Meant | None:
        piece = piece.removesuffix("地区").strip()
        known = self._gazetteer
        name = known.names.get(piece) or known.english.get(piece) or known.sounds.get(piece)
        if name is None:
            tagged = rjieba.tag(piece, False)
            name = piece if len(tagged) == 1 and tagged[0][1] == "ns" and len(piece) > 1 else None
        tokens = term_tokens(short_place(name)) if name else ()
        return (name, Condition(clauses=(Clause(tokens, _PLACE),))) if name and tokens else None

    def _words(self, piece: str) -> _Meant | None:
        bare = _FORM_OF_DATA.sub("", piece).strip() or piece
        names = [bare]
        if self._thesaurus is not None and bare.isascii():
            names += [
                normal(term)
                for expansion in self._thesaurus.expansions(bare)
                if expansion.weight >= _SAME
                for term in expansion.terms
            ]
        clauses = [Clause(tokens, _TITLE) for name in names if (tokens := term_tokens(name))]
        return (bare, Condition(clauses=tuple(clauses))) if clauses else None
