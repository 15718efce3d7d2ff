"""The state of a picture in an address, and the addresses that lead from it to others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog_service.explorer.picture import MOST_OPENED, State
from catalog_service.site.rendering import View

PATH: Final = "/explore"
MOST_VALUES: Final = 2 * MOST_OPENED
"""Values of one parameter that are read; more are left out."""


def read_state(
    start: str,
    goal: str,
    expanded: Sequence[str],
    clusters: Sequence[str],
    off: Sequence[str],
    only: str,
) -> State:
    """Return what an address says; ``clusters`` are of the form ``relation iri``."""
    pairs = (one.partition(" ") for one in clusters[:MOST_VALUES])
    return State(
        start=start,
        goal=goal,
        expanded=tuple(dict.fromkeys(expanded[:MOST_OPENED])),
        clusters=tuple((relation, iri) for relation, _, iri in pairs if iri),
        off=frozenset(off[:MOST_VALUES]),
        only=only,
    )


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of pictures one step away from a state, in the page's language."""

    view: View
    state: State

    def of(self, state: State) -> str:
        """Return the address of a state."""
        items = [("at", state.start)]
        items += [("to", state.goal)] if state.goal else []
        items += [("open", iri) for iri in state.expanded]
        items += [("more", f"{relation} {iri}") for relation, iri in state.clusters]
        items += [("off", relation) for relation in sorted(state.off)]
        items += [("relation", state.only)] if state.only else []
        return self.view.link(PATH, items)

    def start(self, iri: str) -> str:
        """Return the picture around another thing."""
        return self.of(State(iri))

    def way(self, iri: str) -> str:
        """Return the way from the start to a thing."""
        return self.of(State(self.state.start, goal=iri))

    def expand(self, iri: str) -> str | None:
        """Return the same with the neighbours of one more thing; None where there is no room."""
        state = self.state
        if iri in state.expanded or len(state.expanded) >= MOST_OPENED:
            return None
        return self.of(replace(state, expanded=(*state.expanded, iri)))

    def collapse(self, iri: str) -> str | None:
        """Return the same without a thing's neighbours; None where it is not expanded."""
        state = self.state
        if iri not in state.expanded:
            return None
        clusters = tuple(pair for pair in state.clusters if pair[1] != iri)
        expanded = tuple(one for one in state.expanded if one != iri)
        return self.of(replace(state, expanded=expanded, clusters=clusters))

    def opened(self, relation: str, iri: str) -> str:
        """Return the same with all neighbours of a thing by one relation."""
        return self.of(replace(self.state, clusters=(*self.state.clusters, (relation, iri))))

    def only(self, relation: str, iri: str) -> str:
        """Return one relation of a thing alone."""
        return self.of(State(iri, only=relation))

    def toggled(self, relation: str) -> str:
        """Return the same with a relation shown or not shown, the other way round."""
        return self.of(replace(self.state, off=self.state.off ^ {relation}))
