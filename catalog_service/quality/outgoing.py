"""What all requests of this room to publishers' servers share."""

from __future__ import annotations

from functools import cache

from harvesters.platforms.politeness import HostTurns


@cache
def host_turns() -> HostTurns:
    """Return the turns of this process at each host: one visitor, whatever it asks."""
    return HostTurns()
