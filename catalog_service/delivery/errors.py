"""Kinds of errors of deliveries."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

NOT_IN_FORCE: Final = ErrorKind(
    "delivery-not-in-force",
    "Nothing is delivered for {name}: its agreement is not in force today. Look at its period and "
    "how it stands; apply anew once it has ended.",
    status=403,
)
