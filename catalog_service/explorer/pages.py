"""The explorer: one thing and what stands next to it, or the way between two."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.explorer.addresses import PATH, Addresses, read_state
from catalog_service.explorer.drawing import Wording, drawn
from catalog_service.explorer.graph_svg import Tree, draw
from catalog_service.explorer.picture import (
    MOST_NODES,
    NEAREST,
    Picture,
    State,
    compose,
)
from catalog_service.explorer.service import network_of, resolve, starting_points
from catalog_service.explorer.table import Around, around, stations
from catalog_service.links import page_path
from catalog_service.site.assets import assets
from catalog_service.site.labels import LABELS
from catalog_service.site.rendering import View
from catalog_service.site.schema_org import escaped
from search.relations.nodes import Node
from search.relations.paths import MOST_STEPS, shortest_path

router = APIRouter(include_in_schema=False)

MAX_TEXT: Final = 500
MAX_IRI: Final = 2_000

_QUERY: Final = """PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?subject ?relation ?object WHERE {{
  VALUES ?thing {{ {things} }}
  {{ ?thing ?relation ?object BIND(?thing AS ?subject) }}
  UNION {{ ?subject ?relation ?thing BIND(?thing AS ?object) }}
}} LIMIT 200"""

Words = Annotated[str, Query(max_length=MAX_IRI)]
Many = Annotated[tuple[str, ...], Query()]


@router.get("/explore")
def explore(
    request: Request,
    atlas: Atlas,
    at: Words = "",
    to: Words = "",
    relation: Words = "",
    expanded: Annotated[Many, Query(alias="open")] = (),
    more: Many = (),
    off: Many = (),
) -> Response:
    """Show what stands next to ``at`` (a name, words or an IRI), or the way to ``to``."""
    view = View(request)
    network = network_of(atlas) if atlas.index.size() else None
    starts = resolve(atlas, network, at[:MAX_IRI]) if network is not None else ()
    goals = resolve(atlas, network, to[:MAX_IRI]) if network is not None else ()
    start = starts[0] if len(starts) == 1 else None
    goal = goals[0] if len(goals) == 1 else None
    state = read_state(
        start.iri if start else "", goal.iri if goal else "", expanded, more, off, relation
    )
    unknown = next((t for t, n in ((at, starts), (to, goals)) if t.strip() and not n), "")
    asked = {
        "at": at if start is None else view.name(start),
        "to": to if goal is None else view.name(goal),
        "at_iri": start.iri if start else "",
        "to_iri": goal.iri if goal else "",
    }
    trail = [(view.gettext("Explore what hangs together"), view.link(PATH) if start else None)]
    shared: dict[str, Any] = {
        "section": PATH,
        "unknown": unknown,
        "scripts": assets("explore"),
        "kinds": json.dumps(
            {kind: view.label("kind", kind) for kind in LABELS["kind"]}, ensure_ascii=False
        ),
        **asked,
    }
    status = 404 if unknown else 200
    choices = []
    if network is not None:
        wording = Wording(view, network, lambda node: _page(view, atlas, node))
        ends = (start.iri if start else at, to)
        choices = [
            (part, [_choice(wording, part, node, *ends) for node in found])
            for part, found in (("at", starts), ("to", goals))
            if len(found) > 1
        ]
    if network is None or start is None or choices:
        return view.render(
            "explore.html",
            status=status,
            trail=trail,
            node=None,
            chosen=choices[:1],
            starts=[
                (view.name(node), view.link(PATH, at=node.iri), count)
                for node, count in starting_points(atlas, network)
            ]
            if network is not None and not choices
            else [],
            **shared,
        )
    way = shortest_path(network, start, goal) if goal is not None else None
    # Where no way is found, there is nothing to draw but what was expanded by hand.
    picture = compose(network, start, state, way)
    addresses = Addresses(view, state)
    listed = around(picture, wording, addresses)
    return view.render(
        "explore.html",
        status=status,
        trail=[*trail, (view.name(start), None)],
        node=start,
        goal=goal,
        name=view.name(start),
        detail=wording.detail(start),
        page=_page(view, atlas, start),
        around=listed,
        counts=[
            (name, count, name in state.off, addresses.toggled(name))
            for name, count in picture.counts.items()
        ],
        state=state,
        tree=_tree(view, start, listed) if way is None else None,
        data=escaped(drawn(picture, wording, addresses)) if picture.edges else None,
        full=picture.full,
        most_nodes=MOST_NODES,
        all_relations=addresses.start(start.iri) if state.only else None,
        steps=None if way is None else stations(wording, addresses, way),
        most=MOST_STEPS,
        exhausted=way is not None and way.exhausted,
        sparql=view.link("/sparql", query=_query(picture, state)),
        chosen=[],
        starts=[],
        **shared,
    )


def _query(picture: Picture, state: State) -> str:
    """Return a query for what the graph says of the things that a picture is about."""
    about = [state.start, *([state.goal] if state.goal else []), *state.expanded]
    about += [iri for iri, role in picture.roles.items() if role == "way"]
    return _QUERY.format(things=" ".join(f"<{iri}>" for iri in dict.fromkeys(about) if _safe(iri)))


def _safe(iri: str) -> bool:
    """Tell whether an IRI may stand between angle brackets (SPARQL 1.1, rule IRIREF)."""
    return not any(char in '<>"{}|^`\\' or char <= " " for char in iri)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several things that a name may mean."""

    name: str
    kind: str
    detail: str
    here: str


def _choice(wording: Wording, part: str, node: Node, at: str, to: str) -> Choice:
    """Return one of several things that a name may mean; ``part`` is the parameter of the name."""
    view = wording.view
    items = [(name, node.iri if name == part else end) for name, end in (("at", at), ("to", to))]
    address = view.link(PATH, [(name, end) for name, end in items if end])
    return Choice(view.name(node), node.kind, wording.detail(node), address)


def _page(view: View, atlas: Service, node: Node) -> str | None:
    """The page of a thing, where it has one of its own."""
    base = atlas.settings.base_iri
    if node.kind == "dataset":
        return view.link(page_path(base, node.iri))
    if node.kind == "field":
        return view.link(node.iri.removeprefix(f"{base}/id"))
    if node.kind == "organization":
        return view.publisher(node.iri)
    return view.entity(node.iri)


def _tree(view: View, start: Node, found: list[Around]) -> Tree | None:
    """The start with its nearest neighbours, for those without script."""
    groups = next((one.groups for one in found if one.node.iri == start.iri), ())
    branches = [
        (view.label("relation", g.relation), [(row.name, row.here) for row in g.rows[:NEAREST]])
        for g in groups
        if g.rows
    ]
    return draw(view.name(start), branches) if branches else None
