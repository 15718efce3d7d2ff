"""Over what a right holds: an organization, what lies below it, and what took its place.

The vocabulary of organizations says what lies below what (``skos:broader``) and what followed upon
what (``dct:isReplacedBy``), and so do the links that are released here (`organization_links`).
Organizations are named by their IRIs; None is the whole city.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from catalog_service.accounts.errors import UNKNOWN_ORGANIZATION
from catalog_service.accounts.organization_links import NO_LINKS, LinksInForce, Step, with_steps
from ontology.concepts import Concept, Known
from ontology.errors import AtlasError, Named
from ontology.languages import BilingualText
from ontology.vocabulary import Vocabulary
from translations import LANGUAGES, N_, in_all_languages

_KEPT = 4_096


class Organizations:
    """The hierarchy of a vocabulary, asked for rights; safe to share between threads."""

    def __init__(
        self,
        vocabulary: Callable[[], Vocabulary],
        links: Callable[[], LinksInForce] = lambda: NO_LINKS,
    ) -> None:
        """Read the vocabulary in force, and the links that were released here."""
        self._in_force = vocabulary
        self._links = links
        self._walks: _Walks | None = None

    def covers(self, granted: str | None, asked: str | None) -> bool:
        """Tell whether a right over ``granted`` holds over ``asked``.

        It does for the organization itself, for all that lie below it, and for its successors: a
        reorganization locks nobody out. What is still filed under a predecessor belongs to whoever
        took over from it. One that is to be used no more (``owl:deprecated``) takes over from
        nobody, but what followed upon it in turn does. The whole city (None) is covered by a right
        over the whole city alone.
        """
        if granted is None:
            return True
        if asked is None:
            return False
        return _holds(self._current(), granted, asked)

    def below(self, granted: str | None) -> frozenset[str] | None:
        """Return all known organizations that a right covers, itself too; None: the whole city."""
        if granted is None:
            return None
        known = (concept.iri for concept in self._in_force().concepts("organization"))
        return frozenset({granted, *(iri for iri in known if self.covers(granted, iri))})

    def names(self, organization: str | None) -> dict[str, str]:
        """Return what an organization is called, by language; one that is unknown by its IRI."""
        if organization is None:
            return in_all_languages(N_("the whole city"))
        concept = self._in_force().concept(organization)
        if concept is None:
            return dict.fromkeys(LANGUAGES, organization)
        return {"zh": concept.zh, "en": concept.en}

    def named(self, organization: str) -> Named:
        """Return what an organization is called, as errors tell it."""
        names = self.names(organization)
        return Named(organization, BilingualText(names["zh"], names["en"]))

    def is_known(self, organization: str) -> bool:
        """Tell whether the vocabulary has an organization with this IRI."""
        concept = self._in_force().concept(organization)
        return concept is not None and concept.scheme == "organization"

    def leads_to(self, start: str, end: str, links: LinksInForce | None = None) -> bool:
        """Tell whether an organization is another one, lies below it or was followed by it.

        This is no right: what is to be used no more counts as the others do.
        ``links``: other ones than those in force.
        """
        walks = self._current() if links is None else _Walks(self._in_force(), links)
        return end in walks.leads(start)

    def carried_on_by(self, organization: str) -> frozenset[str]:
        """Return who does now what an organization did: its last successors, or itself.

        What it lies below is none of them.
        """
        return self._current().carried_on(organization)

    def gained(
        self, organizations: Iterable[str], steps: Sequence[Step]
    ) -> dict[str, tuple[str, ...]]:
        """Return what a right over each organization would hold over, too, were more released.

        ``steps`` may name an organization that is yet to come.
        """
        now, then = self._current(), _Walks(self._in_force(), with_steps(self._links(), steps))
        known = dict.fromkeys(concept.iri for concept in self._in_force().concepts("organization"))
        known |= dict.fromkeys(iri for _, *both in steps for iri in both)
        return {
            granted: tuple(
                asked
                for asked in known
                if _holds(then, granted, asked) and not _holds(now, granted, asked)
            )
            for granted in organizations
        }

    def _current(self) -> _Walks:
        """Return what is found under the links in force."""
        links, vocabulary, walks = self._links(), self._in_force(), self._walks
        if walks is None or walks.links is not links or walks.vocabulary is not vocabulary:
            walks = self._walks = _Walks(vocabulary, links)
        return walks


class _Walks:
    """What was found under some links.

    Other links begin anew: an answer that another thread is still finding is kept with its own.
    """

    def __init__(self, vocabulary: Vocabulary, links: LinksInForce) -> None:
        self.links = links
        self.vocabulary = vocabulary
        self.leads = lru_cache(_KEPT)(self._find_leads)
        self.above = lru_cache(_KEPT)(self._find_above)
        self.after = lru_cache(_KEPT)(self._find_after)
        self.carried_on = lru_cache(_KEPT)(self._find_carried_on)

    def _find_leads(self, start: str) -> frozenset[str]:
        """Return an organization with all above it, and all that followed upon any of these."""
        return _reached(start, lambda here: [*self._broader(here), *self._successors(here)])

    def _find_above(self, start: str) -> frozenset[str]:
        """Return an organization with all above it, and all that took over from any of these."""
        return _reached(start, lambda here: [*self._broader(here), *self._took_over(here)])

    def _find_after(self, start: str) -> frozenset[str]:
        """Return an organization with all that took over from it."""
        return _reached(start, self._took_over)

    def _find_carried_on(self, start: str) -> frozenset[str]:
        """Return the last of those that followed upon an organization."""
        found = _reached(start, self._successors)
        # Where links lead in a circle nobody is last, and it stays with the organization.
        return frozenset(one for one in found if not self._successors(one)) or frozenset({start})

    def _took_over(self, start: str) -> list[str]:
        """Return what followed upon an organization; in place of what ended, what followed that."""
        ended = self.vocabulary.is_deprecated
        found = _reached(
            start, lambda here: self._successors(here) if here == start or ended(here) else []
        )
        return [iri for iri in found if iri != start and not ended(iri)]

    def _broader(self, here: str) -> list[str]:
        return [*_iris(self.vocabulary.broader(here)), *self.links.above.get(here, ())]

    def _successors(self, here: str) -> list[str]:
        return [*_iris(self.vocabulary.successors(here)), *self.links.after.get(here, ())]


def _reached(start: str, steps: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Return where one comes to from a start, itself too."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += steps(here)
    return frozenset(found)


def organization_named(vocabulary: Vocabulary, text: str) -> str:
    """Return the IRI of an organization by its IRI, notation or name.

    Raises ``unknown-organization``.
    """
    wanted = text.strip()
    for concept in vocabulary.concepts("organization"):
        if wanted in (concept.iri, concept.notation):
            return concept.iri
    found = vocabulary.organization(wanted)
    if isinstance(found, Known):
        return found.concept.iri
    raise AtlasError(UNKNOWN_ORGANIZATION, organization=wanted[:200])


def _holds(walks: _Walks, granted: str, asked: str) -> bool:
    return granted == asked or not walks.after(granted).isdisjoint(walks.above(asked))


def _iris(concepts: Iterable[Concept]) -> list[str]:
    return [concept.iri for concept in concepts]
