"""Fetches a file from its publisher, through the guarded client, into a file of ours.

Off unless the operator allows it (``ATLAS_QUALITY_FETCH``). Public addresses alone are reached, but
for those that tests and drills allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog_service.quality.data.model import GONE
from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from ontology.errors import AtlasError
from ontology.limits import MIB

_POLITENESS: Final = Politeness(per_second=1.0, parallel=1, attempts=2)
_NOT_THERE: Final = ("404", "410")
LARGEST: Final = 2_048 * MIB
"""Bytes of the largest file, unpacked."""
SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a publisher answered: ``modified`` is what it says of the last change, as it says it."""

    modified: str | None


def fetch(
    url: str,
    path: Path,
    *,
    agent: str,
    turns: HostTurns,
    allow: tuple[str, ...] = (),
    largest: int = LARGEST,
    seconds: float = SECONDS,
    cancellation: Cancellation | None = None,
) -> Fetched:
    """Write what lies at an address to a file.

    Raises what `GuardedClient` does; a page in the place of a file is not told from it here.
    """
    limits = RequestLimits(seconds=seconds, connect_seconds=10.0, body=largest, redirects=3)
    with (
        GuardedClient(
            url,
            turns=turns,
            agent=agent,
            allow=allow,
            politeness=_POLITENESS,
            limits=limits,
            cancellation=cancellation,
        ) as client,
        path.open("wb") as sink,
    ):
        answer = client.download(url, sink)
    return Fetched(answer.headers.get("last-modified"))


def reason_of(error: AtlasError) -> str:
    """Return why a file could not be had, as a word: `GONE` where there is none any more."""
    is_gone = error.code == "platform-refused" and str(error.params.get("status")) in _NOT_THERE
    return GONE if is_gone else error.code
