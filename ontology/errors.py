"""The base of all typed errors: a code, and a message in Chinese and English that says what to do.

Each room declares its own kinds as module constants in its ``errors.py``; the service's table
(`catalog_service.errors`) turns them into HTTP statuses and exit codes, and a test holds
``docs/errors.md`` against all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One kind of error.

    ``code`` is stable and lower-case with hyphens; ``zh`` and ``en`` are `str.format` templates
    over the parameters given when the error is raised. Both say what happened and what to do next.
    """

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an input something stands; line and column count from 1, None where unknown."""

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

    def __init__(self, kind: ErrorKind, *, place: Place | None = None, **params: object) -> None:
        self.kind = kind
        self.place = place
        self.params = params
        super().__init__(kind.code)

    @property
    def code(self) -> str:
        """The stable code of the kind."""
        return self.kind.code

    def message(self, lang: str = "en") -> str:
        """Return the message in ``zh`` or ``en``, led by the place where there is one."""
        template = self.kind.zh if lang == "zh" else self.kind.en
        text = template.format(**self.params)
        return f"{self.place}: {text}" if self.place is not None else text

    def __str__(self) -> str:
        return f"{self.kind.code}: {self.message('en')}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.__class__, self.kind, self.place, self.params))


def _rebuild(
    cls: type[AtlasError], kind: ErrorKind, place: Place | None, params: dict[str, object]
) -> AtlasError:
    error = cls.__new__(cls)
    AtlasError.__init__(error, kind, place=place, **params)
    return error


ILLEGAL_IRI: Final = ErrorKind(
    "illegal-iri",
    "“{value}”不是合法的 IRI：{reason}。请在来源处更正；该值未写入目录。",
    "{value!r} is not a legal IRI: {reason}. Mend it at its source; the value was left out.",
)
ILLEGAL_LANGUAGE: Final = ErrorKind(
    "illegal-language-tag",
    "“{value}”不是合法的语言标签（BCP 47）。请在来源处更正；该值未写入目录。",
    "{value!r} is not a language tag (BCP 47). Mend it at its source; the value was left out.",
)
TRIPLE_TERM: Final = ErrorKind(
    "triple-term",
    "记录 {iri} 的属性 {predicate} 以三元组为值（RDF 1.2），目录不予收录。请改用普通节点。",
    "Record {iri} has a triple as a value of {predicate} (RDF 1.2), which the catalogue does not "
    "take. Describe it with a node of its own.",
)
FOREIGN_SUBJECT: Final = ErrorKind(
    "foreign-subject",
    "记录 {iri} 中有关于 {subject} 的陈述，而该对象属于其他记录、其他来源或目录自身的术语。"
    "记录不得代其陈述，请删去以它为主语的三元组，只保留对它的引用。",
    "Record {iri} has statements about {subject}, which belongs to another record, another source "
    "or the catalogue's own terms. Leave these triples out; a link to it is enough.",
)
EMPTY_RECORD: Final = ErrorKind(
    "empty-record",
    "记录 {iri} 没有任何三元组。请提供至少一个标题。",
    "Record {iri} has no triples. Give it at least a title.",
)
RECORD_TOO_LARGE: Final = ErrorKind(
    "record-too-large",
    "记录 {iri} 有 {count} 个三元组，超过上限 {limit}。请拆分该记录。",
    "Record {iri} has {count} triples, over the limit of {limit}. Split the record.",
)
RECORD_TOO_LONG: Final = ErrorKind(
    "record-too-long",
    "记录超过上限 {limit} 字节（按规范形式、所在行或所在 JSON 对象计），未收录：{record}。"
    "请拆分该记录；若一行中并有多条记录，请检查是否缺少换行。",
    "A record is over the limit of {limit} bytes, counted in its canonical form and on the line or "
    "in the JSON object that brings it, and was not taken in: {record}. Split it; where several "
    "stand on one line, check for missing line ends.",
)
TEXT_TOO_LONG: Final = ErrorKind(
    "text-too-long",
    "“{field}”的一个值有 {size} 字节，超过上限 {limit} 字节，记录未收录：{record}。"
    "请缩短该值，或改为给出文件的地址。",
    "A value of {field} has {size} bytes, over the limit of {limit}, and its record was not taken "
    "in: {record}. Shorten it, or give the address of a file instead.",
)
TOO_MANY_BLANK_NODES: Final = ErrorKind(
    "too-many-blank-nodes",
    "记录 {iri} 的空白节点结构过于复杂（{count} 个），无法规范化。请为这些节点赋予 IRI。",
    "The blank nodes of record {iri} ({count}) are too entangled to canonicalise. Give them IRIs.",
)
