"""Who is at work on a page, and what its forms send."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from catalog_service.accounts.service import Action, Principal, require_somewhere
from catalog_service.http.access import Bearer


def _worker(bearer: Bearer) -> Principal:
    return require_somewhere(bearer, Action.WORKBENCH_READ)


Worker = Annotated[Principal, Depends(_worker)]
"""A page's parameter of this type is who is at work; raises as `require` does."""
