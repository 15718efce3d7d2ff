"""Samples that wait for their release, and released ones that are served no longer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.samples.model import WORK
from catalog_service.samples.service import waiting_for
from catalog_service.waiting import WaitingItem, WaitingKind
from translations import N_

_MOST: Final = 200


def _find(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    for one in waiting_for(atlas, principal)[:_MOST]:
        yield WaitingItem(one.title, f"{WORK}/{one.number}", since=one.steps[-1].time)


WAITING: Final = (
    WaitingKind(
        "sample-release",
        N_("Samples to release"),
        N_("Look at the file and its distances, and release what another drew."),
        _find,
    ),
)
"""What of samples waits for people."""
