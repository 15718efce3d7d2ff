"""What the steps of applications do beside leading on; prepared as `transitions` says.

A typed name and a code are in no step and no audit: the name is sealed with the agreement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from catalog_service.accounts.service import Principal, acting_person
from catalog_service.context import Service
from catalog_service.documents.pdf import write_pdf
from catalog_service.participation.agreements import (
    DOCUMENT,
    DRAFT,
    agreement_of,
    document_of,
    drawn_up,
)
from catalog_service.participation.errors import CASE_STEP, NO_AGREEMENT, NO_SIGNER, SIGNS_BOTH
from catalog_service.participation.fields import field_wrong
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case, day_of
from catalog_service.participation.papers import paper, put_paper, seal
from catalog_service.participation.parties import possible_steps, signs_both
from catalog_service.participation.periods import period_of
from catalog_service.participation.signing import signatures_of
from catalog_service.participation.tables import case_steps, cases
from catalog_service.participation.transitions import Transition
from catalog_service.secret_keys import SecretKeys
from ontology.errors import AtlasError, Named, Phrase
from ontology.languages import BilingualText
from translations import N_

_S: Final = case_steps.c

SIGNS: Final = ("sign", "countersign")
"""Steps that a signature confirms."""


def ask_code(atlas: Service, principal: Principal, case: Case) -> datetime:
    """Have a code sent with which somebody signs now; return until when it counts.

    Raises ``case-step`` where nothing is to be signed by them, ``signature-by-person``, and as
    `SignatureService.ask` does.
    """
    step = next((s.name for s in possible_steps(atlas, principal, case) if s.name in SIGNS), None)
    if step is None:
        label = MACHINES[case.kind].states[case.state]
        raise AtlasError(CASE_STEP, name=case.name, state=Named(case.state, label, "case state"))
    person = acting_person(principal)
    if person is None:
        raise AtlasError(NO_SIGNER, name=case.name)
    return signatures_of(atlas).ask(person, case, step)


def _grant(
    atlas: Service, _principal: Principal, case: Case, details: Mapping[str, str]
) -> Transition:
    """Draw up the agreement; raises ``case-field-wrong`` and as `drawn_up` does."""
    period = period_of(case)
    if period is None:
        raise AtlasError(NO_AGREEMENT, name=case.name)
    first, asked = period
    last = day_of(details["until"]) if "until" in details else asked
    if not max(first, atlas.clock.today()) <= last <= asked:
        expected = N_("Give a day of the time that was asked for, and not one that is over.")
        raise field_wrong("until", Phrase(expected))
    agreement = drawn_up(atlas, case, (first, last))
    keys = SecretKeys.load(atlas.settings)
    sealed = seal(keys, case.number, DRAFT, agreement.written())

    def write(connection: sa.Connection, before: Case) -> None:
        put_paper(connection, before.number, DRAFT, sealed)

    kept = {**details, "agreement": agreement.template, "version": str(agreement.version)}
    return Transition(kept, write=write)


def _sign(
    atlas: Service, principal: Principal, case: Case, details: Mapping[str, str]
) -> Transition:
    """Sign as who applies; raises ``signature-…``."""
    return _signed(atlas, principal, case, details, "asker")


def _countersign(
    atlas: Service, principal: Principal, case: Case, details: Mapping[str, str]
) -> Transition:
    """Sign for the organization, and write the file that both signed; raises ``signature-…``."""
    if signs_both(atlas, principal, case):
        raise AtlasError(SIGNS_BOTH, name=case.name, organization=_organization(atlas, case))
    return _signed(atlas, principal, case, details, "handler")


def _signed(
    atlas: Service,
    principal: Principal,
    case: Case,
    details: Mapping[str, str],
    party: Literal["asker", "handler"],
) -> Transition:
    person = acting_person(principal)
    if person is None:
        raise AtlasError(NO_SIGNER, name=case.name)
    agreement = agreement_of(atlas, case)
    if agreement is None:
        raise AtlasError(NO_AGREEMENT, name=case.name)
    signatures = signatures_of(atlas)
    step = "sign" if party == "asker" else "countersign"
    signatures.confirm(person, case, step, details["code"])
    now = agreement.signed(party, details["signature"], atlas.clock.now())
    keys = SecretKeys.load(atlas.settings)
    papers = {DRAFT: seal(keys, case.number, DRAFT, now.written())}
    digest = agreement.digest()
    if party == "handler":
        document = write_pdf(document_of(case, now))
        papers[DOCUMENT] = seal(keys, case.number, DOCUMENT, document)
        digest = hashlib.sha256(document).hexdigest()

    def check(connection: sa.Connection) -> None:
        signatures.use(connection, person, case)

    def write(connection: sa.Connection, before: Case) -> None:
        for kind, sealed in papers.items():
            put_paper(connection, before.number, kind, sealed)

    return Transition({"digest": digest}, check=check, write=write)


def _file(
    atlas: Service, _principal: Principal, case: Case, _details: Mapping[str, str]
) -> Transition:
    """File it (报备) under the next number of the year, with the SHA-256 of its document."""
    document = paper(atlas, case.number, DOCUMENT)
    if document is None:
        raise AtlasError(NO_AGREEMENT, name=case.name)
    kept: dict[str, Any] = {"digest": hashlib.sha256(document).hexdigest()}
    year = atlas.clock.today().year

    def number(connection: sa.Connection) -> None:
        # Writers follow upon each other, so that two are never given the same.
        kept["number"] = f"{year}-{filed_in(connection, year) + 1:04d}"

    return Transition(kept, check=number)


def filed_in(connection: sa.Connection, year: int) -> int:
    """Return how many agreements were filed in a year: steps stay, so that numbers have no gap."""
    query = (
        sa.select(sa.func.count())
        .select_from(case_steps.join(cases, cases.c.number == _S.case))
        .where(
            cases.c.kind == "application",
            _S.step == "file",
            _S.day >= date(year, 1, 1),
            _S.day <= date(year, 12, 31),
        )
    )
    return int(connection.execute(query).scalar_one())


def _organization(atlas: Service, case: Case) -> Named:
    iri = case.organization or ""
    names = atlas.accounts.hierarchy.names(iri)
    return Named(iri, BilingualText(names["zh"], names["en"]))


PREPARED: Final[
    Mapping[str, Callable[[Service, Principal, Case, Mapping[str, str]], Transition]]
] = {
    "grant": _grant,
    "sign": _sign,
    "countersign": _countersign,
    "file": _file,
}
"""By the name of the step; all others as `transitions` has them."""
