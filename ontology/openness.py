"""Whether what a record says about access closes it, or may: 非开放 in any spelling and IRI.

Asked once for every version that is written, so that nothing depends on how a source spells it:
our concept, a concept of another scheme that is mapped to it in either direction, a text, a value
that no vocabulary knows, a statement of rights described in the record itself. What closes and what
is in doubt stands in ``vocabularies/not_open.toml``, with reasons.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final
from urllib.parse import unquote

from ontology.concepts import Known
from ontology.ntriples import unescape
from ontology.record import Record
from ontology.spelling import spelling_key
from ontology.terms import ADMS, DCT, SKOS, VOCAB
from ontology.unmapped_values import UNMAPPED
from ontology.vocabulary import load_vocabulary

NOT_OPEN: Final = VOCAB.term("open-type/none")
"""The concept 非开放."""

ACCESS: Final = (
    DCT.accessRights,
    UNMAPPED[DCT.accessRights],
    DCT.rights,
    "http://purl.org/dc/elements/1.1/rights",
    "https://project-open-data.cio.gov/v1.1/schema#accessLevel",
    "http://schema.org/conditionsOfAccess",
    "https://schema.org/conditionsOfAccess",
)
"""The properties that say who may have a dataset."""

_TYPES: Final = frozenset(ACCESS[:2])
"""Those whose texts answer who may have it: one that says nothing of opening is in doubt."""
_RIGHTS: Final = frozenset(ACCESS[2:4])
"""Those that may also be about copying."""
_STATUS: Final = ADMS.status
"""Says whether a dataset was taken down; it is in doubt then."""
_LOOKED_AT: Final = frozenset({*ACCESS, _STATUS})
_ENDS: Final = ("ights> ", "schema#accessLevel> ", "conditionsOfAccess> ", "adms#status> ")
"""How they end: a search through a record for each finds them all."""
_TABLE: Final = "vocabularies/not_open.toml"
_MEANS: Final = frozenset({SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch})
_REMEMBERED: Final = 200
"""Characters; longer terms are judged each time, so that memory stays bounded."""
_FEW: Final = 8
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value of access rights that may mean 非开放, and why nobody but a person can tell."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a record is open, and where it is, what of it may mean that it is not."""

    open: bool
    doubts: tuple[Doubt, ...] = ()


def standing(record: Record) -> Standing:
    """Return what `is_open` and `doubts` say of an open record, in one passage through its text."""
    terms = _access_terms(record)
    said = _Said(record.nquads, len(terms))
    if not _all_open(said, terms):
        return Standing(open=False)
    return Standing(open=True, doubts=_doubts(said, terms) if terms else ())


def is_open(record: Record) -> bool:
    """Say whether nothing in a record's access rights closes it.

    Looked at are the properties `ACCESS` of the dataset, and one step further what the record says
    of their values. A record that says nothing is open: what is unknown is shown as unknown.
    """
    terms = _access_terms(record)
    return _all_open(_Said(record.nquads, len(terms)), terms)


def doubts(record: Record) -> tuple[Doubt, ...]:
    """Return what a record says of access that may mean 非开放 (`is_open` tells what does).

    A record in doubt waits for a steward, whatever its source's gate.
    """
    terms = _access_terms(record)
    return _doubts(_Said(record.nquads, len(terms)), terms)


def _all_open(said: _Said, terms: list[tuple[str, str]]) -> bool:
    for predicate, term in terms:
        if predicate == _STATUS:
            continue
        if closes(term) or any(map(_describes_closed, said.of(term))):
            return False
    return True


def _doubts(said: _Said, terms: list[tuple[str, str]]) -> tuple[Doubt, ...]:
    found: dict[Doubt, None] = {}
    for predicate, term in terms:
        rights = predicate in _RIGHTS
        if predicate == _STATUS:
            doubt = _taken_down(term)
        else:
            doubt = doubt_of(term, strict=predicate in _TYPES)
        if doubt is not None:
            if not (rights and _is_about_copying(doubt.value)):
                found[doubt] = None
        elif term[0] == "<" and open_type(term[1:-1]) is None:
            for _, value in said.of(term):
                doubt = None if value[0] == "<" else doubt_of(value)
                if doubt is not None and not (rights and _is_about_copying(value)):
                    found[doubt] = None
    return tuple(found)


