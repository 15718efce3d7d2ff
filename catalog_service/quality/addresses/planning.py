"""Whose turn it is: the addresses that are due, oldest first, with a turn for each host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from catalog_service.quality.addresses.model import AddressState, key_of
from catalog_service.settings.named_hosts import named_hosts
from harvesters.platforms.web_address import WebAddress, parse
from ontology.errors import AtlasError


def address_allowed(allowed: str, address: WebAddress) -> bool:
    """Tell whether a setting names the host of an address, with its port where it is not 80 or 443.

    A host is named itself, or below a named one, or all are (`named_hosts`).
    """
    named = named_hosts(allowed)
    return any(one.covers(address.scheme, address.host, address.port) for one in named)


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
    """Return what is asked on a day, by host (all its ports): ``budget`` addresses at most.

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
        if parsed.host in closed or not address_allowed(allowed, parsed):
            continue
        key = key_of(address)
        state = states.get(key)
        if state is None or state.is_due(day, days, dead_days):
            due.append((date.min if state is None else state.tried, key, parsed.host, address))
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
