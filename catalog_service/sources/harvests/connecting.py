"""A source connected to its platform: what is set of it, checked before it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from pydantic import ValidationError

from catalog_service.catalog.admission import check_source_id
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.journal.model import Source
from catalog_service.journal.schema import sources
from catalog_service.notices.service import shown_webhook
from catalog_service.sources.connection.harvest_settings import GivenSettings, HarvestSettings
from catalog_service.sources.connection.model import HarvestSource
from catalog_service.sources.connection.source_store import (
    disconnect,
    put_columns,
    put_settings,
    settings_of,
)
from catalog_service.sources.connection.webhook_receivers import WebhookReceivers
from catalog_service.sources.errors import BAD_SETTING, NO_PEER, NOT_HARVESTED
from catalog_service.sources.harvests.platforms import opened
from catalog_service.sources.harvests.schedule import check_schedule, next_visit
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.model import PEER_PATHS
from catalog_service.sources.registry import tell_change
from catalog_service.sources.tables import harvest_sources
from harvesters.protocols import Gate
from ontology.errors import AtlasError, Phrase

NONE = "none"
"""What is given instead of a line of cron or an address of notices, to take it away."""

_QUOTED: Final = re.compile("'([^']*)'")

BY_HAND = ("push", "spreadsheet")
"""Types that need no address: clients push to them, or files are imported by hand."""


def connect(
    atlas: Service,
    name: str,
    *,
    kind: str | None = None,
    title: str | None = None,
    url: str | None = None,
    gate: Gate | None = None,
    paused: bool | None = None,
    restore: bool = False,
    given: Mapping[str, Any],
) -> tuple[Source, HarvestSource | None]:
    """Add a source, or change what is given of one that is there; ``given``: its settings.

    ``restore`` takes back one that was removed, which is refused else (``source-removed``).

    Nothing is stored unless all of it is right, and then all of it at once. A source that becomes
    one of type ``push`` is not visited any more: its settings and credentials are forgotten.

    Raises ``illegal-source-id``,
    ``unknown-platform``, ``unknown-option``, ``bad-schedule``, ``bad-setting``, ``no-peer``,
    ``webhook-not-plain``, and what is wrong with an address or the file of keys. The second part is
    None for a source that is not visited.
    """
    check_source_id(name)
    while True:
        try:
            return _connect(
                atlas,
                name,
                kind=kind,
                title=title,
                url=url,
                gate=gate,
                paused=paused,
                restore=restore,
                given=given,
            )
        except _ChangedError:
            # Somebody else was faster; what is given now is put into what they left.
            continue


class _ChangedError(Exception):
    """What was read of a source has been changed before it was written."""


def _connect(
    atlas: Service,
    name: str,
    *,
    kind: str | None,
    title: str | None,
    url: str | None,
    gate: Gate | None,
    paused: bool | None,
    restore: bool,
    given: Mapping[str, Any],
) -> tuple[Source, HarvestSource | None]:
    """Do it with what is read now; raises `_ChangedError` where that is no longer so."""
    store = HarvestStore(atlas.journal, atlas.clock)
    there = atlas.journal.source(name)
    before = _stored(store, name)
    kind = kind or (there.type if there is not None else "push")
    address = url or (there.url if there is not None else None)

    def check(connection: sa.Connection) -> None:
        query = sa.select(sources.c.type, sources.c.url).where(sources.c.id == name)
        found = connection.execute(query).first()
        read = None if there is None else (there.type, there.url)
        known = None if before is None else before.settings
        if (None if found is None else tuple(found)) != read or (
            settings_of(connection, name) != known
        ):
            raise _ChangedError

    told = {**given, "type": kind, "title": title, "url": url, "gate": gate, "paused": paused}

    register = partial(
        atlas.journal.put_source,
        name,
        kind=kind,
        title=title,
        url=url,
        gate=gate,
        paused=paused,
        restore=restore,
    )
    if kind not in BY_HAND or (kind != "push" and address):
        settings = _settings(before, given)
        source = HarvestSource(name, settings)
        planned = Source(
            name, kind, title or name, gate or "report", False, atlas.clock.now(), address
        )
        if settings.peer and kind not in PEER_PATHS:
            raise AtlasError(NO_PEER, type=kind, types=", ".join(PEER_PATHS))
        with opened(atlas, planned, source):
            pass  # its type, options, address and allowances are right
        settings, secrets = _hidden(atlas, name, before, settings)
        moved = there is not None and (
            (kind, address) != (there.type, there.url)
            or (before is not None and settings.options != before.settings.options)
        )
        due = _due(before, settings, atlas.clock.now())

        def put(connection: sa.Connection) -> None:
            check(connection)
            put_settings(connection, name, settings, moved=moved, secrets=secrets)
            put_columns(connection, name, due)
            tell_change(connection, atlas.journal, name, told)

        registered = register(beside=put)
        return registered, store.source(name)
    if given:
        raise AtlasError(NOT_HARVESTED, source=name)

    def take_away(connection: sa.Connection) -> None:
        check(connection)
        disconnect(connection, name)
        tell_change(connection, atlas.journal, name, told)

    return register(beside=take_away), None


def _hidden(
    atlas: Service, name: str, before: HarvestSource | None, settings: HarvestSettings
) -> tuple[HarvestSettings, dict[str, bytes | None]]:
    """Return the settings without the address of a webhook, and what is to be kept encrypted."""
    webhook = settings.notify_webhook or None
    kept = None if before is None else before.settings.notify_webhook
    receivers = WebhookReceivers(atlas.journal, atlas.settings)
    if webhook is None:
        return settings, {} if kept is None else {"webhook_secret": None}
    if webhook == kept:
        # As it was shown to whoever changes something else.
        receivers.hide(name)
        return settings, {}
    secret = receivers.encrypted(name, webhook)
    shown = settings.model_copy(update={"notify_webhook": shown_webhook(webhook)})
    return shown, {"webhook_secret": secret}


def _due(before: HarvestSource | None, settings: HarvestSettings, now: datetime) -> dict[str, Any]:
    """Return the column of the next visit, if it is to be set.

    As long as its schedule is the same, that is the affair of the scheduler, which notes there what
    it is about, and of who asks for a visit.
    """
    planned = next_visit(settings, now)
    number = None if planned is None else to_number(planned)
    if before is None or before.settings.schedule != settings.schedule:
        return {"due": number}
    return {} if number is None else {"due": sa.func.coalesce(harvest_sources.c.due, number)}


def is_visited(atlas: Service, name: str) -> bool:
    """Tell whether a source is connected to a platform."""
    return _stored(HarvestStore(atlas.journal, atlas.clock), name) is not None


def _stored(store: HarvestStore, name: str) -> HarvestSource | None:
    try:
        return store.source(name)
    except AtlasError as error:
        if error.kind is not NOT_HARVESTED:
            raise
        return None


def _settings(before: HarvestSource | None, given: Mapping[str, Any]) -> HarvestSettings:
    values = dict(given)
    for setting in ("schedule", "notify_webhook"):
        if values.get(setting) == NONE:
            values[setting] = None
    if values.get("notify_emails") == (NONE,):
        values["notify_emails"] = ()
    wanted = _checked(values)
    if "schedule" in wanted and wanted["schedule"] is not None:
        check_schedule(wanted["schedule"])
    stored = {} if before is None else before.settings.model_dump()
    if "options" in wanted:
        # An empty value takes an option away.
        merged = {**stored.get("options", {}), **wanted["options"]}
        wanted["options"] = {option: value for option, value in merged.items() if value}
    return HarvestSettings.model_validate({**stored, **wanted})


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is given as the model has it; raises ``bad-setting``."""
    try:
        return GivenSettings.model_validate(values).model_dump(exclude_unset=True)
    except ValidationError as error:
        first = error.errors()[0]
        setting = ".".join(str(part) for part in first["loc"])
        raise AtlasError(BAD_SETTING, setting=setting, reason=_reason(dict(first))) from error


def _reason(error: Mapping[str, Any]) -> Phrase:
    """Return what is wrong with a setting; pydantic's own words are English."""
    context = error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return Phrase("at least {least} is wanted", {"least": f"{context['ge']:g}"})
        case "greater_than":
            return Phrase("more than {least} is wanted", {"least": f"{context['gt']:g}"})
        case "less_than_equal":
            return Phrase("at most {most} is wanted", {"most": f"{context['le']:g}"})
        case "string_too_long":
            return Phrase("at most {most} characters are wanted", {"most": context["max_length"]})
        case "too_long":
            return Phrase("at most {most} of them are wanted", {"most": context["max_length"]})
        case "literal_error":
            known = ", ".join(_QUOTED.findall(context["expected"]))
            return Phrase("one of {known} is wanted", {"known": known})
        case "extra_forbidden":
            return Phrase("there is no such setting")
        case _:
            return Phrase("it is not of the kind that is wanted")
