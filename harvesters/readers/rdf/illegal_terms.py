"""Terms that no RDF may hold: illegal IRIs are mended or left out, wrong language tags left out.

The parser accepts such terms when asked to be lenient, without telling where they stand; their
lines are found by searching the file for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, cast

import pyoxigraph as ox

from harvesters.errors import BAD_RDF, CONTROL_CHARACTERS, MENDED_IRI
from harvesters.limits import Limits
from harvesters.mapping.web_addresses import ILLEGAL, fault_of
from harvesters.mapping.web_addresses import mended as mended_address
from harvesters.privacy.personal_data import masked
from harvesters.readers.files import Input, read_lines
from harvesters.readers.rdf.fault_scope import Fault, Node, Role, SimilarIris
from harvesters.readers.rdf.graph import MAX_FAULTS, Graph
from harvesters.readers.rdf.relative_iris import is_relative
from ontology.errors import ILLEGAL_IRI, ILLEGAL_LANGUAGE, AtlasError, FilePosition
from ontology.texts import CONTROL

_DAMAGED: Final = "an IRI holds a character that none may hold"
_BRACKET = re.compile(r"[<>\"\r\n]")
"""Characters that an IRI holds only where its closing bracket is missing."""


class IllegalTerms:
    """Mends the illegal IRIs and language tags of one file, and reports each of them."""

    def __init__(self, graph: Graph, source: Input, limits: Limits, form: ox.RdfFormat) -> None:
        self._graph = graph
        self._source = source
        self._limits = limits
        self._form = form
        self._good: set[str] = set()
        self._bad: dict[str, list[object]] = {}
        """Illegal IRI → subjects of the statements that hold it."""
        self._good_tags: set[str] = set()
        self._bad_tags: dict[str, list[object]] = {}
        self._roles: dict[tuple[str, Role], Node] = {}
        """Illegal IRI and its role in a statement → the statement's subject."""

    def refuse_swallowed(self, quad: ox.Quad) -> None:
        """Raise `ValueError` for an IRI without its closing bracket: it includes what follows."""
        for term in (quad.subject, quad.predicate, quad.object):
            if (
                isinstance(term, ox.NamedNode)
                and term.value not in self._good
                and _BRACKET.search(term.value) is not None
            ):
                raise ValueError("an IRI without its closing bracket >")

    def is_legal(self, term: object) -> bool:
        """Tell whether a term is legal; an IRI must also hold no invisible characters."""
        if isinstance(term, ox.Literal):
            tag = term.language
            return self.is_legal(term.datatype) if tag is None else self._legal_tag(tag)
        if not isinstance(term, ox.NamedNode) or term.value in self._good:
            return True
        if ILLEGAL.search(term.value) is not None or fault_of(term.value) is not None:
            return False
        self._good.add(term.value)
        self._graph.relative = self._graph.relative or is_relative(term)
        return True

    def _legal_tag(self, tag: str) -> bool:
        if tag in self._good_tags:
            return True
        try:
            ox.Literal("", language=tag)
        except ValueError:
            return False
        self._good_tags.add(tag)
        return True

    def legal_triple(
        self,
        subject: Node,
        predicate: ox.NamedNode,
        obj: Node | ox.Literal,
        triple: ox.Triple,
    ) -> ox.Triple | None:
        """Return ``triple`` with its terms mended; None where one of them cannot be."""
        if isinstance(obj, ox.Literal) and CONTROL.search(obj.value) is not None:
            obj = self._without_control(obj, subject)
            if all(map(self.is_legal, (subject, predicate, obj))):
                return ox.Triple(subject, predicate, obj)
        elif self.is_legal(subject) and self.is_legal(predicate) and self.is_legal(obj):
            return triple
        return self._mended_triple(subject, predicate, obj)

    def _without_control(self, literal: ox.Literal, subject: object) -> ox.Literal:
        error = AtlasError(CONTROL_CHARACTERS, place=FilePosition(self._source.name))
        self._graph.warn(subject, error)
        text = CONTROL.sub("", literal.value)
        if not self.is_legal(literal):
            return ox.Literal(text)
        if literal.language is not None:
            return ox.Literal(text, language=literal.language)
        return ox.Literal(text, datatype=literal.datatype)

    def _mended_triple(
        self, subject: Node, predicate: ox.NamedNode, obj: Node | ox.Literal
    ) -> ox.Triple | None:
        new_subject = subject
        if isinstance(subject, ox.NamedNode) and not self.is_legal(subject):
            self._roles.setdefault((subject.value, "subject"), subject)
            mended = self._mend(subject, subject)
            if mended is None:
                return None
            new_subject = mended
        new_predicate: ox.NamedNode | None = predicate
        if not self.is_legal(predicate):
            self._roles.setdefault((predicate.value, "predicate"), new_subject)
            new_predicate = self._mend(predicate, new_subject)
        new_object: Node | ox.Literal | None = obj
        if isinstance(obj, ox.NamedNode) and not self.is_legal(obj):
            self._roles.setdefault((obj.value, "object"), new_subject)
            new_object = self._mend(obj, new_subject)
        elif isinstance(obj, ox.Literal) and not self.is_legal(obj):
            new_object = self._mend_literal(obj, new_subject)
        if new_predicate is None or new_object is None:
            return None
        return ox.Triple(new_subject, new_predicate, new_object)

    def _mend(self, term: ox.NamedNode, subject: object) -> ox.NamedNode | None:
        """Return the IRI with illegal characters percent-encoded, outer blanks removed."""
        value = term.value
        mended = _mended(value)
        if _fault_of_mended(value, mended) is not None:
            self._bad.setdefault(value, []).append(subject)
            return None
        self._bad.setdefault(value, []).append(ox.NamedNode(mended) if subject == term else subject)
        return ox.NamedNode(mended)

    def _mend_literal(self, literal: ox.Literal, subject: object) -> ox.Literal | None:
        """Return a literal with its datatype mended; None for an illegal language tag."""
        if literal.language is not None:
            self._bad_tags.setdefault(literal.language, []).append(subject)
            return None
        datatype = self._mend(literal.datatype, subject)
        return None if datatype is None else ox.Literal(literal.value, datatype=datatype)

    def report(self) -> None:
        """Report illegal IRIs and tags as warnings of the subjects that hold them.

        Where no triple of the subject is left, a fault of the file is reported instead.
        """
        if not (self._bad or self._bad_tags):
            return
        needles = {value: f"<{value}>" for value in self._bad}
        needles |= {f"@{tag}": f'"@{tag}' for tag in self._bad_tags}
        lines = self._lines_of(dict(list(needles.items())[:MAX_FAULTS]))
        for tag, subjects in self._bad_tags.items():
            place = FilePosition(self._source.name, lines.get(f"@{tag}"))
            self._warn(AtlasError(ILLEGAL_LANGUAGE, place=place, value=tag), subjects)
        for value, subjects in self._bad.items():
            place = FilePosition(self._source.name, lines.get(value))
            mended = _mended(value)
            reason = _fault_of_mended(value, mended)
            error = (
                AtlasError(MENDED_IRI, place=place, value=masked(value), mended=masked(mended))
                if reason is None
                else AtlasError(
                    ILLEGAL_IRI, place=place, value=masked(value), reason=masked(reason)
                )
            )
            self._warn(error, subjects)
        self._doubt_damaged(lines)

    def _doubt_damaged(self, lines: dict[str, int]) -> None:
        """Report illegal IRIs as faults that are a predicate or seem damaged.

        An illegal IRI is damaged where another node of the file has the same IRI but for one
        character: statements about that node are then missing.
        """
        if not self._roles:
            return
        described = self._graph.out.keys()
        similar = SimilarIris(self._graph.out)
        mentioned = self._graph.mentioned()
        for (value, role), subject in self._roles.items():
            mended = ox.NamedNode(_mended(value)) if _legal(_mended(value)) else None
            if role == "predicate":
                named = {subject}
            elif (role == "subject" and mended in mentioned) or (
                role == "object" and mended in described
            ):
                continue
            else:
                named = similar.of(value, described_only=role == "object") - {mended}
                if not named:
                    continue
                named.add(subject)
            place = FilePosition(self._source.name, lines.get(value))
            error = AtlasError(
                BAD_RDF, place=place, format=self._form.name, reason=_DAMAGED, records="*"
            )
            self._graph.add_fault(Fault(error, named=named))

    def _warn(self, error: AtlasError, subjects: list[object]) -> None:
        for subject in cast(Iterable[Node], dict.fromkeys(subjects)):
            if subject not in self._graph.out and subject in self._graph.mentioned():
                # No triple of it is left, but other nodes link to it.
                self._graph.out[subject] = []
            if subject in self._graph.out:
                self._graph.warn(subject, error)
            elif len(self._graph.faults) < MAX_FAULTS:
                fault = Fault(error)
                if isinstance(subject, ox.NamedNode):
                    fault.like.add(subject.value)
                self._graph.faults.append(fault)

    def _lines_of(self, needles: dict[str, str]) -> dict[str, int]:
        found = self._search({value: needle.encode() for value, needle in needles.items()})
        missing = {
            value: value.removeprefix("@").encode() for value in needles if value not in found
        }
        return found | self._search(missing) if missing else found

    def _search(self, wanted: dict[str, bytes]) -> dict[str, int]:
        found: dict[str, int] = {}
        for number, content in read_lines(self._source, self._limits):
            if isinstance(content, AtlasError):
                continue
            for value in [v for v, needle in wanted.items() if needle in content]:
                found[value] = number
                del wanted[value]
            if not wanted:
                break
        return found


def _legal(value: str) -> bool:
    return ILLEGAL.search(value) is None and fault_of(value) is None


def _mended(value: str) -> str:
    """Return an IRI mended, unless it has two #, of which one may be a damaged letter."""
    return value if value.count("#") > 1 else mended_address(value)


def _fault_of_mended(value: str, mended: str) -> str | None:
    if masked(value) != value:
        # Text with personal data, which mending would make public.
        return "illegal characters beside a personal contact"
    return fault_of(mended)
