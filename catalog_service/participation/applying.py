"""Applying for conditional data: who may, for what, and what they must know before they write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
import sqlalchemy as sa

from catalog_service.accounts.service import Principal
from catalog_service.classification.model import DatasetTerms
from catalog_service.classification.service import terms_of
from catalog_service.context import Service
from catalog_service.datasets.service import description_of, find_public
from catalog_service.participation.bringing_up import Brought
from catalog_service.participation.errors import NOT_CONDITIONAL, TERMS_NOT_ACCEPTED
from catalog_service.participation.fields import MOST_NAME, field_needed, field_wrong, read_fields
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case, day_of
from catalog_service.participation.papers import put_paper, seal
from catalog_service.participation.periods import check_period
from catalog_service.participation.service import bring_up, find_subject
from catalog_service.secret_keys import SecretKeys
from ontology.errors import AtlasError, Named, Phrase
from ontology.languages import BilingualText, Texts
from translations import N_

SEALED: Final[Mapping[str, tuple[int, bool]]] = {
    "applicant": (MOST_NAME, True),
    "scope": (500, False),
    "security": (2_000, True),
}
"""What is asked for beside the purpose and sealed with it: its longest, and whether it is needed.

The purpose is the text of the first step.
"""
_CONDITIONAL: Final = "conditional"


@dataclass(frozen=True, slots=True)
class Offer:
    """A public dataset that is open on conditions, as whoever wants to apply must know it."""

    iri: str
    name: str
    """``source/remote id``."""
    title: Texts
    organization: str | None
    """IRI of who decides; None: whoever assigns it says who does."""
    conditions: Sequence[Texts]
    """As its publisher says them."""
    terms: DatasetTerms | None
    """Its class with its conditions and agreement; None: it was not classified."""


def offer_of(atlas: Service, dataset: str) -> Offer:
    """Return what is offered of a dataset.

    Raises ``case-field-wrong`` for what is no public dataset, and ``application-not-needed``.
    """
    iri, organization = find_subject(atlas, dataset)
    said = description_of(atlas, find_public(atlas, iri))
    if said.open_type is None or said.open_type.notation != _CONDITIONAL:
        title = said.title.get("zh") or next(iter(said.title.values()), iri)
        named = Named(iri, BilingualText(title, said.title.get("en") or title))
        raise AtlasError(NOT_CONDITIONAL, dataset=named)
    return Offer(
        iri,
        f"{said.source}/{said.remote_id}",
        said.title,
        organization,
        (*said.conditions, *said.condition_supplements),
        terms_of(atlas, iri),
    )


def apply_for(atlas: Service, principal: Principal, given: Mapping[str, str]) -> Case:
    """Apply for a dataset; raises as `read_application` and `bring_up` do."""
    return bring_up(atlas, principal, read_application(atlas, given))


def read_application(atlas: Service, given: Mapping[str, str]) -> Brought:
    """Read a form: ``dataset``, ``text`` (the purpose), ``from``, ``until``, `SEALED`, ``terms``.

    ``terms``: anything where its conditions and agreement were read. Raises as `offer_of` does,
    ``case-field-…``, ``application-terms`` and, without keys to encrypt with,
    ``secret-file-needed``.
    """
    offer = offer_of(atlas, given.get("dataset", ""))
    kind = MACHINES["application"].begins
    form = {}
    for name, (longest, needed) in SEALED.items():
        text = given.get(name, "").replace("\x00", "").strip()
        if needed and not text:
            raise field_needed(kind, name)
        if len(text) > longest:
            expected = Phrase(N_("It has at most {limit} characters."), {"limit": longest})
            raise field_wrong(name, expected)
        form[name] = text
    days = read_fields(atlas, None, kind, given)
    first, last = day_of(days["from"]), day_of(days["until"])
    check_period(first, last, atlas.clock.today())
    if not given.get("terms"):
        raise AtlasError(TERMS_NOT_ACCEPTED)
    keys = SecretKeys.load(atlas.settings)
    content = orjson.dumps(form, option=orjson.OPT_SORT_KEYS)

    def write(connection: sa.Connection, number: int) -> None:
        put_paper(connection, number, "form", seal(keys, number, "form", content))

    return Brought(
        "application",
        given.get("text", ""),
        days,
        offer.iri,
        organization=offer.organization,
        write=write,
    )
