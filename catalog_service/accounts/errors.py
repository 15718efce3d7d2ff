"""What goes wrong with accounts, roles and sessions."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

RIGHT_MISSING: Final = ErrorKind(
    "right-missing",
    "{name} has no role that allows {action!r} here. Ask an administrator for one over this "
    "organization (docs/roles.md).",
    status=403,
)
UNKNOWN_ORGANIZATION: Final = ErrorKind(
    "unknown-organization",
    "There is no organization {organization!r}. Give its IRI or its name as the vocabulary of "
    "organizations has it (/vocab/organization).",
    status=404,
)
UNKNOWN_ROLE: Final = ErrorKind(
    "unknown-role",
    "There is no role {role!r}. One of: {roles}.",
    status=422,
)
