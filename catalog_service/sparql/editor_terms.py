"""What the editor completes: prefixes, the terms of our descriptions, the concepts they name."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final, TypedDict, get_args

from catalog_service.site.property_names import PROPERTY_NAMES
from catalog_service.sparql.term_names import TERM_NAMES
from ontology.concepts import Scheme
from ontology.languages import BilingualText as Names
from ontology.ontology import CONTEXT_FILE, load_ontology
from ontology.terms import PREFIXES, shortened
from ontology.vocabulary import Vocabulary
from translations import translator


class EditorTerm(TypedDict):
    """A term: the name or IRI that stands in a query, its kind, what it is called."""

    name: str
    kind: str
    zh: str
    en: str


class EditorTerms(TypedDict):
    """All that the editor completes."""

    prefixes: dict[str, str]
    terms: list[EditorTerm]


_KINDS: Final = {
    "class": "class",
    "object-property": "property",
    "datatype-property": "property",
    "individual": "concept",
}


@lru_cache(maxsize=2)
def editor_terms(vocabulary: Vocabulary) -> EditorTerms:
    """Return the terms of the ontology, those of others that records use, and all concepts."""
    found = {term["name"]: term for term in _of_others()}
    for own in load_ontology().terms.values():
        name = shortened(own.iri)
        found[name] = EditorTerm(name=name, kind=_KINDS[own.kind], zh=own.label.zh, en=own.label.en)
    concepts = [
        EditorTerm(name=f"<{concept.iri}>", kind="concept", zh=concept.zh, en=concept.en)
        for scheme in get_args(Scheme)
        for concept in vocabulary.concepts(scheme)
    ]
    return EditorTerms(
        prefixes=dict(PREFIXES), terms=[*sorted(found.values(), key=_name), *concepts]
    )


def _name(term: EditorTerm) -> str:
    return term["name"]


def _of_others() -> list[EditorTerm]:
    """Return the terms that the JSON-LD context names, and those that have an everyday name."""
    context = json.loads(CONTEXT_FILE.read_text("utf-8"))["@context"]
    iris = [value["@id"] if isinstance(value, dict) else value for value in context.values()]
    names = {name for name in iris if isinstance(name, str) and _is_term(name)}
    chinese = translator("zh")
    everyday = {shortened(iri): text for iri, text in PROPERTY_NAMES.items()}
    shown = {name: Names(chinese.gettext(text), text) for name, text in everyday.items()}
    known = {**TERM_NAMES, **shown}
    return [
        EditorTerm(
            name=name,
            kind="class" if name.partition(":")[2][:1].isupper() else "property",
            zh=known[name].zh if name in known else "",
            en=known[name].en if name in known else "",
        )
        for name in names | known.keys()
    ]


def _is_term(name: str) -> bool:
    prefix, colon, local = name.partition(":")
    return bool(colon) and prefix in PREFIXES and bool(local) and "/" not in local
