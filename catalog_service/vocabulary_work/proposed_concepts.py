"""What somebody proposes of a concept, from what they typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.vocabulary_work.concept_work import minted
from catalog_service.vocabulary_work.similar_names import is_english
from ontology.concepts import Known, Scheme
from ontology.errors import AtlasError, Phrase
from ontology.released_concepts import ChangeKind, ConceptChange
from ontology.spelling import spelling_key

_NOTATION: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NOTATION: Final = 60
_MOST_OTHERS: Final = 10
_EVENTS: Final = "event-"
_CODE: Final = Phrase(
    "a code of a–z, 0–9 and - with at most {most} characters", {"most": _LONGEST_NOTATION}
)
_NO_EVENT: Final = Phrase("a code that does not begin with event-, as those of events do")
_KNOWN: Final = Phrase("the code or name of a concept that is there")
_BOTH_NAMES: Final = Phrase("a name, in Chinese and in English")
_ENGLISH: Final = Phrase("a name in English")
_A_NAME: Final = Phrase("a name, not what stands for a missing one")
_NO_NAMES: Final = frozenset(
    {"null", "none", "nan", "nil", "undefined", "n/a", "na", "test"}
    | {"无", "未知", "暂无", "不详", "其他", "其它", "待定", "空", "没有"}
)
"""What sources write where they have no name: it would mean the concept from then on."""


@dataclass(frozen=True, slots=True)
class NameFields:
    """What was typed; "" and None where nothing was."""

    zh: str
    en: str
    others: str
    """Other names in Chinese, between 、 ; or ；."""
    broader: str
    place: str
    predecessor: str
    """Concepts by IRI, code or name."""
    since: date | None
    source: str
    issued: date | None


def other_names(text: str) -> tuple[str, ...]:
    """Return the names in what was typed as other names."""
    return tuple(one.strip() for one in re.split("[、;；]", text) if one.strip())


def change_of(
    atlas: Service, kind: ChangeKind, scheme: Scheme, notation: str, given: NameFields
) -> ConceptChange:
    """Return a proposed change; raises ``parameter-invalid`` for what is missing or unknown.

    ``notation``: the code of a new concept, else the code or name of one that is there.
    """
    others = other_names(given.others)
    if kind == "new":
        if not (_NOTATION.fullmatch(notation) and len(notation) <= _LONGEST_NOTATION):
            raise _invalid("notation", notation, _CODE)
        if notation.startswith(_EVENTS):
            raise _invalid("notation", notation, _NO_EVENT)
        iri, zh, en = minted(scheme, notation), given.zh, given.en
    else:
        iri = _named(atlas, scheme, "notation", notation) or ""
        known = atlas.vocabulary.concept(iri)
        if known is None:
            raise _invalid("notation", notation, _KNOWN)
        notation = known.notation
        zh, en = given.zh or known.zh, given.en or known.en
        if kind == "deprecate":
            return ConceptChange(kind, scheme, iri, notation, known.zh, known.en)
    for name, text in (("zh", zh), ("en", en)):
        if not text:
            raise _invalid(name, text, _BOTH_NAMES)
    # What a concept is called already it may go on being called: 其他 is a domain.
    own = frozenset(() if kind == "new" else atlas.vocabulary.names(iri))
    for name, text in (("zh", zh), ("en", en), *(("others", one) for one in others)):
        if text not in own:
            _demand_name(name, text)
    if len(others) > _MOST_OTHERS:
        raise _invalid(
            "others", given.others, Phrase("at most {most} names", {"most": _MOST_OTHERS})
        )
    new = kind == "new"
    before = None if new else atlas.vocabulary.concept(iri)
    if before is not None and (zh, en) == (before.zh, before.en) and not others:
        raise _invalid("zh", zh, Phrase("another name than {name}", {"name": before.zh}))
    return ConceptChange(
        kind,
        scheme,
        iri,
        notation,
        zh,
        en,
        others,
        _named(atlas, scheme, "broader", given.broader) if new else None,
        _named(atlas, "place", "place", given.place) if new else None,
        _named(atlas, scheme, "predecessor", given.predecessor) if new else None,
        given.since,
        given.source,
        given.issued,
    )


def _demand_name(name: str, text: str) -> None:
    """Raise where the text of a field can name nothing."""
    if name == "en" and not is_english(text):
        raise _invalid(name, text, _ENGLISH)
    key = spelling_key(text)
    if key in _NO_NAMES or not any(map(str.isalpha, key)) or not text.isprintable():
        raise _invalid(name, text, _A_NAME)


def _named(atlas: Service, scheme: Scheme, name: str, text: str) -> str | None:
    if not text:
        return None
    for concept in atlas.vocabulary.concepts(scheme):
        if text in (concept.iri, concept.notation, concept.zh, concept.en):
            return concept.iri
    found = atlas.vocabulary.find(scheme, text)
    if isinstance(found, Known):
        return found.concept.iri
    raise _invalid(name, text, _KNOWN)


def _invalid(name: str, value: str, expected: Phrase) -> AtlasError:
    return AtlasError(PARAMETER_INVALID, name=name, value=value[:80], expected=expected)