def _is_about_copying(text: str) -> bool:
    """Say whether a statement of rights tells who may copy: 版权所有，未授权不得转载."""
    return _COPYING.search(text) is not None and doubtful_text(_OF_COPYING.sub("", text)) is None


def _access_terms(record: Record) -> list[tuple[str, str]]:
    """Return property and value of what a record's dataset says under the properties `ACCESS`."""
    text = record.nquads
    own = f"<{record.focus}> <"
    terms = []
    for ending in _ENDS:
        # The property first: it is rare in the text, while every line begins with the focus.
        at = text.find(ending)
        while at >= 0:
            start = text.rfind("\n", 0, at) + 1
            end = text.index("\n", at)
            if text.startswith(own, start):
                predicate, _, term = text[start + len(own) : end - 2].partition("> ")
                if predicate in _LOOKED_AT:
                    terms.append((predicate, term))
            at = text.find(ending, end)
    return terms


def open_type(iri: str) -> str | None:
    """Return the open type that an IRI of access rights means: our own, or one mapped to it.

    Close matches count here, though two tables of access rights are never quite the same: EU
    PUBLIC is shown and filtered as 无条件开放. None for an IRI that nobody has mapped.
    """
    found = load_vocabulary().find("open-type", iri)
    return found.concept.iri if isinstance(found, Known) else None


def closes(term: str) -> bool:
    """Say whether an N-Triples term, as the value of access rights, means 非开放."""
    return _remembered(term) if len(term) <= _REMEMBERED else _closes(term)


def _closes(term: str) -> bool:
    if term[0] == "<":
        iri = term[1:-1]
        if iri.startswith(VOCAB):
            return iri in _closed_iris()
        if iri in _closed_iris():
            return True
        # The same code under https:, or one of a list that nobody has mapped.
        return closing_text(iri) or closing_text(_tail(iri))
    found = _LITERAL.match(term)
    return found is not None and closing_text(unescape(found.group(1)))


def closing_text(text: str) -> bool:
    """Say whether a text means 非开放 or has wording that says so (``not_open.toml``)."""
    found = load_vocabulary().find("open-type", text)
    if isinstance(found, Known):
        return found.concept.iri == NOT_OPEN
    wording = _wording()
    key = _key(text)
    if key in wording.closing:
        return True
    key = _without_denials(key)
    return any(stem in key for stem in wording.stems)


def _key(text: str) -> str:
    """Return a text with its spelling normalized and no hyphens: NOT_OPEN is as not open."""
    return _HYPHENS.sub("", spelling_key(text))


def _word_key(word: str) -> str:
    return spelling_key(word) if word.isascii() and word.isalpha() else _key(word)


def _without_denials(key: str) -> str:
    """Leave out what denies a wording that it contains: 不涉及国家秘密、商业秘密和个人隐私."""
    key = _DENIED.sub("", key)
    for phrase in _wording().unless:
        key = key.replace(phrase, "")
    return key


def doubt_of(term: str, *, strict: bool = False) -> Doubt | None:
    """Return why an N-Triples term, as the value of access rights, may mean 非开放; else None.

    ``strict`` where the property is about nothing else: a text must then say that it opens.
    """
    known = _doubt_remembered if len(term) <= _REMEMBERED else _doubt_of
    return known(term, strict)


def _doubt_of(term: str, strict: bool) -> Doubt | None:
    if _closes(term):
        return None
    if term[0] != "<":
        found = _LITERAL.match(term)
        if found is None:
            return None
        text = unescape(found.group(1))
        doubt = doubtful_text(text)
        tag = term[found.end() :].lower()
        if doubt is None and strict and not (tag[:1] == "@" and tag[1:3] not in ("zh", "en")):
            return _unsaid(text)
        return doubt
    iri = term[1:-1]
    if iri.startswith(VOCAB) or open_type(iri) is not None:
        return None
    tail = _tail(iri)
    entry = _entry(tail, in_iri=True)
    return None if entry is None else Doubt(iri, entry.zh, entry.en)


