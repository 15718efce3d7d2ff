"""The facets of a search, each registered once: everything that knows facets reads this table.

Index schemas, parameters, the API's description, result pages, warnings and the command line all
follow `REGISTERED`. A new facet of plain concepts needs an entry here and a higher
`search.index.fields.PREPARED_VERSION`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from ontology.concepts import Scheme
from ontology.terms import DCAT, SHD, VOCAB
from translations import N_, NP_, in_all_languages

NOT_STATED: Final = "not-stated"
"""A value of facets with ``unstated``: of documents that have no other. No concept is called so."""
_NOT_STATED_NAME: Final = N_("Not stated")


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet by the name used in addresses, on the command line and in an index.

    Its values are concepts of ``scheme``, or the keys of ``values``, or else what records say.
    """

    name: str
    title: str
    """What it is called, marked for translation in the context ``facet``."""
    scheme: Scheme | None = None
    """Concepts of this scheme may also be written by notation: ``theme=4``."""
    values: Mapping[str, str] = field(default_factory=dict)
    """All values that are possible, in their order, with their names marked for translation."""
    path: tuple[str, ...] = ()
    """One or two properties from the dataset to the IRIs that are its values. Empty: the value is
    computed in `search.index.from_record`."""
    order: Literal["frequent", "listed", "latest"] = "frequent"
    """How values are shown: most frequent first, as in ``values``, or the greatest first."""
    indexed: bool = True
    """False: the values follow from the day of the search and are in no index."""
    opened: bool = False
    """On the results page the facet stands open; others open where something is chosen."""
    nested: bool = False
    """Values lie in each other (``上海市/浦东新区`` in ``上海市``): a chosen part narrows a chosen
    whole, and parts are listed where the whole is chosen or is all there is."""
    unstated: bool = True
    """Documents without a value are found by `NOT_STATED`. False where each has a value, or where
    lacking one says something itself."""
    part_of: str = ""
    """The facet that holds these values too: pages show that one, and this if it is chosen."""
    counts: str = ""
    """What is counted, where the title does not say it; marked for translation."""

    def label(self, value: str) -> dict[str, str] | None:
        """Return the name of one of ``values`` or of `NOT_STATED` by language; None for others."""
        name = _NOT_STATED_NAME if value == NOT_STATED else self.values.get(value)
        return None if name is None else in_all_languages(name)


FRESHNESS: Final = "freshness"
"""The facet that depends on the day of the search (`search.results.freshness`)."""

REGISTERED: Final = (
    Facet("open_type", NP_("facet", "Open type"), scheme="open-type", opened=True),
    Facet(
        "theme", NP_("facet", "Data domain"), scheme="domain", path=(str(DCAT.theme),), opened=True
    ),
    Facet("place", NP_("facet", "Place"), opened=True, nested=True),
    Facet("publisher", NP_("facet", "Publisher"), opened=True),
    Facet("district", NP_("facet", "District"), scheme="place", part_of="place"),
    Facet("format", NP_("facet", "Format"), scheme="format", opened=True),
    Facet(
        "delivery",
        NP_("facet", "Delivery"),
        scheme="delivery-mode",
        path=(str(DCAT.distribution), str(SHD.deliveryMode)),
        opened=True,
    ),
    Facet(
        "period",
        NP_("facet", "Year of the data"),
        order="latest",
        counts=N_(
            "The years that a title names or a record states; what is about several years counts "
            "for each."
        ),
    ),
    Facet("frequency", NP_("facet", "Update frequency"), scheme="frequency"),
    Facet(
        FRESHNESS,
        NP_("facet", "Last update"),
        # They leave each other out, and their names say so.
        values={
            "month": N_("Within a month"),
            "quarter": N_("One to three months ago"),
            "year": N_("Three months to a year ago"),
            "longer": N_("More than a year ago"),
            "future": N_("Dated in the future"),
            "unknown": N_("No date of update"),
        },
        order="listed",
        indexed=False,
        unstated=False,
    ),
    Facet(
        "quality",
        NP_("facet", "Quality of description"),
        values={
            "excellent": N_("Complete"),
            "good": N_("Mostly complete"),
            "sufficient": N_("Sufficient"),
            "bad": N_("Lacking"),
        },
        order="listed",
        unstated=False,
    ),
    Facet("scenario", NP_("facet", "Use"), scheme="scenario"),
    Facet("national_theme", NP_("facet", "National theme"), scheme="national-theme"),
    Facet("industry", NP_("facet", "Industry"), scheme="industry"),
    Facet("library", NP_("facet", "Library"), scheme="library", path=(str(SHD.library),)),
    Facet(
        "sample",
        NP_("facet", "Sample"),
        values={"yes": N_("With a sample"), "set": N_("Sample set")},
        order="listed",
        unstated=False,
    ),
    Facet(
        "high_quality",
        NP_("facet", "High quality"),
        values={
            "badge": N_("With the badge, by the city’s criteria"),
            "platform": N_("By its platform’s own word"),
        },
        order="listed",
        unstated=False,
    ),
    Facet("source", NP_("facet", "Source catalogue"), unstated=False),
    Facet("year", NP_("facet", "Year of update"), order="latest"),
)

BY_NAME: Final[Mapping[str, Facet]] = {facet.name: facet for facet in REGISTERED}
FACETS: Final = tuple(BY_NAME)
"""Names of all facets, in the order in which they are shown."""
INDEXED: Final = tuple(facet.name for facet in REGISTERED if facet.indexed)
"""Facets whose values are kept in an index."""

UNSTATED: Final = tuple(facet.name for facet in REGISTERED if facet.unstated and facet.indexed)
"""Facets that know `NOT_STATED`."""
NESTED: Final = tuple(facet.name for facet in REGISTERED if facet.nested)
"""Facets whose values lie in each other."""

GROUP: Final = "group"
"""A filter that is no facet: the twins, editions and parallels of one hit (`Hit.group`)."""
AREA: Final = "area"
"""A filter that is not listed among the facets: names of cities, counties, districts."""
RANGES: Final = ("modified", "issued")
"""Dates that a range may be given for, by the name used in addresses."""
ABOUT_FROM: Final = "about_from"
ABOUT_TO: Final = "about_to"
"""First and last day of what the data are about: a search text asks for them, no address does."""
DAYS: Final = (*RANGES, ABOUT_FROM, ABOUT_TO)
"""All days that an index keeps."""


def expand(facet: str, value: str) -> str:
    """Return a facet's full value: concepts may be written by their notation."""
    scheme = _scheme_of(facet)
    if scheme is None or ":" in value or value == NOT_STATED:
        return value
    return f"{VOCAB}{value}" if "/" in value else f"{VOCAB}{scheme}/{value}"


def shorten(facet: str, value: str) -> str:
    """Return the shortest value that `expand` makes whole again."""
    scheme = _scheme_of(facet)
    if scheme is None or not value.startswith(VOCAB):
        return value
    own = f"{VOCAB}{scheme}/"
    return value.removeprefix(own) if value.startswith(own) else value.removeprefix(VOCAB)


def _scheme_of(facet: str) -> Scheme | None:
    registered = BY_NAME.get(facet)
    return registered.scheme if registered is not None else None
