"""Which profile and form a client wants (W3C *Content Negotiation by Profile*).

``?_profile=`` names one by its token or IRI, and ``_mediatype`` a form; ``Accept-Profile`` lists
IRIs with weights. Answers name the profile in which they are (``Link``, ``rel="profile"``), and
the others as alternates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from catalog_service.datasets.errors import PROFILE_UNKNOWN
from catalog_service.datasets.profiles.model import Profile
from catalog_service.datasets.profiles.registry import BY_IRI, BY_TOKEN, DEFAULT, PROFILES
from catalog_service.http.errors import NOT_ACCEPTABLE
from catalog_service.http.negotiation import choose
from catalog_service.output_formats import GRAPH_FORMATS, HTML, JSON, OutputFormat
from catalog_service.preferences import weighted
from ontology.errors import AtlasError

VARY: Final = "Accept-Profile"

_IRIS: Final = re.compile(r"<([^<>\s]*)>")
_SHOWN: Final = 200
_MARK: Final = "\0"
"""Stands around the number of an IRI; no header holds it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a client gets: a form, and the profiles that it may be in, the best first.

    ``named``: the client named one profile, and wants this one and no other. ``fixed``: the address
    itself names the form.
    """

    form: OutputFormat
    profiles: tuple[Profile, ...]
    named: bool = False
    fixed: bool = False

    @property
    def query(self) -> str:
        """What an address needs behind it so that it answers so; empty where it does by itself."""
        first = self.profiles[0]
        return "" if first is DEFAULT and not self.named else f"?_profile={first.token}"


def negotiate(
    request: Request,
    offers: Sequence[OutputFormat],
    *,
    fixed: OutputFormat | None = None,
    strict: bool = False,
) -> Choice:
    """Choose form and profile; ``fixed`` is a form that the address itself names.

    Pages, and the JSON of the API, have no profile: whoever names one wants a document. Raises
    ``profile-unknown``, and ``not-acceptable`` where the profile named has not the fixed form, or
    where ``strict``.
    """
    query, accept = request.query_params, request.headers.get("accept")
    accept = query.get("_mediatype") or accept
    documents = [offer for offer in offers if offer not in (HTML, JSON)]
    named = query.get("_profile")
    if named is not None:
        profile = _named(named)
        forms = profile.forms(documents)
        if fixed is not None and fixed not in forms:
            known = ", ".join(form.media_type for form in forms)
            raise AtlasError(NOT_ACCEPTABLE, given=fixed.media_type, known=known)
        form = fixed or choose(accept, forms, strict=strict)
        return Choice(form, (profile,), named=True, fixed=fixed is not None)
    profiles = tuple(dict.fromkeys((*_accepted(request), DEFAULT)))
    if fixed is None and profiles[0] is not DEFAULT:
        # A client that names profiles and takes any form is no browser.
        preferred = profiles[0].forms(documents)
        offers = tuple(dict.fromkeys((*preferred, *documents, *offers)))
    form = fixed or choose(accept, offers, strict=strict)
    able = tuple(profile for profile in profiles if form in profile.forms((form,)))
    return Choice(form, able, fixed=fixed is not None)


def _named(name: str) -> Profile:
    profile = BY_TOKEN.get(name) or BY_IRI.get(name)
    if profile is None:
        raise AtlasError(PROFILE_UNKNOWN, name=name[:_SHOWN], known=", ".join(BY_TOKEN))
    return profile


def _accepted(request: Request) -> list[Profile]:
    """Return the profiles that ``Accept-Profile`` lists, best first; what nobody knows is none."""
    header = ", ".join(request.headers.getlist("accept-profile"))
    return [BY_IRI[iri] for iri, weight in _weighted(header) if weight > 0 and iri in BY_IRI]


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    """Yield the IRIs of ``Accept-Profile`` with their weights, best first."""
    iris: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        # IRIs keep their case, and their commas and semicolons part nothing.
        iris.append(found[1])
        return f"{_MARK}{len(iris) - 1}{_MARK}"

    for item, weight in weighted(_IRIS.sub(numbered, header.replace(_MARK, ""))):
        match item.split(_MARK):
            case ["", number, ""]:
                yield iris[int(number)], weight


def links(profile: Profile | None, record: str, query: str = "") -> list[str]:
    """Return the values of ``Link`` that name the profile of an answer and all others.

    ``profile`` is None of a page, which has none; ``record`` the address below which the record's
    forms stand, ``query`` the rest of a query (``at=…``) that they need.
    """
    rest = f"&{query}" if query else ""
    own = [] if profile is None else [f'<{profile.iri}>; rel="profile"']
    return own + [
        f"<{record}.{form.suffix}?_profile={other.token}{rest}>; "
        f'rel="alternate"; type="{form.media_type}"; profile="{other.iri}"'
        for other in PROFILES
        if other is not profile
        for form in other.forms(GRAPH_FORMATS)[:1]
    ]
