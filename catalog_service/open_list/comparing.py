"""What a list is compared with: the catalogue, what was filed, another year, another version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.open_list.differences import ItemChange, counts, diff, ordered
from catalog_service.open_list.drafting import from_catalog
from catalog_service.open_list.errors import LIST_NOT_FILED, NO_PUBLIC_LIST
from catalog_service.open_list.model import GIVEN_UP, Content, OpenList, Version
from catalog_service.open_list.published import PublicList, public_list
from catalog_service.open_list.service import content_of
from catalog_service.open_list.stored_lists import read_content
from catalog_service.open_list.taking import get
from ontology.errors import AtlasError
from translations import N_

CATALOG: Final = "catalog"
FILED: Final = "filed"
_YEAR: Final = re.compile(r"2\d{3}")
_VERSION: Final = re.compile(r"v(\d{1,6})")

_LIST, _CATALOG = N_("List of {year}"), N_("Catalogue")
_FILED, _VERSION_LABEL = N_("As it was filed, number {number}"), N_("Version {number} of {year}")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two: what it is called (marked for translation), and what it says."""

    label: str
    params: dict[str, int]
    content: Content


@dataclass(frozen=True)
class Comparison:
    """Two contents of an organization's lists, the earlier one first."""

    organization: str
    year: int
    against: str
    before: Side
    after: Side

    @cached_property
    def changes(self) -> list[ItemChange]:
        """What differs, as people read it."""
        return ordered(diff(self.before.content, self.after.content))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind."""
        return counts(frozenset(self.changes))


def compare(atlas: Service, there: OpenList, against: str = "") -> Comparison:
    """Compare a list at work: ``catalog``, ``filed`` (when it was last), or a year.

    Empty: last year's, where there is one, else the catalogue. Raises ``unknown-open-list`` (of the
    year), ``open-list-not-filed`` and ``parameter-invalid``.
    """
    organization, year = there.organization, there.year
    itself = _of_year(there)
    if not against:
        against = str(year - 1) if _has_list(atlas, organization, year - 1) else CATALOG
    if against == CATALOG:
        after = Side(_CATALOG, {}, from_catalog(atlas, organization))
        return Comparison(organization, year, against, itself, after)
    if against == FILED:
        filed = next((one for one in reversed(there.steps) if one.step == "file"), None)
        if filed is None:
            raise AtlasError(LIST_NOT_FILED)
        with atlas.journal.reading_tables() as connection:
            content = read_content(connection, filed.content)
        before = Side(_FILED, {"number": int(filed.details["filing_number"])}, content)
        return Comparison(organization, year, against, before, itself)
    if not _YEAR.fullmatch(against):
        raise _invalid(against, f"{CATALOG}, {FILED}, 2025")
    other = get(atlas, organization, int(against))
    return Comparison(organization, year, against, *_in_order(_of_year(other), itself))


def compare_public(atlas: Service, year: int, name: str, against: str = "") -> Comparison:
    """Compare the public list that counts today with a version of it (``v1``), or another year's.

    Empty: the version that is announced, else the one before, else last year's. Raises as
    `public_list`, and ``parameter-invalid``.
    """
    found = public_list(atlas, year, name)
    organization = found.version.organization
    if not against:
        # What comes last of all that is announced.
        other = next(reversed(found.announced), found.before)
        against = str(year - 1) if other is None else f"v{other.number}"
    itself = _of_version(atlas, found.version)
    wanted = _VERSION.fullmatch(against)
    if wanted:
        one = _version(found, int(wanted[1]), name)
        return Comparison(organization, year, against, *_in_order(_of_version(atlas, one), itself))
    if not _YEAR.fullmatch(against):
        raise _invalid(against, "v1, 2025")
    last = _of_version(atlas, public_list(atlas, int(against), organization).version)
    return Comparison(organization, year, against, *_in_order(last, itself))


def _in_order(one: Side, other: Side) -> tuple[Side, Side]:
    """Return the earlier one first: by year, then by version."""
    return (one, other) if _when(one) <= _when(other) else (other, one)


def _when(side: Side) -> tuple[int, int]:
    return side.params["year"], side.params.get("number", 0)


def _version(found: PublicList, number: int, name: str) -> Version:
    for one in found.versions:
        if one.number == number:
            return one
    raise AtlasError(
        NO_PUBLIC_LIST, organization=f"{name[:200]} v{number}", year=found.version.year
    )


def _of_year(there: OpenList) -> Side:
    return Side(_LIST, {"year": there.year}, there.content)


def _of_version(atlas: Service, one: Version) -> Side:
    return Side(_VERSION_LABEL, {"number": one.number, "year": one.year}, content_of(atlas, one))


def _has_list(atlas: Service, organization: str, year: int) -> bool:
    try:
        return get(atlas, organization, year).state != GIVEN_UP
    except AtlasError:
        return False


def _invalid(value: str, expected: str) -> AtlasError:
    return AtlasError(PARAMETER_INVALID, name="against", value=value[:80], expected=expected)
