"""The base of all typed errors: a code, and a message in each language that says what to do.

Each room declares its own kinds as module constants in its ``errors.py``, with the HTTP status
that each has; ``docs/errors.md`` is the table of all of them, and a test holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, SupportsInt, cast

from ontology.languages import CHINESE, Bilingual, BilingualText
from translations import SOURCE, translator


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a message that has words of its own: a reason, or what was expected.

    ``text`` is the English `str.format` template; the other languages have it in their catalogues.
    """

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """Return it in a language."""
        return translator(lang).gettext(self.text, **_in_language(lang, self.params))

    def __str__(self) -> str:
        return self.message(SOURCE)


@dataclass(frozen=True, slots=True)
class Named:
    """What the program calls by a code and people by a name: a step, a state, an organization.

    Messages tell the name; machine forms have the code beside them (`AtlasError.codes`). ``name``
    is its English text, as the catalogues have it, or its texts in both languages.
    """

    code: str
    name: str | Bilingual
    context: str = ""
    """That of the text in the catalogues; empty: it has none."""

    def message(self, lang: str) -> str:
        """Return what it is called in a language."""
        if not isinstance(self.name, str):
            return self.name.zh if lang == CHINESE else self.name.en
        texts = translator(lang)
        return texts.pgettext(self.context, self.name) if self.context else texts.lookup(self.name)

    def __str__(self) -> str:
        return self.message(SOURCE)


@dataclass(frozen=True, slots=True)
class NamedSeveral:
    """Several of them: what could be chosen, or what is wrong."""

    of: tuple[Named, ...]

    def message(self, lang: str) -> str:
        """Return what they are called in a language; a dash where there are none."""
        return _BETWEEN[lang == CHINESE].join(one.message(lang) for one in self.of) or "–"

    def __str__(self) -> str:
        return self.message(SOURCE)


_BETWEEN: Final = (", ", "、")


def code_of(value: object) -> str:
    """Return what the program calls a parameter of an error by."""
    return value.code if isinstance(value, Named) else str(value)


def _in_language(lang: str, params: Mapping[str, object]) -> dict[str, object]:
    return {name: said_in(lang, value) for name, value in params.items()}


def said_in(lang: str, value: object) -> object:
    """Return a parameter of a message as a reader of a language reads it."""
    if isinstance(value, Phrase | Named | NamedSeveral):
        return value.message(lang)
    if isinstance(value, BilingualText):
        return value.zh if lang == CHINESE else value.en
    return value


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One kind of error.

    ``code`` is stable and lower-case with hyphens; ``text`` is the English `str.format` template
    over the parameters given when the error is raised, and says what happened and what to do next.
    The other languages have it in their catalogues (`translations`).
    """

    code: str
    text: str
    status: int = field(default=422, kw_only=True)
    """HTTP status; an input at fault where nothing is said. A command's exit code follows it."""
    lasting: bool = field(default=False, kw_only=True)
    """Whether a restart would fail the same way until an operator removes the cause."""

    def message(self, lang: str, params: Mapping[str, object]) -> str:
        """Return the message in a language with its parameters filled in."""
        return translator(lang).gettext(self.text, **_in_language(lang, params))


@dataclass(frozen=True, slots=True)
class CountedErrorKind(ErrorKind):
    """A kind whose sentence depends on the parameter ``count``; ``text`` is the one for 1."""

    plural: str

    def message(self, lang: str, params: Mapping[str, object]) -> str:
        """Return the message in the form that fits the count."""
        count = int(cast(SupportsInt, params["count"]))
        told = _in_language(lang, params)
        return translator(lang).ngettext(self.text, self.plural, count, **told)


@dataclass(frozen=True, slots=True)
class FilePosition:
    """A position in an input file; line and column count from 1, None where unknown."""

    file: str
    line: int | None = None
    column: int | str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


class AtlasError(Exception):
    """An error with a kind, its parameters and, where an input is at fault, the place in it."""

    def __init__(
        self, kind: ErrorKind, *, place: FilePosition | None = None, **params: object
    ) -> None:
        self.kind = kind
        self.place = place
        self.params = params
        super().__init__(kind.code)

    @property
    def code(self) -> str:
        """The stable code of the kind."""
        return self.kind.code

    @property
    def codes(self) -> dict[str, str | list[str]]:
        """What the program calls that which the message names, by parameter."""
        found: dict[str, str | list[str]] = {}
        for name, value in self.params.items():
            if isinstance(value, Named):
                found[name] = value.code
            elif isinstance(value, NamedSeveral):
                found[name] = [one.code for one in value.of]
        return found

    def message(self, lang: str = SOURCE) -> str:
        """Return the message in a language, led by the place where there is one."""
        text = self.kind.message(lang, self.params)
        return f"{self.place}: {text}" if self.place is not None else text

    def __str__(self) -> str:
        return f"{self.kind.code}: {self.message()}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.__class__, self.kind, self.place, self.params))


def _rebuild(
    cls: type[AtlasError], kind: ErrorKind, place: FilePosition | None, params: dict[str, object]
) -> AtlasError:
    error = cls.__new__(cls)
    AtlasError.__init__(error, kind, place=place, **params)
    return error


ILLEGAL_IRI: Final = ErrorKind(
    "illegal-iri",
    "{value!r} is not a legal IRI: {reason}. Mend it at its source; the value was left out.",
)
ILLEGAL_LANGUAGE: Final = ErrorKind(
    "illegal-language-tag",
    "{value!r} is not a language tag (BCP 47). Mend it at its source; the value was left out.",
)
TRIPLE_TERM: Final = ErrorKind(
    "triple-term",
    "Record {iri} has a triple as a value of {predicate} (RDF 1.2), which the catalogue does not "
    "take. Describe it with a node of its own.",
)
FOREIGN_SUBJECT: Final = ErrorKind(
    "foreign-subject",
    "Record {iri} has statements about {subject}, which belongs to another record, another source "
    "or the catalogue's own terms. Leave these triples out; a link to it is enough.",
)
EMPTY_RECORD: Final = ErrorKind(
    "empty-record",
    "Record {iri} has no triples. Give it at least a title.",
)
RECORD_TOO_LARGE: Final = ErrorKind(
    "record-too-large",
    "Record {iri} has {count} triples, over the limit of {limit}. Split the record.",
    status=413,
)
RECORD_TOO_LONG: Final = ErrorKind(
    "record-too-long",
    "A record is over the limit of {limit} bytes, counted in its canonical form and on the line or "
    "in the JSON object that brings it, and was not taken in: {record}. Split it; where several "
    "stand on one line, check for missing line ends.",
    status=413,
)
TEXT_TOO_LONG: Final = ErrorKind(
    "text-too-long",
    "A value of {field} has {size} bytes, over the limit of {limit}, and its record was not taken "
    "in: {record}. Shorten it, or give the address of a file instead.",
    status=413,
)
TOO_MANY_BLANK_NODES: Final = ErrorKind(
    "too-many-blank-nodes",
    "The blank nodes of record {iri} ({count}) are too entangled to canonicalise. Give them IRIs.",
)
