"""Whose request it is: the address of the client, behind proxies that are trusted or none."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from fastapi import Request

from catalog_service.http.context import service

_Address = IPv4Address | IPv6Address


def client_of(request: Request) -> str:
    """Return the client's address, by which it is given its share.

    The connection's, unless a proxy of ``ATLAS_TRUSTED_PROXIES`` holds it: then the last address
    in ``X-Forwarded-For`` that is not such a proxy's. What stands before that one the client may
    have written itself.
    """
    peer = request.client.host if request.client else "unknown"
    proxies = service(request).settings.proxies
    nearest = _address(peer)
    if nearest is None or not any(nearest in network for network in proxies):
        return peer
    named = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for text in reversed(named):
        found = _address(text)
        if found is None:
            break
        nearest = found
        if not any(nearest in network for network in proxies):
            break
    return str(nearest)


def _address(text: str) -> _Address | None:
    """Read an address, with or without a port; None for anything else."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
