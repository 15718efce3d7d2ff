"""The report of a run as it is shown and sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from catalog_service.answers import Message, Shown
from catalog_service.context import Service
from catalog_service.duplicates.model import CityRecord, JudgedPair, Side
from catalog_service.duplicates.service import reason_text
from catalog_service.links import dataset_path
from catalog_service.rules.model import RuleFindings, RuleTally
from catalog_service.sources.run_answers import RunDetail
from catalog_service.sources.waiting_removals import WaitingRemoval
from ontology.languages import Texts

Effect = Literal[
    "created", "updated", "revived", "released", "closed", "held", "missing", "withdrawn"
]
"""What a run did to a record; ``closed``: its new version is 非开放, or not public otherwise."""

EFFECTS: Final[tuple[Effect, ...]] = (
    *("created", "updated", "revived", "released"),
    *("closed", "missing", "withdrawn", "held"),
)
"""In the order in which they are shown."""


class ReportChange(Shown):
    """What the run did to one record."""

    seq: int
    time: datetime
    effect: Effect
    remote_id: str
    title: Texts
    url: str


class CityDataset(Shown):
    """What the city publishes on the same subject."""

    iri: str
    source: str
    remote_id: str
    title: str
    url: str


class HeldRecord(Shown):
    """A record of which the run brought a version that still waits, and why it does."""

    seq: int
    remote_id: str
    title: Texts
    url: str
    findings: list[RuleFindings]
    """Each with its article and what it demands, which mends it."""
    doubts: list[Message]
    """Why a value may mean 非开放."""
    repeats: list[CityDataset]
    """What of the city's it repeats, where that is why it waits (R07)."""


class RepeatedDataset(CityDataset):
    """The same with how sure it is (0 to 1), and why."""

    score: float
    reasons: list[Message]


class RepeatingRecord(Shown):
    """A public record that the run took in and that repeats what the city publishes (R07)."""

    seq: int
    remote_id: str
    title: str
    url: str
    repeats: list[RepeatedDataset]


class RunReport(Shown):
    """A run, what it changed, and what needs a steward: the latter is told to stewards only.

    Lists are in the order of the run. ``next`` of each is ``after`` of its next page.
    """

    run: RunDetail
    effects: dict[str, int]
    """Number of changes by effect."""
    changes: list[ReportChange]
    changes_next: int | None
    rules: list[RuleTally] | None = None
    """What the rules find in what the run brought, as far as it still is the latest version."""
    held: list[HeldRecord] | None = None
    held_next: int | None = None
    repeating: list[RepeatingRecord] | None = None
    """Null while the catalogue's records are being compared, seconds after a start."""
    repeating_next: int | None = None
    removals: list[WaitingRemoval] | None = None
    """What would be removed if a steward approved; empty for a run that waits with nothing."""
    removals_next: int | None = None
    renumbered: int | None = None
    """New records that bear the title of one to be removed: has the platform renumbered?"""
    mend: Message | None = Field(default=None)
    """What to do about what is held or refused."""


MEND: Final = Message(
    zh="请在来源平台上改正后等待下一次访问，或由管理员放行待查版本。"
    "被拒绝的数据集在每次访问时都会重新读取。",
    en="Mend it on the source's platform: the next visit takes it in. A steward may also release a "
    "version that waits. Refused datasets are read again with each visit.",
)


def city_dataset(atlas: Service, record: CityRecord) -> CityDataset:
    """Return a record of the city's."""
    return CityDataset(**_named(atlas, record))


def _named(atlas: Service, record: CityRecord | Side) -> dict[str, str]:
    return {
        "iri": record.iri,
        "source": record.source,
        "remote_id": record.remote_id,
        "title": record.title,
        "url": atlas.settings.public_url + dataset_path(record.source, record.remote_id),
    }


def repeated_dataset(atlas: Service, pair: JudgedPair) -> RepeatedDataset:
    """Return the city's record of a pair, with how sure it is and why."""
    return RepeatedDataset(
        **_named(atlas, pair.other),
        score=pair.score,
        reasons=[
            Message(zh=reason_text(reason, "zh"), en=reason_text(reason, "en"))
            for reason in pair.reasons
        ],
    )
