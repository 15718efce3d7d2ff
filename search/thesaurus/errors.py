"""The errors of the thesaurus. Each stands with the file and, where it can be told, the line."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

THESAURUS_SYNTAX: Final = ErrorKind(
    "thesaurus-syntax",
    "词表文件不是正确的 Turtle：{reason}。请更正该行；此前可用的词表仍然有效。",
    "This is not Turtle: {reason}. Mend the line; the last good thesaurus stays in use.",
)
THESAURUS_UNREADABLE: Final = ErrorKind(
    "thesaurus-unreadable",
    "无法读取词表文件（{reason}）。请检查文件权限与编码（UTF-8）；此前可用的词表仍然有效。",
    "The thesaurus file can't be read ({reason}). Check its permissions and that it is UTF-8; "
    "the last good thesaurus stays in use.",
)
THESAURUS_PROPERTY: Final = ErrorKind(
    "thesaurus-property",
    "词条 {entry} 用了词表没有的属性 {property}。可用的属性见 docs/thesaurus.md，请更正。",
    "The entry {entry} has {property}, which entries do not have. Mend it; docs/thesaurus.md "
    "lists the properties.",
)
THESAURUS_VALUE: Final = ErrorKind(
    "thesaurus-value",
    "词条 {entry} 的 {property} 应为 {expected}，而不是 {value}。请更正。",
    "The entry {entry} has {value} for {property}, where {expected} is wanted. Mend it.",
)
THESAURUS_WORD: Final = ErrorKind(
    "thesaurus-word",
    "词条 {entry} 的“{word}”太短或没有文字：中文至少两个字，英文至少两个字母。请删去或写全。",
    "{word!r} of the entry {entry} is too short or has no letters: two characters are the least. "
    "Take it away, or write it out.",
)
THESAURUS_NO_TERM: Final = ErrorKind(
    "thesaurus-no-term",
    '词条 {entry} 没有规范用语。请写明 skos:prefLabel "…"@zh；若要补充已有词条，请核对其名称。',
    'The entry {entry} has no official term. Give it a skos:prefLabel "…"@zh; if you meant to '
    "add to an entry, check how it is written.",
)
THESAURUS_NO_SCHEME: Final = ErrorKind(
    "thesaurus-no-scheme",
    "词条 {entry} 不属于任何领域。请写明 skos:inScheme，或在文件开头声明一个 skos:ConceptScheme。",
    "The entry {entry} stands in no scheme. Give it skos:inScheme, or declare one "
    "skos:ConceptScheme in the file.",
)
