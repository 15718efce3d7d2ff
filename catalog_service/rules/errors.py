"""Kinds of errors of validation."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

VALIDATION_TOO_LARGE: Final = ErrorKind(
    "validation-too-large",
    "没有令牌时，{engine} 每次最多检查 {records} 条记录、{size} MiB。请分批发送，"
    "或以 Authorization: Bearer 附上任一令牌。",
    "Without a token {engine} checks at most {records} records and {size} MiB at a time. Send "
    "fewer at once, or any token as Authorization: Bearer.",
)
VALIDATION_TOO_SLOW: Final = ErrorKind(
    "validation-too-slow",
    "{seconds} 秒内只检查了 {count} 条记录，已中止。请分批发送；大批文件请用 atlas validate。",
    "Only {count} records were checked in {seconds} s, then it was stopped. Send fewer at once, or "
    "use atlas validate for large files.",
)
