"""What of open lists is public: the versions that count, and those that are announced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from catalog_service.accounts.service import organization_named
from catalog_service.context import Service
from catalog_service.open_list.differences import ItemChange, diff, ordered
from catalog_service.open_list.errors import NO_LIST_VERSION, NO_PUBLIC_LIST
from catalog_service.open_list.model import Content, StoredStep, Version
from catalog_service.open_list.schedule import counting, predecessor, replaced_by, to_come
from catalog_service.open_list.service import content_of, get, in_force, public_versions
from catalog_service.open_list.stored_lists import count_items
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class Announced:
    """What a version that is announced does with an item, with the codes of the reasons."""

    version: Version
    change: ItemChange
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicList:
    """A list that counts today, or one of its versions, with all of them."""

    version: Version
    """The one that counts today."""
    shown: Version
    """The one whose content this is."""
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

    def replaced_by(self, version: Version) -> Version | None:
        """Return what counts in the place of a version that never came into force; None: it did."""
        return replaced_by(self.versions, version)


def year_of_lists(atlas: Service, year: int) -> list[tuple[Version, Content]]:
    """Return the lists of a year that count today, by organization."""
    found = in_force(public_versions(atlas, year), atlas.clock.today())
    return [(one, content_of(atlas, one)) for one in found.values()]


def counted_lists(atlas: Service, year: int) -> list[tuple[Version, int]]:
    """Return how many items each list of a year has that counts today, by organization."""
    found = in_force(public_versions(atlas, year), atlas.clock.today())
    with atlas.journal.reading_tables() as connection:
        return [(one, count_items(connection, one.content)) for one in found.values()]


def years(atlas: Service) -> list[int]:
    """Return the years that have public lists, the newest first."""
    return sorted({one.year for one in public_versions(atlas)}, reverse=True)


def public_list(atlas: Service, year: int, name: str, number: int | None = None) -> PublicList:
    """Return the list of an organization, by IRI, code or name, or a version of it by its number.

    Raises ``unknown-organization``, ``no-public-open-list`` and ``no-open-list-version``.
    """
    organization = organization_named(atlas.vocabulary, name)
    versions = public_versions(atlas, year, organization)
    today = atlas.clock.today()
    found = in_force(versions, today).get((organization, year))
    if found is None:
        named = atlas.accounts.hierarchy.named(organization)
        raise AtlasError(NO_PUBLIC_LIST, organization=named, year=year)
    later = tuple(one for one in versions if one.number <= found.number or one.in_force > today)
    shown = found
    if number is not None:
        of_number = {one.number: one for one in later}
        if number not in of_number:
            raise AtlasError(NO_LIST_VERSION, number=number, known=", ".join(map(str, of_number)))
        shown = of_number[number]
    return PublicList(found, shown, content_of(atlas, shown), later)


def announced_changes(atlas: Service, found: PublicList) -> list[Announced]:
    """Return what is announced of a list, by day: what each version changes of the one before."""
    coming = found.announced
    if not coming:
        return []
    steps = get(atlas, found.version.organization, found.version.year).steps
    changes: list[Announced] = []
    before = content_of(atlas, found.version)
    for version in coming:
        after, codes = content_of(atlas, version), _codes_for(atlas, steps, found.versions, version)
        changes += [
            Announced(version, one, codes.get(one.key, ())) for one in ordered(diff(before, after))
        ]
        before = after
    return changes


def _codes_for(
    atlas: Service, steps: Iterable[StoredStep], versions: tuple[Version, ...], version: Version
) -> dict[str, tuple[str, ...]]:
    """Return the codes of the reasons for which items change on the day of an announced version.

    Those of the amendments for that day: others, of an earlier or a later day, made its versions
    anew. What one of them took back of what an earlier one announced has no reason any more.
    """
    found: dict[str, set[str]] = {}
    of_maker: dict[str, tuple[str, ...]] = {}
    for step in steps:
        codes = step.details.get("codes", {})
        made = {int(number) for number in step.details.get("versions", {})}
        made.add(int(step.details.get("version", 0)))
        if version.number in made:
            of_maker = {key: tuple(some) for key, some in codes.items()}
        if not codes or step.details.get("in_force") != version.in_force.isoformat():
            continue
        for key, some in codes.items():
            found.setdefault(key, set()).update(some)
        known = [one for one in versions if one.number <= max(made)]
        then = counting(known, version.in_force)
        last = counting(known, version.in_force - timedelta(1))
        if then is None or last is None:
            continue
        changed = {one.key for one in diff(content_of(atlas, last), content_of(atlas, then))}
        found = {key: some for key, some in found.items() if key in changed}
    # A change that no amendment for the day explains came with whoever made the version.
    return of_maker | {key: tuple(sorted(some)) for key, some in found.items()}
