"""Who gets the notices of a source by webhook: the address, and the key that signs them.

An address often holds a token in its path or query, with which anybody could write to the receiver.
Both are kept encrypted, as one secret; the settings, and whoever is shown them, have the origin
alone (`shown_webhook`).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.journal import Journal
from catalog_service.notices.service import HIDDEN, retarget, shown_webhook
from catalog_service.settings import Settings
from catalog_service.sources.connection.secrets import SourceSecrets, new_secret
from catalog_service.sources.errors import WEBHOOK_NOT_PLAIN
from catalog_service.sources.tables import harvest_sources
from harvesters.platforms.web_address import parse
from ontology.errors import AtlasError


def is_hidden(address: str) -> bool:
    """Tell whether an address is one as it is shown, and not the whole of it."""
    return address.endswith(HIDDEN)


@dataclass(frozen=True, slots=True)
class Receiver:
    """An address, '' where only a key was made, and the key; neither is shown by ``repr``."""

    address: str = field(repr=False)
    key: bytes = field(repr=False)

    def to_secret(self) -> bytes:
        """Return it as it is encrypted."""
        key = base64.b64encode(self.key).decode()
        return orjson.dumps({"address": self.address, "key": key})


class WebhookReceivers:
    """Reads and writes them; the file of keys is read each time, and raises as `SourceSecrets`."""

    def __init__(self, journal: Journal, settings: Settings) -> None:
        self._journal = journal
        self._secrets = SourceSecrets(journal, settings)

    def of(self, source: str) -> Receiver | None:
        """Return the receiver of a source; None where it has neither address nor key."""
        secret = self._secrets.read(source, "webhook_secret")
        if secret is not None and secret.startswith(b"{"):
            parts = orjson.loads(secret)
            return Receiver(parts["address"], base64.b64decode(parts["key"]))
        clear = self._clear_address(source)
        if secret is None and clear is None:
            return None
        # Of an earlier version: the key alone was encrypted.
        return Receiver(clear or "", secret or new_secret())

    def encrypted(self, source: str, address: str) -> bytes:
        """Return a new address, to be stored with the source's settings.

        Another address gets a key of its own: whoever has the former one must not write to the new
        receiver. Raises ``webhook-not-plain``, without the address.
        """
        try:
            if is_hidden(address):
                raise AtlasError(WEBHOOK_NOT_PLAIN)
            parse(address)
        except AtlasError:
            raise AtlasError(WEBHOOK_NOT_PLAIN) from None
        known = self.of(source)
        key = known.key if known is not None and known.address == address else new_secret()
        return self._secrets.encrypted(source, "webhook_secret", Receiver(address, key).to_secret())

    def new_key(self, source: str) -> bytes:
        """Make a new key for a source, and return it; raises ``not-harvested``."""
        self.hide(source)
        known = self.of(source)
        made = Receiver("" if known is None else known.address, new_secret())
        self._secrets.write(source, "webhook_secret", made.to_secret())
        return made.key

    def hide_all(self) -> None:
        """Encrypt the addresses that an earlier version stored as they were."""
        with self._journal.reading_tables() as connection:
            sources = connection.execute(sa.select(harvest_sources.c.source)).scalars().all()
        for source in sources:
            self.hide(source)

    def hide(self, source: str) -> None:
        """Encrypt the address of a source where an earlier version stored it as it was."""
        address = self._clear_address(source)
        known = self.of(source) if address is not None else None
        if address is None or known is None:
            return
        secret = self._secrets.encrypted(source, "webhook_secret", known.to_secret())
        with self._journal.writing_tables() as connection:
            settings = _settings(connection, source) or {}
            if settings.get("notify_webhook") != address:
                return
            settings["notify_webhook"] = shown_webhook(address)
            connection.execute(
                harvest_sources.update()
                .where(harvest_sources.c.source == source)
                .values(settings=orjson.dumps(settings).decode(), webhook_secret=secret)
            )
            retarget(
                connection, "harvest.ended", source, before=address, now=shown_webhook(address)
            )

    def _clear_address(self, source: str) -> str | None:
        with self._journal.reading_tables() as connection:
            settings = _settings(connection, source)
        address = (settings or {}).get("notify_webhook")
        return address if isinstance(address, str) and not is_hidden(address) else None


def _settings(connection: sa.Connection, source: str) -> dict[str, Any] | None:
    text = connection.execute(
        sa.select(harvest_sources.c.settings).where(harvest_sources.c.source == source)
    ).scalar()
    return None if text is None else orjson.loads(text)
