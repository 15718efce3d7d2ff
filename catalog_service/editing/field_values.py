"""Values as they are typed and shown in fields, and as they stand in a record.

What is typed is kept as typed: what is no date, number or concept becomes a text, and the rule that
asks for one says so beside the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from catalog_service.editing.graph import RecordGraph, Term
from ontology.concepts import Concept, Known
from ontology.terms import SKOS, XSD
from ontology.vocabulary import Vocabulary
from shapes.form_shapes import Field, Kind
from translations import LANGUAGES, Lang

AUTOMATIC: Final = ""
"""As the kind of the field says."""

PLAIN: Final = "-"
ADDRESS: Final = "iri"

WRITTEN: Final = (
    "integer",
    "decimal",
    "boolean",
    "date",
    "dateTime",
    "gYear",
    "gYearMonth",
    "duration",
)
"""Datatypes of XML Schema that a value can be written as."""

_CHINESE: Final = re.compile("[\u3400-\u9fff]")
_LANGUAGE: Final = re.compile(r"@([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4})")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_FORMS: Final[Mapping[Kind, tuple[tuple[re.Pattern[str], str], ...]]] = {
    "date": (
        (re.compile(r"\d{4}-\d{2}-\d{2}(?:Z|[+-]\d{2}:\d{2})?"), "date"),
        (
            re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?"),
            "dateTime",
        ),
        (re.compile(r"\d{4}"), "gYear"),
        (re.compile(r"\d{4}-\d{2}"), "gYearMonth"),
    ),
    "year": ((re.compile(r"\d{4}"), "gYear"),),
    "integer": ((re.compile(r"[+-]?\d{1,30}"), "integer"),),
    "decimal": ((re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?"), "decimal"),),
    "duration": ((re.compile(r"-?P[0-9YMWDTHS.]+"), "duration"),),
}
"""How values of a kind are written, and their datatype of XML Schema."""

_YES: Final = frozenset({"true", "yes", "y", "1", "是", "√", "必填"})
_NO: Final = frozenset({"false", "no", "n", "0", "否", "×", "非必填"})


def squeezed(text: str) -> str:
    """Return a text without what a field of one line cannot hold: ends of lines, outer spaces."""
    return " ".join(text.split())


def text_term(text: str) -> ox.Literal:
    """Return a text in the language that its writing tells: Chinese, or English."""
    return ox.Literal(text, language="zh" if _CHINESE.search(text) else "en")


def code_of(term: Term) -> str:
    """Return how a value is written: ``iri``, ``@zh``, ``-``, ``integer``, ``^`` and a datatype."""
    if isinstance(term, ox.NamedNode):
        return ADDRESS
    if term.language is not None:
        return f"@{term.language}"
    datatype = term.datatype.value
    if datatype == XSD.string:
        return PLAIN
    local = datatype.removeprefix(XSD)
    return local if local in WRITTEN else f"^{datatype}"


def term_by_code(text: str, code: str) -> Term | None:
    """Return a value as a code says; None where the code says nothing that can be."""
    language = _LANGUAGE.fullmatch(code)
    if language is not None:
        return ox.Literal(text, language=language[1].lower())
    if code == PLAIN:
        return ox.Literal(text)
    if code == ADDRESS:
        return address(text)
    if code in WRITTEN:
        return ox.Literal(text, datatype=ox.NamedNode(XSD.term(code)))
    datatype = address(code[1:]) if code.startswith("^") else None
    return None if datatype is None else ox.Literal(text, datatype=datatype)


def address(text: str) -> ox.NamedNode | None:
    """Return a text as an absolute IRI, or None where it is none."""
    if _IRI.fullmatch(text) is None:
        return None
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None


class FieldValues:
    """Reads and shows values with the vocabularies."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Use the vocabularies."""
        self.vocabulary = vocabulary

    def shown(self, field: Field, term: Term, graph: RecordGraph, lang: Lang) -> str:
        """Return what a field shows of a value in a language."""
        if isinstance(term, ox.Literal):
            return term.value
        if field.kind in ("concept", "named"):
            concept = self.vocabulary.concept(term.value)
            if concept is not None and concept.scheme in field.schemes:
                return self.label(concept, field, lang)
        if field.kind == "named":
            names = graph.objects(term.value, field.name_property or SKOS.prefLabel)
            if len(names) == 1:
                return names[0].value
        if field.prefix and term.value.startswith(field.prefix):
            return term.value[len(field.prefix) :]
        return term.value

    def label(self, concept: Concept, field: Field, lang: Lang) -> str:
        """Return what a concept is called in a list of a field, and found by again."""
        name = concept.zh if lang == "zh" else concept.en or concept.zh
        found = self.find(field, name)
        if found is not None and found.iri == concept.iri:
            return name
        # Another concept has the name, too: a street of another district.
        return f"{name} ({concept.notation})"

    def find(self, field: Field, text: str) -> Concept | None:
        """Return the concept that a text names in the schemes of a field."""
        for scheme in field.schemes:
            found = self.vocabulary.find(scheme, text)
            if isinstance(found, Known):
                return found.concept
        marked = re.fullmatch(r".*\(([^()]+)\)", text)
        if marked is not None:
            for scheme in field.schemes:
                for concept in self.vocabulary.concepts(scheme):
                    if concept.notation == marked[1] and text.startswith(
                        (concept.zh, concept.en or concept.zh)
                    ):
                        return concept
        return None

    def known(self, field: Field, graph: RecordGraph, subject: str) -> dict[tuple[str, str], Term]:
        """Return the values that stand in a field by what it shows, in any language, and code."""
        found: dict[tuple[str, str], Term] = {}
        for term in graph.objects(subject, field.path):
            for lang in LANGUAGES:
                shown = squeezed(self.shown(field, term, graph, lang))
                found.setdefault((shown, code_of(term)), term)
                found.setdefault((shown, AUTOMATIC), term)
        return found

    def term(self, field: Field, text: str, code: str = AUTOMATIC) -> Term:
        """Return what a typed text is in a field; a name that no vocabulary knows is a text."""
        text = text.replace("\r\n", "\n").strip()
        if code != AUTOMATIC:
            written = term_by_code(text, code)
            if written is not None:
                return written
        return self._link(field, text) or _literal(field.kind, text)

    def _link(self, field: Field, text: str) -> ox.NamedNode | None:
        """Return an address or a concept, where the field takes one and the text is one."""
        if field.kind not in ("address", "concept", "named", "contact"):
            return None
        if field.kind == "contact" and not text.startswith(field.prefix):
            return address(field.prefix + re.sub(r"[\s()（）]", "", text))
        found = address(text)
        if found is None and field.schemes:
            concept = self.find(field, text)
            found = None if concept is None else ox.NamedNode(concept.iri)
        return found


def _literal(kind: Kind, text: str) -> ox.Literal:
    if kind in ("plain", "address"):
        return ox.Literal(text)
    said = text.lower()
    if kind == "boolean" and (said in _YES or said in _NO):
        return _typed("true" if said in _YES else "false", "boolean")
    for form, datatype in _FORMS.get(kind, ()):
        if form.fullmatch(text) is not None:
            return _typed(text, datatype)
    return text_term(text)


def _typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD.term(datatype)))
