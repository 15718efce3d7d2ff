"""The worker keeps the file of released edits as the journal has them: after a restore, say."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Final

import structlog

from catalog_service.thesaurus_work.service import keep_file
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas

LOOK_EVERY: Final = 60.0
"""Seconds between two looks."""

_log = structlog.get_logger(__name__)


def run(atlas: Atlas, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Write the file anew wherever it differs, until ``stop`` is set."""
    while not stop.wait(look_every):
        try:
            if keep_file(atlas):
                _log.warning("thesaurus-file-written-anew")
        except AtlasError as error:
            # A steward's own file may be wrong just now: it is looked at again.
            _log.warning("thesaurus-file-not-written", error=str(error))
        except Exception:
            # A fault of ours must not end the thread, and with it the worker.
            _log.exception("thesaurus-file-failed")
