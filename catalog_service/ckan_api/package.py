"""A dataset as CKAN 2.11 describes a package, with its resources, organisation, groups, tags."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

from catalog_service.answers import Named
from catalog_service.ckan_api.names import facet_name, package_id, package_name
from catalog_service.context import Service
from catalog_service.datasets.model import Access, Description
from catalog_service.links import dataset_path
from ontology.dates import read_date, shown_date
from ontology.languages import pick
from translations import Lang

Json = dict[str, Any]

MOST: Final = 100
"""Resources and tags of one package; the RDF forms of the dataset have them all."""


def package_of(atlas: Service, one: Description, lang: Lang) -> Json:
    """Return a dataset as a package.

    ``metadata_created`` and ``metadata_modified`` are the dataset's own days of publication and
    change, as instants in UTC, and null where it gives none.
    """
    identity = package_id(one.source, one.remote_id)
    page = atlas.settings.public_url + dataset_path(one.source, one.remote_id)
    publishers = [organization_of(atlas, named, lang) for named in one.publishers]
    tags = list(dict.fromkeys(one.keywords))[:MOST]
    resources = [
        _resource(atlas, access, number, identity, lang)
        for number, access in enumerate(one.distributions[:MOST])
    ]
    contact = next(iter(one.contacts), {})
    license_ = next(iter(one.licenses), None)
    return {
        "id": identity,
        "name": package_name(one.source, one.remote_id),
        "title": pick(one.title, lang),
        "title_translated": _translated(one.title),
        "notes": pick(one.description, lang),
        "notes_translated": _translated(one.description),
        "url": next(iter(one.landing_pages), page),
        "author": None,
        "author_email": None,
        "maintainer": contact.get("name"),
        "maintainer_email": contact.get("email"),
        "license_id": license_.iri if license_ else None,
        "license_title": pick(license_.label, lang) if license_ else None,
        "license_url": license_.iri if license_ else None,
        "version": None,
        "type": "dataset",
        "state": "active",
        "private": False,
        "metadata_created": _instant(one.issued),
        "metadata_modified": _instant(one.modified),
        "owner_org": publishers[0]["id"] if publishers else None,
        "organization": publishers[0] if publishers else None,
        "groups": [_group(atlas, theme, lang) for theme in one.themes],
        "tags": [tag_of(name) for name in tags],
        "num_tags": len(tags),
        "resources": resources,
        "num_resources": len(resources),
        "extras": _extras(one, page, lang),
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }


def organization_of(atlas: Service, one: Named, lang: Lang, count: int | None = None) -> Json:
    """Return a publisher as an organisation, with the number of its packages where it is known."""
    title = pick(one.label, lang) or one.iri or ""
    name = facet_name(atlas, "publisher", one.iri) if one.iri else title
    found: Json = {
        "id": name,
        "name": name,
        "title": title,
        "display_name": title,
        "type": "organization",
        "description": "",
        "image_url": "",
        "image_display_url": "",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }
    return found if count is None else {**found, "package_count": count}


def group_of(name: str, title: str, count: int) -> Json:
    """Return a data domain as a group."""
    return {
        "id": name,
        "name": name,
        "title": title,
        "display_name": title,
        "type": "group",
        "description": "",
        "image_url": "",
        "image_display_url": "",
        "is_organization": False,
        "approval_status": "approved",
        "state": "active",
        "package_count": count,
    }


def tag_of(name: str) -> Json:
    """Return a keyword as a tag without a vocabulary."""
    shown = {"id": name, "name": name, "display_name": name}
    return {**shown, "state": "active", "vocabulary_id": None}


def _group(atlas: Service, one: Named, lang: Lang) -> Json:
    title = pick(one.label, lang) or one.iri or ""
    name = facet_name(atlas, "theme", one.iri) if one.iri else title
    shown = {"id": name, "name": name, "title": title, "display_name": title}
    return {**shown, "description": "", "image_display_url": ""}


def _resource(atlas: Service, one: Access, number: int, package: str, lang: Lang) -> Json:
    addresses = (*one.download_urls, *one.access_urls, *one.endpoint_urls)
    label = one.format
    format_ = ""
    if label is not None:
        format_ = label.notation.upper() if label.notation else pick(label.label, lang)
    return {
        "id": f"{package}#{number}",
        "package_id": package,
        "position": number,
        "name": pick(one.title, lang) or format_,
        "description": pick(one.description, lang),
        "format": format_,
        "mimetype": _media_type(atlas, label),
        "size": one.byte_size,
        "url": next(iter(addresses), ""),
        "url_type": None,
        "resource_type": "api" if one.endpoint_urls else None,
        "state": "active",
        "datastore_active": False,
    }


def _media_type(atlas: Service, one: Named | None) -> str | None:
    found = atlas.vocabulary.media_type(one.iri) if one is not None and one.iri else None
    return None if found is None else found.rpartition("media-types/")[2] or None


def _extras(one: Description, page: str, lang: Lang) -> list[dict[str, str]]:
    told = {
        "iri": one.iri,
        "uri": one.focus,
        "page": page,
        "source": one.source,
        "identifier": one.remote_id,
        "access_rights": one.open_type.iri or "" if one.open_type else "",
        "open_type": pick(one.open_type.label, lang) if one.open_type else "",
        "update_frequency": pick(one.frequency.label, lang) if one.frequency else "",
        "issued": shown_date(one.issued),
        "modified": shown_date(one.modified),
        "spatial_text": "、".join(pick(place.label, lang) for place in one.spatial),
        "publisher_name": "、".join(pick(named.label, lang) for named in one.publishers),
    }
    return [{"key": key, "value": value} for key, value in told.items() if value]


def _translated(texts: dict[str, str]) -> dict[str, str]:
    # What has no language is mostly Chinese here.
    return {tag or "zh": text for tag, text in reversed(texts.items())}


def _instant(text: str | None) -> str | None:
    found = read_date(text)
    if found is None:
        return None
    return found.start.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()
