"""Reading the options of a connection."""

from __future__ import annotations

from collections.abc import Collection

from harvesters.errors import BAD_OPTION
from harvesters.platforms.protocol import Connection
from ontology.errors import AtlasError, Phrase


def whole_number(connection: Connection, name: str, default: int, most: int) -> int:
    """Return an option that is a whole number from 1 to ``most``; raises ``bad-option``."""
    given = connection.options.get(name, "").strip()
    if not given:
        return default
    if given.isascii() and given.isdigit() and len(given) < 10 and 1 <= int(given) <= most:
        return int(given)
    raise _bad(name, given, Phrase("a whole number from 1 to {most} is wanted", {"most": most}))


def choice(connection: Connection, name: str, known: Collection[str], default: str) -> str:
    """Return an option that is one of a few values; raises ``bad-option``."""
    given = connection.options.get(name, "").strip() or default
    if given in known:
        return given
    raise _bad(name, given, Phrase("one of {known} is wanted", {"known": ", ".join(known)}))


def is_on(connection: Connection, name: str, *, default: bool) -> bool:
    """Return an option that is ``yes`` or ``no``; raises ``bad-option``."""
    return choice(connection, name, ("yes", "no"), "yes" if default else "no") == "yes"


def path(connection: Connection, name: str, default: str) -> str:
    """Return an option that is a path on the platform; raises ``bad-option``."""
    given = connection.options.get(name, "").strip() or default
    if given.startswith("/") and not given.startswith("//"):
        return given
    raise _bad(name, given, Phrase("a path that begins with one / is wanted"))


def _bad(name: str, value: str, reason: Phrase) -> AtlasError:
    return AtlasError(BAD_OPTION, name=name, value=value[:100], reason=reason)
