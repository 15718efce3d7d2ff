"""The explorer: one thing and what stands next to it, or the way between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.explorer.graph_svg import Tree, draw
from catalog_service.explorer.service import network_of, resolve, starting_points
from catalog_service.links import page_path
from catalog_service.site.evidence import why
from catalog_service.site.rendering import View
from search.relations.network import NeighborGroup, Network
from search.relations.nodes import Node
from search.relations.paths import MOST_STEPS, ShortestPath, shortest_path

router = APIRouter(include_in_schema=False)

MAX_TEXT: Final = 500
NEAREST: Final = 6
"""Neighbours of one relation while all relations are shown."""
MOST: Final = 100
"""Neighbours of the one relation that is asked for."""

_QUERY: Final = """PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?subject ?relation ?object WHERE {{
  {{ BIND(<{iri}> AS ?subject) <{iri}> ?relation ?object }}
  UNION {{ ?subject ?relation <{iri}> BIND(<{iri}> AS ?object) }}
}} LIMIT 100"""

Words = Annotated[str, Query(max_length=MAX_TEXT)]


@dataclass(frozen=True, slots=True)
class Row:
    """A neighbour in the list: its name, where it leads, why it stands there."""

    name: str
    here: str
    page: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One relation in the list; ``only`` leads to all of its neighbours."""

    relation: str
    total: int
    rows: tuple[Row, ...]
    only: str


@router.get("/explore")
def explore(
    request: Request, atlas: Atlas, at: Words = "", to: Words = "", relation: Words = ""
) -> Response:
    """Show what stands next to ``at`` (a name, words or an IRI), or the way to ``to``."""
    view = View(request)
    network = network_of(atlas) if atlas.index.size() else None
    start = resolve(atlas, network, at) if network is not None else None
    goal = resolve(atlas, network, to) if network is not None else None
    beside: list[NeighborGroup] = []
    way: ShortestPath | None = None
    if network is not None and start is not None:
        if goal is not None:
            way = shortest_path(network, start, goal)
        else:
            beside = network.neighbors(start, most=MOST if relation else NEAREST)
            beside = [b for b in beside if not relation or b.relation == relation]
    shown = [_shown(view, network, start, b) for b in beside if network and start]
    unknown = next((t for t, n in ((at, start), (to, goal)) if t.strip() and n is None), "")
    return view.render(
        "explore.html",
        status=404 if unknown else 200,
        section="/explore",
        trail=[
            (
                view.gettext("Explore what hangs together"),
                None if start is None else view.link("/explore"),
            )
        ]
        + ([] if start is None else [(view.name(start), None)]),
        at=at if start is None else view.name(start),
        to=to if goal is None else view.name(goal),
        unknown=unknown,
        node=start,
        goal=goal,
        name=None if start is None else view.name(start),
        page=None if start is None else _page(view, atlas, start),
        shown=shown,
        only=relation,
        picture=_picture(view, start, shown) if start is not None and shown else None,
        steps=None if way is None else _steps(view, way),
        most=MOST_STEPS,
        exhausted=way is not None and way.exhausted,
        sparql=None if start is None else view.link("/sparql", query=_QUERY.format(iri=start.iri)),
        starts=[
            (view.name(node), _here(view, node.iri), count)
            for node, count in starting_points(atlas, network)
        ]
        if network is not None and start is None
        else [],
    )


def _here(view: View, iri: str, relation: str | None = None) -> str:
    return view.link("/explore", at=iri, relation=relation)


def _page(view: View, atlas: Service, node: Node) -> str | None:
    """The page of a thing, where it has one of its own."""
    base = atlas.settings.base_iri
    if node.kind == "dataset":
        return view.link(page_path(base, node.iri))
    if node.kind == "field":
        return view.link(node.iri.removeprefix(f"{base}/id"))
    return view.entity(node.iri)


def _shown(view: View, network: Network, start: Node, beside: NeighborGroup) -> Shown:
    return Shown(
        relation=beside.relation,
        total=beside.total,
        rows=tuple(
            Row(
                name=view.name(near.node),
                here=_here(view, near.node.iri),
                page=view.entity(near.node.iri),
                why=why(view, network, near),
            )
            for near in beside.neighbors
        ),
        only=_here(view, start.iri, relation=beside.relation),
    )


def _picture(view: View, start: Node, shown: list[Shown]) -> Tree:
    branches = [
        (view.label("relation", s.relation), [(row.name, row.here) for row in s.rows[:NEAREST]])
        for s in shown
    ]
    return draw(view.name(start), branches)


def _steps(view: View, way: ShortestPath) -> list[tuple[str, str, str]]:
    """The stations of a way: relation (empty for the first), name, address."""
    stations = [("", way.start), *((step.relation, step.node) for step in way.steps)]
    if len(stations) == 1:
        return []
    return [
        (view.label("relation", relation) if relation else "", view.name(n), _here(view, n.iri))
        for relation, n in stations
    ]
