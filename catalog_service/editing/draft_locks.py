"""One step of a draft at a time, over the threads and processes of this machine.

The way through the one door and the draft's own state are two transactions. A draft that was
returned, taken back or written between them would be in the catalogue all the same.
"""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from catalog_service.context import Service
from catalog_service.editing.errors import DRAFT_CHANGED, DRAFT_STATE
from catalog_service.editing.model import Draft
from catalog_service.editing.stored_drafts import StoredDrafts
from catalog_service.state_names import named_draft_state
from ontology.errors import AtlasError

_FOLDER: Final = "draft-locks"
_FILES: Final = 64
"""Drafts share them by their identifiers: a file for each would be left over for ever."""


@contextmanager
def alone_with(atlas: Service, draft: Draft) -> Iterator[None]:
    """Keep others on this machine from changing a draft; the system frees it after a kill.

    Processes of other machines are kept apart by the draft's version and state alone, which each
    transaction looks at.
    """
    folder = atlas.settings.home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    number = zlib.crc32(draft.id.encode()) % _FILES
    with (folder / f"{number:02}.lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def demand_unchanged(store: StoredDrafts, draft: Draft) -> None:
    """Raise ``draft-changed`` where somebody wrote a draft since it was read.

    Raises ``draft-state`` where somebody only moved it: of two who release, one was quicker.
    """
    now = store.find(draft.id)
    if now is None or now.version != draft.version:
        current = now.version if now is not None else 0
        raise AtlasError(DRAFT_CHANGED, draft=draft.id, current=current, expected=draft.version)
    if now.state != draft.state:
        raise AtlasError(DRAFT_STATE, draft=draft.id, state=named_draft_state(now.state))
