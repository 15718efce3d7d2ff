"""What of a night's files comes first, and when the night has had enough of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from catalog_service.clock import SHANGHAI
from catalog_service.journal.model import StoredRecord
from catalog_service.quality.addresses.planning import address_allowed
from catalog_service.settings import Settings
from harvesters.platforms.web_address import parse
from ontology.errors import AtlasError
from ontology.limits import MIB


@dataclass(slots=True)
class Night:
    """How much is fetched in one night, and what is left of that: ``files`` and ``bytes``.

    Seconds are those of this process: after a restart they begin anew, the others do not.
    """

    hosts: str
    """As of the setting: `address_allowed`."""
    files: int
    bytes: int
    seconds: float
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the night that the operator allows."""
        return cls(
            settings.quality_fetch_hosts,
            settings.quality_fetch_files,
            settings.quality_fetch_mb * MIB,
            settings.quality_fetch_minutes * 60.0,
        )

    def took(self, files: int, size: int) -> None:
        """Count what was fetched."""
        self.files -= files
        self.bytes -= size

    @property
    def is_over(self) -> bool:
        """Whether no further file is fetched."""
        return self.files <= 0 or self.bytes <= 0 or time.monotonic() - self.began >= self.seconds

    def reaches(self, address: str) -> bool:
        """Tell whether the operator names the host of an address, and its port."""
        try:
            return address_allowed(self.hosts, parse(address))
        except AtlasError:
            return False


def in_order(records: Iterable[StoredRecord], seen: Mapping[str, date]) -> list[str]:
    """Return the records' IRIs: first those whose file was never looked at, or that changed since.

    Of these, and of the others, those that were looked at longest ago come first; ``seen`` has the
    last day by IRI.
    """

    def turn(record: StoredRecord) -> tuple[bool, date, str]:
        last = seen.get(record.iri, date.min)
        # On the day of the look, too: it may have been before the change.
        is_new = record.changed.astimezone(SHANGHAI).date() >= last
        return not is_new, last, record.iri

    # Only what orders them is held, not their contents.
    return [iri for _, _, iri in sorted(map(turn, records))]
