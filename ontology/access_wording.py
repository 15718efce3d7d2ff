"""Texts about access: which of them mean 非开放 (not open), and which leave it in doubt.

The wordings stand in ``vocabularies/not_open.toml``, each with its reason. `ontology.openness`
applies them to a whole record.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from ontology.concepts import Known
from ontology.spelling import spelling_key
from ontology.terms import VOCAB
from ontology.vocabulary import load_vocabulary

NOT_OPEN: Final = VOCAB.term("open-type/none")
"""The concept 非开放."""
_TABLE: Final = "vocabularies/not_open.toml"
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


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value of access rights that may mean 非开放, and the reason why a person must decide."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """One ``[[doubt]]`` of the table: the reason, and where its wordings count."""

    zh: str
    en: str
    iris: bool = False
    """Whether a whole text of the entry also counts as the end of an IRI."""
    weak: bool = False
    """Whether a text that begins with 有条件开放 raises no doubt by it."""

    def doubt(self, value: str) -> Doubt:
        return Doubt(value, self.zh, self.en)


@dataclass(frozen=True, slots=True)
class _Wording:
    """The table ``not_open.toml``, its texts in the form in which they are compared."""

    stems: tuple[str, ...]
    unless: tuple[str, ...]
    closing: frozenset[str]
    whole: dict[str, _Entry]
    opens: frozenset[str]
    opening: tuple[str, ...]
    unclear: _Entry
    words: tuple[tuple[str, _Entry], ...]


@cache
def _wording() -> _Wording:
    table = tomllib.loads((resources.files("ontology") / _TABLE).read_text("utf-8"))
    entries = [
        (e, _Entry(e["zh"], e["en"], e.get("iris", False), e.get("weak", False)))
        for e in table["doubt"]
    ]
    return _Wording(
        stems=tuple(map(_key, table["stems"])),
        # The longest first: 不涉及个人隐私 before what is part of it.
        unless=tuple(sorted(map(spelling_key, table["unless"]), key=len, reverse=True)),
        closing=frozenset(_key(t) for e in table["closes"] for t in e["texts"]),
        whole={_key(t): made for e, made in entries for t in e.get("texts", ())},
        opens=frozenset(map(_key, table["opens"]["texts"])),
        opening=tuple(map(_key, table["opens"]["words"])),
        unclear=_Entry(table["opens"]["zh"], table["opens"]["en"]),
        words=tuple((_word_key(w), made) for e, made in entries for w in e.get("words", ())),
    )


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


def doubtful_text(text: str, *, words_only: bool = False) -> Doubt | None:
    """Return why a text about access may mean 非开放; None where it means an open type or nothing.

    ``words_only`` ignores codes and yes or no: for a label that need not be about access.
    """
    if isinstance(load_vocabulary().find("open-type", text), Known) or closing_text(text):
        return None
    return worded_doubt(text, words_only=words_only)


def worded_doubt(text: str, value: str | None = None, *, words_only: bool = True) -> Doubt | None:
    """Return the doubt that the wording of ``text`` raises, reported for ``value``, or None."""
    wording = _wording()
    whole = wording.whole.get(_key(text))
    if whole is not None and (whole.iris or not words_only):
        return whole.doubt(value or text)
    latin: frozenset[str] | None = None
    key = _without_denials(_key(text))
    conditional = key.startswith(_CONDITIONAL)
    for word, entry in wording.words:
        if entry.weak and conditional:
            continue
        if word.isascii() and word.isalpha():
            if latin is None:
                latin = _latin_words(text)
            if word in latin:
                return entry.doubt(value or text)
        elif word in key:
            return entry.doubt(value or text)
    return None


def unclear(text: str) -> Doubt:
    """Return the doubt of a text that answers who may have a dataset without saying: everybody."""
    return _wording().unclear.doubt(text)


def says_open(text: str) -> bool:
    """Tell whether a text about who may have a dataset says everybody, or is an address or ""."""
    wording = _wording()
    key = _without_denials(_key(text))
    if not key or key in wording.opens or "://" in text:
        return True
    if isinstance(load_vocabulary().find("open-type", text), Known):
        return True
    if not any(word in key for word in wording.opening):
        return False
    plain = _NO_LIMIT.sub("", unicodedata.normalize("NFKC", text))
    return not (_ENDS_IN_NO.search(key) or _NEGATED.search(key) or _NEGATED_LATIN.search(plain))


def is_about_copying(text: str) -> bool:
    """Say whether a statement of rights tells who may copy: 版权所有，未授权不得转载."""
    return _COPYING.search(text) is not None and doubtful_text(_OF_COPYING.sub("", text)) is None


def _key(text: str) -> str:
    """Return a text with its spelling normalized and no hyphens: NOT_OPEN is as not open."""
    return _HYPHENS.sub("", spelling_key(text))


def _word_key(word: str) -> str:
    return spelling_key(word) if word.isascii() and word.isalpha() else _key(word)


def _without_denials(key: str) -> str:
    """Remove negated wordings: 不涉及国家秘密、商业秘密和个人隐私 does not close."""
    key = _DENIED.sub("", key)
    for phrase in _wording().unless:
        key = key.replace(phrase, "")
    return key


def _latin_words(text: str) -> frozenset[str]:
    """Return the Latin words of a text; restrictedAccess and NON_PUBLIC have two each."""
    flat = unicodedata.normalize("NFKC", text)
    return frozenset(word.casefold() for word in _WORD.findall(flat))
