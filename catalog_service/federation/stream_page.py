"""``/ldes`` for a browser: what the event stream is, how to follow it, its first fragment."""

from __future__ import annotations

import pyoxigraph as ox
from fastapi import Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.federation import service
from catalog_service.federation.event_stream import STREAM_PREFIXES, TREE
from catalog_service.federation.service import Fragment
from catalog_service.output_formats import STREAM_FORMATS, TURTLE
from catalog_service.site.rendering import View
from ontology.serialization import write_quads


def explained(request: Request, atlas: Service, entry: Fragment) -> Response:
    """Explain the stream to a person, with the fragment that programs begin with."""
    view = View(request)
    url = f"{atlas.settings.public_url}{service.PATH}"
    nodes = [
        quad.object.value
        for quad in entry.quads
        if quad.predicate.value == TREE.node and isinstance(quad.object, ox.NamedNode)
    ]
    return view.render(
        "event_stream.html",
        section="/sources",
        trail=[
            (view.gettext("Sources"), view.link("/sources")),
            (view.gettext("The network of catalogues"), view.link("/network")),
            (view.gettext("Event stream"), None),
        ],
        url=url,
        ranges=[
            (node.rpartition("/")[2], node.removeprefix(atlas.settings.public_url))
            for node in dict.fromkeys(nodes)
        ],
        range_size=service.RANGE,
        forms=STREAM_FORMATS,
        curl=f"curl -L -H 'Accept: {TURTLE.media_type}' {url}",
        add=f"atlas source add shanghai --type atlas --url {atlas.settings.public_url}",
        fragment=write_quads(entry.quads, TURTLE.rdf, STREAM_PREFIXES).decode(),
    )
