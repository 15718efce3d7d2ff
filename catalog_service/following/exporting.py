"""All that somebody follows, for themselves."""

from __future__ import annotations

from typing import Any

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.following.service import feeds_of, own, path_of, person_of


def exported(atlas: Service, principal: Principal) -> dict[str, Any]:
    """Return what somebody follows, how its news come, and their feeds without the addresses."""
    home = atlas.settings.public_url
    return {
        "follows": [
            {
                "kind": one.target.kind,
                "value": one.target.value,
                "url": home + path_of(atlas, one.target.kind, one.target.value),
                "how": one.how,
                "why": one.why,
                "since": one.time.isoformat(),
            }
            for one in own(atlas, principal)
        ],
        "feeds": [
            {
                "id": one.id,
                "created": one.created.isoformat(),
                "used": None if one.used is None else one.used.isoformat(),
            }
            for one in feeds_of(atlas, person_of(principal))
        ],
    }