def doubtful_text(text: str, *, words_only: bool = False) -> Doubt | None:
    """Return why a text about access may mean 非开放; None where it means an open type, or nothing.

    ``words_only`` leaves out codes and yes or no, for a label that need not be about access.
    """
    if isinstance(load_vocabulary().find("open-type", text), Known) or closing_text(text):
        return None
    entry = _entry(text, in_iri=words_only)
    return None if entry is None else Doubt(text, entry.zh, entry.en)


def _taken_down(term: str) -> Doubt | None:
    """Return a doubt where a status is one of what was taken down, or is not public."""
    found = _LITERAL.match(term)
    text = _tail(term[1:-1]) if found is None else unescape(found.group(1))
    entry = _entry(text, in_iri=True)
    if entry is None and closing_text(text):
        entry = _wording().unsaid
    return None if entry is None else Doubt(text, entry.zh, entry.en)


def _unsaid(text: str) -> Doubt | None:
    """Return a doubt where a text about who may have it does not say that anybody may."""
    wording = _wording()
    key = _without_denials(_key(text))
    if (
        not key
        or key in wording.opens
        or isinstance(load_vocabulary().find("open-type", text), Known)
    ):
        return None
    if "://" in text:
        return None
    if any(word in key for word in wording.opening):
        plain = _NO_LIMIT.sub("", unicodedata.normalize("NFKC", text))
        if (
            _ENDS_IN_NO.search(key) is None
            and _NEGATED.search(key) is None
            and _NEGATED_LATIN.search(plain) is None
        ):
            return None
    return Doubt(text, wording.unsaid.zh, wording.unsaid.en)


def _entry(text: str, *, in_iri: bool) -> _Entry | None:
    wording = _wording()
    whole = wording.whole.get(_key(text))
    if whole is not None and (whole.iris or not in_iri):
        return whole
    words: frozenset[str] | None = None
    key = _without_denials(_key(text))
    conditional = key.startswith(_CONDITIONAL)
    for word, entry in wording.words:
        if entry.weak and conditional:
            continue
        if word.isascii() and word.isalpha():
            if words is None:
                words = _latin_words(text)
            if word in words:
                return entry
        elif word in key:
            return entry
    return None


def _latin_words(text: str) -> frozenset[str]:
    """Return the words of a text, those of restrictedAccess and NON_PUBLIC apart."""
    flat = unicodedata.normalize("NFKC", text)
    return frozenset(word.casefold() for word in _WORD.findall(flat))


def _tail(iri: str) -> str:
    return unquote(re.split(r"[/#:]", iri.rstrip("/#"))[-1])


