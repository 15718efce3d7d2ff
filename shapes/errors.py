"""The errors of this room: what is wrong with a rule file or an engine's input."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNREADABLE_RULES: Final = ErrorKind(
    "unreadable-rules",
    "规则文件无法解析：{reason}。请按 Turtle 语法更正该文件。",
    "The rule file cannot be parsed: {reason}. Mend its Turtle.",
)
NO_RULES: Final = ErrorKind(
    "no-rules",
    "{where} 中没有规则。请给出至少一条规则（rdf:type shd:Rule）。",
    "There are no rules in {where}. Give at least one (rdf:type shd:Rule).",
)
INVALID_RULE: Final = ErrorKind(
    "invalid-rule",
    "规则 {rule} 有误：{reason}。请更正后重试。",
    "Rule {rule} is not valid: {reason}. Correct it and try again.",
)
DUPLICATE_RULE: Final = ErrorKind(
    "duplicate-rule",
    "规则 {rule} 在 {first} 和 {second} 中重复。请只保留一处。",
    "Rule {rule} stands in both {first} and {second}. Keep one of them.",
)
UNKNOWN_RULE: Final = ErrorKind(
    "unknown-rule",
    "没有规则 {rule}。请用 atlas rules list 查看全部规则。",
    "There is no rule {rule}. See all of them with: atlas rules list.",
)
INVALID_PARAMETERS: Final = ErrorKind(
    "invalid-rule-parameters",
    "规则参数有误：{reason}。请更正该行。",
    "The parameters of a rule are not valid: {reason}. Correct the line.",
)
UNCHECKABLE_RECORD: Final = ErrorKind(
    "uncheckable-record",
    "记录 {iri} 无法核验：{reason}。请更正该记录的三元组。",
    "Record {iri} cannot be checked: {reason}. Mend its triples.",
)
