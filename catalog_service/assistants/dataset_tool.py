"""The tool ``describe_dataset``: what one dataset holds, how fresh it is, who may use it."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from catalog_service.answers import Shown
from catalog_service.assistants.model import Answer, Arguments, Asker, DatasetName, Tool
from catalog_service.assistants.quoting import (
    MAX_TEXT,
    Thing,
    name_of,
    quote,
    quote_texts,
    thing,
    things,
)
from catalog_service.datasets.model import Access, Description
from catalog_service.datasets.service import description_of, find_public, findings_of, freshness
from catalog_service.datasets.service import quality_of as judged
from catalog_service.links import dataset_path
from catalog_service.rules.model import RuleFindings
from ontology.dates import SHANGHAI
from translations import N_, Lang

MAX_FIELDS: Final = 200
MAX_WAYS: Final = 20
_LONG: Final = 400


class DescribeArguments(Arguments):
    """Which dataset."""

    dataset: DatasetName
    fields: int = Field(50, ge=0, le=MAX_FIELDS, description="Data items to list.")


class FieldShown(Shown):
    """A data item."""

    name: str
    type: str | None
    description: str | None


class WayShown(Shown):
    """A way to get the data."""

    title: str | None
    format: str | None
    mode: str | None
    addresses: list[str]
    byte_size: int | None
    needs_application: bool | None
    licenses: list[Thing]


class DatasetRecord(Shown):
    """What the record says."""

    title: str | None
    description: str | None
    publishers: list[Thing]
    themes: list[Thing]
    keywords: list[str]
    places: list[Thing]
    periods: list[str]
    issued: str | None
    modified: str | None
    update_frequency: Thing | None
    row_count: int | None
    open_type: Thing | None
    conditions: list[str]
    reasons_for_conditions: list[Thing]
    agreements: list[Thing]
    licenses: list[Thing]
    rights: list[Thing]
    landing_pages: list[str]
    access: list[WayShown]
    access_count: int
    fields: list[FieldShown]
    field_count: int
    contacts: list[dict[str, str]]


class FreshnessShown(Shown):
    """The day of update against what the publisher promised."""

    verdict: str = Field(
        description="ontime, late, vague (depends on the day), never (not updated any more), "
        "nopromise, nodate, future"
    )
    days_since_update: int | None


class FindingShown(Shown):
    """What a rule finds."""

    rule: str
    severity: str
    message: str
    article: str
    count: int


class QualityShown(Shown):
    """How many of the automatic rules the description passes; says nothing of the data."""

    rules_checked: int
    rules_passed: int
    findings: list[FindingShown]


class DescribeAnswer(Answer):
    """One dataset."""

    iri: str
    page: str
    source: str
    described_since: str
    freshness: FreshnessShown
    quality: QualityShown
    not_stated: list[str]
    record: DatasetRecord


_ASKED: Final = (
    *("description", "publishers", "themes", "places", "periods", "issued", "modified"),
    *("update_frequency", "row_count", "open_type", "licenses", "access", "fields", "contacts"),
)
"""What a reader would want to know: named in ``not_stated`` where the record does not say."""


def record_of(description: Description, lang: Lang, fields: int) -> DatasetRecord:
    """Return what a description says, in a language."""
    conditions = (*description.conditions, *description.condition_supplements)
    return DatasetRecord(
        title=quote_texts(description.title, lang),
        description=quote_texts(description.description, lang, MAX_TEXT),
        publishers=things(description.publishers, lang),
        themes=things(description.themes, lang),
        keywords=[quote(word) for word in description.keywords[:MAX_WAYS]],
        places=things(description.spatial[:MAX_WAYS], lang),
        periods=[f"{start or '..'}/{end or '..'}" for start, end in description.temporal],
        issued=description.issued,
        modified=description.modified,
        update_frequency=thing(description.frequency, lang),
        row_count=description.row_count,
        open_type=thing(description.open_type, lang),
        conditions=[text for one in conditions if (text := quote_texts(one, lang, MAX_TEXT))],
        reasons_for_conditions=things(description.conditional_reasons, lang),
        agreements=things(description.agreements, lang),
        licenses=things(description.licenses, lang),
        rights=things(description.rights, lang),
        landing_pages=[quote(url, _LONG) for url in description.landing_pages],
        access=[_way(one, lang) for one in description.distributions[:MAX_WAYS]],
        access_count=description.distribution_count,
        fields=[
            FieldShown(
                name=quote_texts(one.title, lang) or "",
                type=None if one.datatype is None else quote(one.datatype),
                description=quote_texts(one.description, lang, _LONG),
            )
            for one in description.data_items[:fields]
        ],
        field_count=description.data_item_count,
        contacts=[
            {name: quote(text) for name, text in contact.items()}
            for contact in description.contacts
        ],
    )


def _way(access: Access, lang: Lang) -> WayShown:
    addresses = (*access.endpoint_urls, *access.download_urls, *access.access_urls)
    return WayShown(
        title=quote_texts(access.title, lang),
        format=name_of(access.format, lang),
        mode=name_of(access.mode, lang),
        addresses=[quote(url, _LONG) for url in dict.fromkeys(addresses)],
        byte_size=access.byte_size,
        needs_application=access.requires_application,
        licenses=things(access.licenses, lang),
    )


def _not_stated(record: DatasetRecord, *, counted: int) -> list[str]:
    missing = [
        name for name in _ASKED if name != "fields" and getattr(record, name) in (None, "", [])
    ]
    if not counted:
        missing.append("fields")
    if any(way.licenses for way in record.access) and "licenses" in missing:
        missing.remove("licenses")
    return missing


def _finding(one: RuleFindings, lang: Lang) -> FindingShown:
    return FindingShown(
        rule=one.rule,
        severity=one.severity,
        message=getattr(one.message, lang),
        article=getattr(one.article, lang),
        count=one.count,
    )


def _describe(asker: Asker, asked: DescribeArguments) -> DescribeAnswer:
    atlas = asker.atlas
    version = find_public(atlas, asked.dataset)
    description = description_of(atlas, version)
    fresh = freshness(description, atlas.clock.today())
    findings = findings_of(atlas, version)
    quality = judged(atlas, findings)
    record = record_of(description, asked.lang, asked.fields)
    return DescribeAnswer(
        iri=version.iri,
        page=atlas.settings.public_url + dataset_path(version.source, version.remote_id),
        source=version.source,
        described_since=version.changed.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        freshness=FreshnessShown(verdict=fresh.verdict, days_since_update=fresh.days),
        quality=QualityShown(
            rules_checked=quality.checked,
            rules_passed=quality.passed,
            findings=[_finding(one, asked.lang) for one in findings],
        ),
        not_stated=_not_stated(record, counted=description.data_item_count),
        record=record,
    )


TOOL: Final = Tool(
    "describe_dataset",
    N_("Describe a dataset"),
    N_(
        "Tells of one public dataset what it holds (data items), how fresh it is against its "
        "publisher's promise, under which conditions and licence it may be used, where it is, what "
        "the rules find in its description, and what is not stated. It does not give the data."
    ),
    DescribeArguments,
    _describe,
)