_COPYING = re.compile(
    r"(?i)©|copyright|licen[cs]e|creative commons|\bcc[- ]?(?:by|0)|版权|著作权|知识产权|许可"
)
_OF_COPYING = re.compile(
    r"(?i)\b(?:closed|private|internal|protected|proprietary|restricted)\b|未授权"
)
_CONDITIONAL: Final = ("有条件开放", "依申请开放", "依申请公开")
_HYPHENS = re.compile(r"(?<=\w)[-_\u00b7\u2010-\u2015\u2212]")
_ITEM: Final = (
    r"(?:党和国家|国家|商业|工作|技术|个人|任何)*(?:秘密|机密|绝密|隐私|敏感|涉密|保密|涉敏)"
    r"(?:信息|数据|内容|资料|事项)?"
)
_DENIED = re.compile(
    rf"(?:不|未|无|非|没有)(?:涉及到?|涉|包含|含有|含|属于|存在)?{_ITEM}"
    rf"(?:(?:以及|或者|、|和|及|与|或|,)(?:{_ITEM}|个人信息|等))*"
)
_NEGATED = re.compile(
    r"(?:不(?![限需设收受必])|非(?!商)|未|无法|拒绝|暂缓|免予|限制|受限)[^,。;、]{0,6}"
    r"(?:开放|公开|公布|披露|对外|提供|发布|上线)"
)
_ENDS_IN_NO = re.compile(r"否$|[:=](?:no?|false|f|0)$")
_NEGATED_LATIN = re.compile(r"(?i)\b(?:not?|non|never|isn't|only|limited|partly|semi)\b")
_NO_LIMIT = re.compile(
    r"(?i)\b(?:no|not|without)(?: \w+)? "
    r"(?:limit|restrict|condition|charge|cost|fee|login|regist)\w*"
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_remembered = lru_cache(maxsize=4096)(_closes)
_doubt_remembered = lru_cache(maxsize=4096)(_doubt_of)


@dataclass(frozen=True, slots=True)
class _Entry:
    zh: str
    en: str
    iris: bool
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Wording:
    """``not_open.toml``, its texts as `spelling_key` levels them."""

    stems: tuple[str, ...]
    unless: tuple[str, ...]
    closing: frozenset[str]
    whole: dict[str, _Entry]
    opens: frozenset[str]
    opening: tuple[str, ...]
    unsaid: _Entry
    words: tuple[tuple[str, _Entry], ...]


@cache
def _wording() -> _Wording:
    table = tomllib.loads((resources.files("ontology") / _TABLE).read_text("utf-8"))
    entries = [
        (
            entry,
            _Entry(entry["zh"], entry["en"], entry.get("iris", False), entry.get("weak", False)),
        )
        for entry in table["doubt"]
    ]
    return _Wording(
        stems=tuple(map(_key, table["stems"])),
        # The longest first: 不涉及个人隐私 before what is part of it.
        unless=tuple(sorted(map(spelling_key, table["unless"]), key=len, reverse=True)),
        closing=frozenset(_key(t) for e in table["closes"] for t in e["texts"]),
        whole={_key(t): made for e, made in entries for t in e.get("texts", ())},
        opens=frozenset(map(_key, table["opens"]["texts"])),
        opening=tuple(map(_key, table["opens"]["words"])),
        unsaid=_Entry(table["opens"]["zh"], table["opens"]["en"], iris=False),
        words=tuple((_word_key(w), made) for e, made in entries for w in e.get("words", ())),
    )


@cache
def _closed_iris() -> frozenset[str]:
    """Return 非开放 and every concept that a vocabulary maps to it, or it to them."""
    closed = {NOT_OPEN}
    links = [
        (str(quad.subject)[1:-1], quad.predicate.value, str(quad.object)[1:-1])
        for quad in load_vocabulary().quads()
        if quad.predicate.value in _MEANS
    ]
    grown = 0
    while grown != len(closed):
        grown = len(closed)
        for subject, predicate, target in links:
            # What is narrower than 非开放 is 非开放; what is broader need not be.
            if subject in closed and predicate != SKOS.broadMatch:
                closed.add(target)
            if target in closed and predicate != SKOS.narrowMatch:
                closed.add(subject)
    return frozenset(closed)


def _objects(text: str, start: str) -> Iterator[str]:
    """Yield the objects of lines that begin with ``start``."""
    at = 0
    while (at := text.find(start, at)) >= 0:
        end = text.index("\n", at)
        if at == 0 or text[at - 1] == "\n":
            yield text[at + len(start) : end - 2]
        at = end


class _Said:
    """What a record says of the values of its access rights, looked up term by term.

    Nearly all records have one value, which is looked for in the text. Where there are many, the
    text is read once: a search through it for each would take minutes for ten thousand.
    """

    def __init__(self, text: str, terms: int) -> None:
        self._text = text
        self._known: dict[str, list[tuple[str, str]]] | None = None
        if terms > _FEW:
            self._known = {}
            for line in text.split("\n")[:-1]:
                subject, predicate, value = line[:-2].split(" ", 2)
                self._known.setdefault(subject, []).append((predicate[1:-1], value))

    def of(self, term: str) -> Iterable[tuple[str, str]]:
        """Return property and value of what is said of a term; nothing of a text."""
        if term[0] != "<":
            return ()
        if self._known is not None:
            return self._known.get(term, ())
        said = (rest.partition("> ") for rest in _objects(self._text, f"{term} <"))
        return ((predicate, value) for predicate, _, value in said)


def _describes_closed(line: tuple[str, str]) -> bool:
    """Say whether a statement about a value of access rights closes the record."""
    predicate, term = line
    if term[0] == "<":
        return predicate in _MEANS and predicate != SKOS.narrowMatch and closes(term)
    return closes(term)
