"""Reviews that wait for another's confirmation, for the workbench."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlencode

from catalog_service.accounts.service import Principal
from catalog_service.classification.service import waiting_reviews
from catalog_service.context import Service
from catalog_service.waiting import WaitingItem, WaitingKind
from ontology.record import PATH
from translations import N_

WORK: Final = "/workbench/classification"
_MOST: Final = 200


def dataset_name(base: str, iri: str) -> str:
    """Return ``source/remote id`` of a record's IRI."""
    source, _, remote_id = iri.removeprefix(f"{base}{PATH}").partition("/")
    return f"{source}/{unquote(remote_id)}"


def _find(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    for one in waiting_reviews(atlas, principal)[:_MOST]:
        name = dataset_name(atlas.settings.base_iri, one.dataset)
        yield WaitingItem(name, f"{WORK}?{urlencode({'dataset': name})}", since=one.time)


WAITING: Final = (
    WaitingKind(
        "review-confirm",
        N_("Secrecy reviews and expert opinions to confirm"),
        N_("Read the reason, and confirm what another entered."),
        _find,
    ),
)
"""What of classification waits for people."""
