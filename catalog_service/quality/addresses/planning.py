"""Whose turn it is: the addresses that are due, oldest first, with a turn for each host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from catalog_service.quality.addresses.model import AddressState, key_of
from harvesters.platforms.web_address import parse
from ontology.errors import AtlasError

ALL_HOSTS: Final = "*"


def host_allowed(allowed: str, host: str) -> bool:
    """Tell whether a host is one of a setting: named itself, below a named one, or all are."""
    for one in filter(None, allowed.split(",")):
        if one in (ALL_HOSTS, host) or (host.endswith(f".{one}") and not one[-1].isdecimal()):
            return True
    return False


def plan(
    addresses: Iterable[str],
    states: Mapping[str, AddressState],
    day: date,
    *,
    allowed: str,
    budget: int,
    days: int,
    dead_days: int,
    closed: Collection[str] = (),
) -> dict[str, list[str]]:
    """Return what is asked on a day, by host (with its port): ``budget`` addresses at most.

    Each host has its turn before one has its second, so that one with many does not keep the
    others from theirs; of each those come first whose last turn is longest ago. Hosts that are
    ``closed`` are left alone.
    """
    due: list[tuple[date, str, str, str]] = []
    for address in set(addresses):
        try:
            parsed = parse(address)
        except AtlasError:
            # Nobody can ask it: the gate tells of it.
            continue
        if parsed.authority in closed or not host_allowed(allowed, parsed.host):
            continue
        key = key_of(address)
        state = states.get(key)
        if state is None or state.is_due(day, days, dead_days):
            due.append((date.min if state is None else state.tried, key, parsed.authority, address))
    due.sort()
    turns: Counter[str] = Counter()
    ranked: list[tuple[int, int, str, str]] = []
    for number, (_, _, host, address) in enumerate(due):
        ranked.append((turns[host], number, host, address))
        turns[host] += 1
    found: dict[str, list[str]] = {}
    for _, _, host, address in sorted(ranked)[: max(0, budget)]:
        found.setdefault(host, []).append(address)
    return found
