"""Where organizations want their notices: a webhook, beside the persons who work for them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.context import Service
from catalog_service.journal import Journal
from catalog_service.notices.errors import WEBHOOK_ADDRESS_INVALID
from catalog_service.notices.model import Message
from catalog_service.notices.outbox import NewMessage, forget, put
from catalog_service.notices.persons import Notice
from catalog_service.notices.tables import organization_webhooks
from catalog_service.notices.webhook import post_webhook, secret_text, shown_webhook
from catalog_service.secret_keys import SecretKeys
from catalog_service.settings import Settings
from harvesters.platforms.web_address import parse
from ontology.errors import AtlasError

ORGANIZATION_NOTICE: Final = "organization-notice"
"""Kind of the outbox's messages to organizations."""
MAX_ADDRESS: Final = 2_000


@dataclass(frozen=True, slots=True)
class OrganizationReceiver:
    """Where an organization's notices go; neither address nor key is shown by ``repr``."""

    address: str = field(repr=False)
    key: bytes = field(repr=False)
    allow: tuple[str, ...] = ()
    """Inner addresses that may be reached for it."""


class OrganizationWebhooks:
    """Reads and writes them, in the journal's database; the file of keys is read each time."""

    def __init__(self, journal: Journal, settings: Settings) -> None:
        self._journal = journal
        self._settings = settings

    def shown(self) -> dict[str, str]:
        """Return the origin of each organization's address, by its IRI."""
        table = organization_webhooks
        query = sa.select(table.c.organization, table.c.shown).order_by(table.c.organization)
        with self._journal.reading_tables() as connection:
            return {row.organization: row.shown for row in connection.execute(query)}

    def of(self, organization: str) -> OrganizationReceiver | None:
        """Return where an organization's notices go; raises of the file of keys."""
        table = organization_webhooks
        query = sa.select(table.c.secret).where(table.c.organization == organization)
        with self._journal.reading_tables() as connection:
            stored = connection.execute(query).scalar()
        if stored is None:
            return None
        secret = SecretKeys.load(self._settings).decrypt(stored, _context(organization))
        parts = orjson.loads(secret)
        return OrganizationReceiver(
            parts["address"], base64.b64decode(parts["key"]), tuple(parts["allow"])
        )

    def set(
        self, organization: str, address: str, *, reason: str, allow: Iterable[str] = ()
    ) -> str:
        """Have an organization's notices sent to an address; return the key that signs them.

        What waits for the former address is not sent to the new one. Raises
        ``webhook-address-invalid``, and of the file of keys.
        """
        try:
            parse(address)
        except AtlasError:
            # Without the address, which may hold a token.
            raise AtlasError(WEBHOOK_ADDRESS_INVALID) from None
        if len(address) > MAX_ADDRESS:
            raise AtlasError(WEBHOOK_ADDRESS_INVALID)
        key = secrets.token_bytes(32)
        parts = {
            "address": address,
            "key": base64.b64encode(key).decode(),
            "allow": list(allow),
        }
        secret = SecretKeys.load(self._settings).encrypt(
            orjson.dumps(parts), _context(organization)
        )
        values = {"secret": secret, "shown": shown_webhook(address)}
        self._write(organization, values, reason)
        return secret_text(key)

    def remove(self, organization: str, *, reason: str) -> None:
        """Have an organization's notices sent nowhere any more."""
        self._write(organization, None, reason)

    def _write(self, organization: str, values: dict[str, Any] | None, reason: str) -> None:
        table = organization_webhooks
        with self._journal.writing_tables() as connection:
            connection.execute(table.delete().where(table.c.organization == organization))
            forget(connection, ORGANIZATION_NOTICE, organization)
            if values is not None:
                connection.execute(table.insert().values(organization=organization, **values))
            told = Entry(
                "settings.change",
                organization,
                organization=organization,
                reason=reason,
                details={"webhook": None if values is None else values["shown"]},
            )
            Audit(self._journal).append(connection, told)


def tell_organizations(
    journal: Journal,
    connection: sa.Connection,
    notice: Notice,
    covers: Callable[[str | None, str | None], bool],
) -> None:
    """Tell the organization that a notice is about, and those above it, by their webhooks.

    Within a transaction of the journal; ``covers`` as `Organizations.covers`.
    """
    table = organization_webhooks
    data = {"notice": notice.kind, "data": dict(notice.data), "path": notice.path}
    put(
        connection,
        [
            NewMessage(
                ORGANIZATION_NOTICE,
                row.organization,
                "webhook",
                row.shown,
                {**data, "organization": notice.organization},
            )
            for row in connection.execute(sa.select(table.c.organization, table.c.shown))
            if covers(row.organization, notice.organization)
        ],
        journal.clock.now(),
    )


def send_to_organization(atlas: Service, message: Message) -> bool:
    """Send a notice to an organization's webhook; False where it wants none there any more.

    Raises what `post_webhook` raises, and of the file of keys.
    """
    receiver = OrganizationWebhooks(atlas.journal, atlas.settings).of(message.about)
    if receiver is None or shown_webhook(receiver.address) != message.target:
        return False
    path = message.data["path"]
    body = {
        "type": message.data["notice"],
        "timestamp": message.created.isoformat(timespec="seconds"),
        "data": {
            **message.data["data"],
            "organization": message.data["organization"],
            "url": None if path is None else f"{atlas.settings.public_url}{path}",
        },
    }
    post_webhook(
        atlas,
        message.id,
        orjson.dumps(body),
        address=receiver.address,
        key=receiver.key,
        allow=receiver.allow,
    )
    return True


def _context(organization: str) -> str:
    return f"organization-webhook/{organization}"
