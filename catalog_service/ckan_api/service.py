"""The actions of CKAN's API that this catalogue answers, by name."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Final

from catalog_service.ckan_api import groups
from catalog_service.ckan_api.arguments import Arguments
from catalog_service.ckan_api.errors import ACTION_UNKNOWN, NAME_NEEDED, NO_DATASTORE, NOT_FOUND
from catalog_service.ckan_api.names import package_name, possible_iris
from catalog_service.ckan_api.package import package_of
from catalog_service.ckan_api.search import package_search
from catalog_service.context import Service
from catalog_service.datasets.service import list_public, public_descriptions
from ontology.errors import AtlasError
from translations import Lang, translator

VERSION: Final = "2.11.0"
"""The version of CKAN whose answers these are like."""

_MOST: Final = 100_000
"""Names of one list of packages."""

_PAGE: Final = 100
"""Packages that are given whole at a time."""

Action = Callable[[Service, Arguments, Lang], object]


def answer(atlas: Service, action: str, given: Arguments, lang: Lang) -> object:
    """Return the result of an action; raises `AtlasError`."""
    known = ACTIONS.get(action)
    if known is None:
        raise AtlasError(ACTION_UNKNOWN, name=action[:80], known=", ".join(ACTIONS))
    return known(atlas, given, lang)


def package_show(atlas: Service, given: Arguments, lang: Lang) -> object:
    """Return one package by ``id``: its id, its name or its IRI."""
    name = given.text("id") or given.text("name_or_id")
    if not name:
        raise AtlasError(NAME_NEEDED, name="id")
    iris = list(possible_iris(atlas.settings.base_iri, name))
    for found in public_descriptions(atlas, iris):
        return package_of(atlas, found, lang)
    raise AtlasError(NOT_FOUND, name=name[:80])


def resource_show(atlas: Service, given: Arguments, lang: Lang) -> object:
    """Return one resource by ``id``: that of its package, ``#`` and its number."""
    name = given.text("id")
    if not name:
        raise AtlasError(NAME_NEEDED, name="id")
    package, _, _ = name.rpartition("#")
    iris = list(possible_iris(atlas.settings.base_iri, package)) if package else []
    for found in public_descriptions(atlas, iris):
        for resource in package_of(atlas, found, lang)["resources"]:
            if resource["id"] == name:
                return resource
    raise AtlasError(NOT_FOUND, name=name[:80])


def packages_with_resources(atlas: Service, given: Arguments, lang: Lang) -> object:
    """Return the packages themselves, a page at a time, the last changed first."""
    offset = given.number("offset", 0, 0, 10 * _MOST)
    limit = given.number("limit", _PAGE, 0, _PAGE)
    asked = Arguments({"rows": limit, "start": offset, "sort": "metadata_modified desc"})
    found = package_search(atlas, asked, lang)
    return found["results"]


def package_list(atlas: Service, given: Arguments, _: Lang) -> object:
    """Return the names of all packages, by source and identifier."""
    offset = given.number("offset", 0, 0, 10 * _MOST)
    limit = given.number("limit", _MOST, 0, _MOST)
    found = islice(list_public(atlas.journal, None, None), offset, offset + limit)
    return [package_name(one.source, one.remote_id) for one in found]


def status_show(atlas: Service, _: Arguments, lang: Lang) -> object:
    """Return what CKAN's clients ask first."""
    text = translator(lang).gettext
    return {
        "ckan_version": VERSION,
        "site_url": atlas.settings.public_url,
        "site_title": text("Shanghai Data Atlas"),
        "site_description": text("The catalogue of Shanghai's public data"),
        "locale_default": "zh_Hans_CN",
        "error_emails_to": None,
        "extensions": [],
    }


def help_show(_: Service, given: Arguments, lang: Lang) -> object:
    """Return where an action is described."""
    name = given.text("name")
    if name not in ACTIONS:
        raise AtlasError(NOT_FOUND, name=name[:80])
    return translator(lang).gettext(
        "{action}: as in version {version} of this API, for reading. What it keeps and what it "
        "refuses is told in docs/interoperability.md.",
        action=name,
        version=VERSION,
    )


def _no_datastore(_atlas: Service, _given: Arguments, _lang: Lang) -> object:
    raise AtlasError(NO_DATASTORE)


def _organizations(atlas: Service, given: Arguments, lang: Lang) -> object:
    return groups.listed(atlas, "organization", given, lang)


def _organization(atlas: Service, given: Arguments, lang: Lang) -> object:
    return groups.shown(atlas, "organization", given, lang)


def _groups(atlas: Service, given: Arguments, lang: Lang) -> object:
    return groups.listed(atlas, "group", given, lang)


def _group(atlas: Service, given: Arguments, lang: Lang) -> object:
    return groups.shown(atlas, "group", given, lang)


def _tags(atlas: Service, given: Arguments, _: Lang) -> object:
    return groups.tag_list(atlas, given)


ACTIONS: Final[dict[str, Action]] = {
    "site_read": lambda *_: True,
    "status_show": status_show,
    "help_show": help_show,
    "package_search": package_search,
    "package_show": package_show,
    "package_list": package_list,
    "current_package_list_with_resources": packages_with_resources,
    "resource_show": resource_show,
    "organization_list": _organizations,
    "organization_show": _organization,
    "group_list": _groups,
    "group_show": _group,
    "tag_list": _tags,
    "tag_show": lambda atlas, given, _: groups.tag_shown(atlas, given),
    # What a catalogue without accounts and vocabularies has none of.
    "organization_list_for_user": lambda *_: [],
    "group_list_authz": lambda *_: [],
    "vocabulary_list": lambda *_: [],
    "datastore_search": _no_datastore,
    "datastore_search_sql": _no_datastore,
    "datastore_info": _no_datastore,
}
