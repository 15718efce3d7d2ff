"""What the operator keeps in versions: the guide's table, templates of conditions, agreements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeVar

from catalog_service.accounts.service import Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.classification import stored
from catalog_service.classification.errors import UNKNOWN_TEMPLATE
from catalog_service.classification.fields import check_fields
from catalog_service.classification.model import (
    GUIDE,
    Agreement,
    AgreementVersion,
    Conditions,
    ConditionsVersion,
    Guide,
    Level,
    TextKind,
    Version,
)
from catalog_service.classification.table_file import read_conditions, read_levels
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from ontology.errors import AtlasError

LONGEST: Final = 2_000
"""Characters of a reason or an origin that are kept."""

T = TypeVar("T", ConditionsVersion, AgreementVersion)


def import_guide(
    atlas: Service, principal: Principal, file: tuple[str, bytes], in_force: date, origin: str
) -> Guide:
    """Keep another version of the guide's table; raises as `table_file.read_levels` does."""
    principal.require(Action.CLASSIFICATION_SET, None)
    levels = read_levels(atlas.vocabulary, *file)
    body = {"levels": [_level_body(one) for one in levels]}
    _keep(atlas, principal, "guide", {GUIDE: body}, in_force, origin)
    return guides(atlas)[-1]


def import_conditions(
    atlas: Service, principal: Principal, file: tuple[str, bytes], in_force: date, origin: str
) -> list[str]:
    """Keep a version of each template of conditions in a table; return their keys."""
    principal.require(Action.CLASSIFICATION_SET, None)
    found = read_conditions(atlas.vocabulary, *file)
    bodies = {
        key: {"name": one.name, "text": one.text, "industry": one.industry}
        for key, one in found.items()
    }
    _keep(atlas, principal, "conditions", bodies, in_force, origin)
    return list(found)


def put_agreement(
    atlas: Service,
    principal: Principal,
    key: str,
    agreement: Agreement,
    in_force: date,
    origin: str,
) -> None:
    """Keep another version of an agreement; raises ``agreement-fields``."""
    principal.require(Action.CLASSIFICATION_SET, None)
    check_fields(agreement.text)
    body = {"name": agreement.name, "text": agreement.text}
    _keep(atlas, principal, "agreement", {key: body}, in_force, origin)


def guides(atlas: Service) -> list[Guide]:
    """Return all versions of the guide's table, the oldest first."""
    return [
        Guide(version, tuple(Level(**one) for one in body["levels"]))
        for version, body in _texts(atlas, "guide")
    ]


def conditions_versions(atlas: Service) -> list[ConditionsVersion]:
    """Return all versions of all templates of conditions, by key and version."""
    return [ConditionsVersion(v, Conditions(**body)) for v, body in _texts(atlas, "conditions")]


def agreement_versions(atlas: Service, key: str | None = None) -> list[AgreementVersion]:
    """Return all versions of all agreements, or of one, by key and version."""
    return [
        AgreementVersion(version, Agreement(**body))
        for version, body in _texts(atlas, "agreement")
        if key is None or version.key == key
    ]


def guide_in_force(atlas: Service, day: date | None = None) -> Guide | None:
    """Return the table that counts on a day, today without one; None: none has been filled in."""
    day = day or atlas.clock.today()
    return next((one for one in reversed(guides(atlas)) if one.version.in_force <= day), None)


def in_force(versions: list[T], day: date) -> dict[str, T]:
    """Return the version of each template that counts on a day, by key."""
    return {one.version.key: one for one in versions if one.version.in_force <= day}


def agreement_in_force(atlas: Service, key: str, number: int | None = None) -> AgreementVersion:
    """Return an agreement as it counts today, or one of its versions.

    Raises ``unknown-template``.
    """
    versions = agreement_versions(atlas, key)
    if number is None:
        found = in_force(versions, atlas.clock.today()).get(key)
    else:
        found = next((one for one in versions if one.version.number == number), None)
    if found is None:
        raise AtlasError(UNKNOWN_TEMPLATE, key=key[:80])
    return found


def _keep(
    atlas: Service,
    principal: Principal,
    kind: TextKind,
    bodies: Mapping[str, dict[str, Any]],
    day: date,
    origin: str,
) -> None:
    with atlas.journal.writing_tables() as connection:
        # A right that ended while the table was read stops it.
        principal.anew().require(Action.CLASSIFICATION_SET, None)
        for key, body in bodies.items():
            number = stored.add_text(
                connection,
                kind,
                key,
                body,
                in_force=day,
                origin=origin.strip()[:LONGEST],
                actor=principal.actor,
                time=to_number(atlas.clock.now()),
            )
            details = {"kind": kind, "version": number, "in_force": day.isoformat()}
            atlas.audit.append(
                connection, Entry("classification.write", f"{kind} {key}", details=details)
            )


def _texts(atlas: Service, kind: TextKind) -> list[tuple[Version, dict[str, Any]]]:
    with atlas.journal.reading_tables() as connection:
        return stored.texts_of(connection, kind)


def _level_body(level: Level) -> dict[str, Any]:
    return {
        "code": level.code,
        "name": level.name,
        "definition": level.definition,
        "open_type": level.open_type,
    }
