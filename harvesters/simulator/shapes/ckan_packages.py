"""What CKAN 2.9 to 2.11 says of a dataset, its resources and its organization."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import Any, Final

from harvesters.simulator.dataset import Dataset
from harvesters.simulator.description import CONDITION, SITE, Description

_NAMESPACE: Final = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


def describe_package(d: Description, *, older: bool) -> dict[str, Any]:
    """Return the package of a dataset; ``older`` are versions before 2.10."""
    dataset = d.dataset
    organization = organization_of(dataset, d.organization)
    resources = [_resource(d, n, form, older=older) for n, form in enumerate(dataset.formats, 1)]
    extras = {
        "identifier": d.id,
        "open_type": d.open_type,
        "update_frequency": d.frequency,
        "data_domain": d.domain,
        "cou_theme_cls": d.national_theme,
        "issued": d.issued,
        "modified": d.modified,
        "spatial_text": dataset.area.name,
        "data_volume": d.rows,
        "fields": "、".join(f.name for f in dataset.fields),
    }
    if dataset.open_type == "conditional":
        extras["open_condition"] = CONDITION
    package: dict[str, Any] = {
        "author": None,
        "author_email": None,
        "creator_user_id": str(uuid.uuid5(_NAMESPACE, "creator")),
        "id": package_id(dataset.id),
        "isopen": False,
        "license_id": "notspecified",
        "license_title": "License not specified",
        "maintainer": dataset.organization.office,
        "maintainer_email": None,
        "metadata_created": f"{dataset.issued}T01:00:00.000000",
        "metadata_modified": changed_at(dataset),
        "name": package_name(dataset),
        "notes": d.summary,
        "num_resources": len(resources),
        "num_tags": len(dataset.keywords),
        "organization": organization,
        "owner_org": organization["id"],
        "private": False,
        "state": "active",
        "title": d.title,
        "type": "dataset",
        "url": d.landing_page,
        "version": None,
        "extras": [
            # CKAN keeps extras as text, whatever was put in.
            {"key": key, "value": value if isinstance(value, str) else str(value)}
            for key, value in extras.items()
            if value is not None
        ],
        "groups": [],
        "resources": resources,
        "tags": [
            {"display_name": tag, "id": str(uuid.uuid5(_NAMESPACE, tag)), "name": tag,
             "state": "active", "vocabulary_id": None}
            for tag in dataset.keywords
        ],
        "relationships_as_object": [],
        "relationships_as_subject": [],
    }  # fmt: skip
    if older:
        package["revision_id"] = str(uuid.uuid5(_NAMESPACE, f"{dataset.id}{dataset.version}"))
    return package


def _resource(d: Description, number: int, form: str, *, older: bool) -> dict[str, Any]:
    dataset = d.dataset
    address = (
        f"{SITE}/interface/{dataset.id}/1"
        if form == "api"
        else f"{SITE}/zq/api/download_file_pro/?path={dataset.id}.{form}"
    )
    found: dict[str, Any] = {
        "cache_last_updated": None,
        "cache_url": None,
        "created": f"{dataset.issued}T01:00:00.000000",
        "description": "",
        "format": "API" if form == "api" else form.upper(),
        "hash": "",
        "id": str(uuid.uuid5(_NAMESPACE, f"{dataset.id}/{number}")),
        "last_modified": changed_at(dataset),
        "metadata_modified": changed_at(dataset),
        "mimetype": None,
        "mimetype_inner": None,
        "name": f"{dataset.title}（{form}）",
        "package_id": package_id(dataset.id),
        "position": number - 1,
        "resource_type": None,
        "size": None,
        "state": "active",
        "url": address,
        "url_type": None,
    }
    if older:
        found["revision_id"] = str(uuid.uuid5(_NAMESPACE, f"{dataset.id}{dataset.version}"))
    return found


def package_name(dataset: Dataset) -> str:
    """Return the name of a package: CKAN allows small letters only."""
    return dataset.id.lower()


def package_id(dataset_id: str) -> str:
    """Return the UUID of a package."""
    return str(uuid.uuid5(_NAMESPACE, dataset_id))


def changed_at(dataset: Dataset) -> str:
    """Return the date of change as CKAN writes it: UTC, without saying so."""
    return f"{dataset.modified.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"


def organization_of(dataset: Dataset, title: object) -> dict[str, Any]:
    """Return the organization of a package."""
    return {
        "id": str(uuid.uuid5(_NAMESPACE, dataset.organization.notation)),
        "name": dataset.organization.notation,
        "title": title,
        "type": "organization",
        "description": "",
        "image_url": "",
        "created": "2016-03-01T09:00:00.000000",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }
