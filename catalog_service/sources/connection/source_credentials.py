"""The credentials of a source: given once, kept encrypted, sent to the origin they were given for.

Who may change a source's address must not thereby learn its credentials: they name the origin
(scheme, host and port) that they were given for, and are sent to no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from catalog_service.context import Service
from catalog_service.journal.model import Source
from catalog_service.sources.connection.secrets import SourceSecrets
from catalog_service.sources.errors import (
    ADDRESS_NEEDED,
    CREDENTIALS_ELSEWHERE,
    CREDENTIALS_INCOMPLETE,
)
from catalog_service.sources.registry import known_source
from harvesters.platforms.credentials import (
    BasicCredentials,
    Credentials,
    HeaderCredentials,
    OAuthCredentials,
    QueryCredentials,
)
from harvesters.platforms.web_address import parse
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class _Kind:
    needs: tuple[str, ...]
    """What must be given beside the secret."""
    make: Callable[[Mapping[str, str]], Credentials]


KINDS: Final[Mapping[str, _Kind]] = {
    "header": _Kind(("name",), lambda p: HeaderCredentials(p["name"], p["secret"])),
    "basic": _Kind(("user",), lambda p: BasicCredentials(p["user"], p["secret"])),
    "query": _Kind(("name",), lambda p: QueryCredentials(p["name"], p["secret"])),
    "oauth": _Kind(
        ("token_url", "client_id"),
        lambda p: OAuthCredentials(
            p["token_url"], p["client_id"], p["secret"], scope=p.get("scope")
        ),
    ),
}
"""The types of credentials; ``secret`` is the value, the password, or the OAuth client's secret."""


def put_credentials(atlas: Service, name: str, kind: str, given: Mapping[str, str]) -> None:
    """Keep a source's credentials, for the origin of the address that it has now.

    ``given`` holds the ``secret`` and what the type needs. Raises `AtlasError`:
    ``unknown-source``, ``not-harvested``, ``address-needed``, ``credentials-incomplete``,
    ``credentials-not-plain``, ``address-not-plain``, and of the file of keys.
    """
    registered = known_source(atlas.journal, name)
    missing = [one for one in (*KINDS[kind].needs, "secret") if not given.get(one)]
    if missing:
        raise AtlasError(CREDENTIALS_INCOMPLETE, type=kind, missing=", ".join(missing))
    KINDS[kind].make(given)  # wrong ones are told now, not at night
    parts = {**given, "type": kind, "origin": _origin(registered)}
    _secrets(atlas).write(name, "credentials", orjson.dumps(parts))


def forget_credentials(atlas: Service, name: str) -> None:
    """Forget them; needs no key. Raises ``unknown-source``, ``not-harvested``."""
    known_source(atlas.journal, name)
    _secrets(atlas).write(name, "credentials", None)


def credentials_of(atlas: Service, registered: Source) -> Credentials | None:
    """Return the credentials that a source is visited with.

    Raises ``credentials-elsewhere`` where its address has moved to another origin since, and what
    `SourceSecrets.read` raises.
    """
    stored = _secrets(atlas).read(registered.id, "credentials")
    if stored is None:
        return None
    parts: dict[str, str] = orjson.loads(stored)
    if parts["origin"] != _origin(registered):
        raise AtlasError(CREDENTIALS_ELSEWHERE, source=registered.id, origin=parts["origin"])
    return KINDS[parts["type"]].make(parts)


def _secrets(atlas: Service) -> SourceSecrets:
    return SourceSecrets(atlas.journal, atlas.settings)


def _origin(registered: Source) -> str:
    if not registered.url:
        raise AtlasError(ADDRESS_NEEDED, source=registered.id)
    scheme, host, port = parse(registered.url).origin
    return f"{scheme}://{host}:{port}"
