"""Kinds of errors of the sources."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

SOURCE_EXISTS: Final = ErrorKind(
    "source-exists",
    "来源“{source}”已存在。修改请用 PUT /api/v1/sources/{source}。",
    "Source {source!r} is there already. Change it with PUT /api/v1/sources/{source}.",
)
IDENTIFIER_DIFFERS: Final = ErrorKind(
    "identifier-differs",
    "正文的标识是“{found}”，而地址中的是“{expected}”。请使二者一致，或省略正文中的标识。",
    "The body identifies itself as {found!r}, the address as {expected!r}. Make them equal, or "
    "leave the identifier out of the body.",
)
