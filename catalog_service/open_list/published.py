"""What of open lists is public: the versions that count, and those that are announced."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.accounts.service import organization_named
from catalog_service.context import Service
from catalog_service.open_list.errors import NO_PUBLIC_LIST
from catalog_service.open_list.model import Content, Version
from catalog_service.open_list.schedule import predecessor, to_come
from catalog_service.open_list.service import content_of, in_force, public_versions
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class PublicList:
    """A list that counts today, with all its versions."""

    version: Version
    content: Content
    versions: tuple[Version, ...]

    @property
    def announced(self) -> tuple[Version, ...]:
        """Versions that count from a later day on, by day."""
        return tuple(to_come(self.versions, self.version.in_force))

    @property
    def before(self) -> Version | None:
        """The version in whose place the one that counts came."""
        return predecessor(self.versions, self.version)


def year_of_lists(atlas: Service, year: int) -> list[tuple[Version, Content]]:
    """Return the lists of a year that count today, by organization."""
    counting = in_force(public_versions(atlas, year), atlas.clock.today())
    return [(one, content_of(atlas, one)) for one in counting.values()]


def years(atlas: Service) -> list[int]:
    """Return the years that have public lists, the newest first."""
    return sorted({one.year for one in public_versions(atlas)}, reverse=True)


def public_list(atlas: Service, year: int, name: str) -> PublicList:
    """Return the list of an organization, by IRI, code or name.

    Raises ``unknown-organization`` and ``no-public-open-list``.
    """
    organization = organization_named(atlas.vocabulary, name)
    versions = public_versions(atlas, year, organization)
    today = atlas.clock.today()
    found = in_force(versions, today).get((organization, year))
    if found is None:
        raise AtlasError(NO_PUBLIC_LIST, organization=name[:200], year=year)
    later = tuple(one for one in versions if one.number <= found.number or one.in_force > today)
    return PublicList(found, content_of(atlas, found), later)
