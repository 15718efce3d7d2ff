"""The platform of a source, opened with its guarded client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from catalog_service.context import Service
from catalog_service.journal.model import Source
from catalog_service.sources.connection.model import HarvestSource
from catalog_service.sources.connection.source_credentials import credentials_of
from catalog_service.sources.errors import ADDRESS_NEEDED
from catalog_service.user_agent import agent
from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.http import Client, GuardedClient, Response
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from harvesters.platforms.protocol import Connection, Platform
from harvesters.platforms.registry import PLATFORM_TYPES, connect
from ontology.errors import AtlasError


@contextmanager
def opened(
    atlas: Service,
    registered: Source,
    source: HarvestSource,
    *,
    turns: HostTurns | None = None,
    limits: RequestLimits | None = None,
    cancellation: Cancellation | None = None,
) -> Iterator[Platform]:
    """Open the platform of a source.

    ``turns`` replaces the process's own, ``limits`` the usual bounds of a request: tests and
    drills that wait for nothing give theirs. ``cancellation`` ends what its requests wait for.

    Raises ``unknown-platform``, ``unknown-option``, ``bad-option``, ``address-needed``,
    ``credentials-elsewhere``, and what is wrong with its address or the file of keys.
    """
    if not registered.url:
        raise AtlasError(ADDRESS_NEEDED, source=registered.id)
    known = PLATFORM_TYPES.get(registered.type)
    if known is not None and known.is_local:
        yield _connected(atlas, registered, source, _NoClient())
        return
    settings = source.settings
    with GuardedClient(
        registered.url,
        turns=turns or host_turns(),
        agent=agent(atlas.settings),
        allow=settings.allow,
        credentials=credentials_of(atlas, registered),
        politeness=Politeness(per_second=settings.requests_per_second, parallel=settings.parallel),
        limits=limits,
        cancellation=cancellation,
    ) as client:
        yield _connected(atlas, registered, source, client)


class _NoClient:
    """The client of a platform on this machine: it requests nothing."""

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Response:
        raise NotImplementedError


def _connected(
    atlas: Service, registered: Source, source: HarvestSource, client: Client
) -> Platform:
    return connect(
        registered.type,
        Connection(
            source=registered.id,
            url=registered.url or "",
            client=client,
            base_iri=atlas.settings.base_iri,
            vocabulary=atlas.vocabulary_for(registered.id),
            options=source.settings.options,
            now=atlas.clock.now,
        ),
    )


@cache
def host_turns() -> HostTurns:
    """Return the turns of this process at each host: two sources on one host are one visitor."""
    return HostTurns()
