"""Telling all whom something concerns: persons by their preference, organizations by webhook."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.notices.organization_webhooks import tell_organizations
from catalog_service.notices.persons import Notice, PersonalNotices


def tell_all(
    atlas: Service, connection: sa.Connection, notice: Notice, persons: Iterable[str]
) -> None:
    """Tell persons, and the organization that it is about, within a transaction of the journal.

    The persons are looked up before (`Accounts.who_may`): a transaction that writes waits for
    nothing else.
    """
    PersonalNotices(atlas.journal).tell(connection, notice, persons)
    if notice.organization is not None:
        covers = atlas.accounts.hierarchy.covers
        tell_organizations(atlas.journal, connection, notice, covers)
