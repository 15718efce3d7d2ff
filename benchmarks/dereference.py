"""Every IRI of the graph that is this catalogue's, dereferenced in six forms.

Data: a catalogue's folder (``--home``, as ``atlas import`` fills it), read through its application
in this process. The IRIs are all terms and graph names of the newest snapshot below the base or
https://w3id.org/shdata/, without fragments. Kinds of which there are thousands (datasets, skolem
nodes) are represented by ``--most`` of each; ``--most 0`` asks all. A form answers when, redirects
followed, it comes with 200 in the media type asked for and, in N-Triples, names the IRI. Baseline:
none; what does not answer is printed, one line each, and counted.

Run: ``python -m benchmarks.dereference --home FOLDER [--most 300]``; prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph as ox

from catalog_service.app import create_app
from catalog_service.atlas import Atlas
from catalog_service.settings import Settings

ONTOLOGY = "https://w3id.org/shdata"
FORMS = (
    "text/html",
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "*/*",
)
_KIND = re.compile(r"[^/]*$")


def minted(store: ox.Store, starts: tuple[str, ...]) -> set[str]:
    """Return the IRIs of a store that begin so, without fragments."""
    found: set[str] = set()
    for quad in store.quads_for_pattern(None, None, None, None):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(starts):
                found.add(term.value.split("#")[0])
            elif isinstance(term, ox.Literal) and term.datatype.value.startswith(starts):
                found.add(term.datatype.value.split("#")[0])
    return found


def kind_of(iri: str, base: str) -> str:
    """Return the kind of an IRI: where it stands, without the source and the name."""
    kind = _KIND.sub("", iri)
    for start in ("/id/dataset/", "/id/organization/", "/id/field/", "/.well-known/genid/"):
        if kind.startswith(f"{base}{start}"):
            return start
    return kind.replace(base, "")


def spread(iris: list[str], most: int) -> list[str]:
    """Return at most so many IRIs, spread over all; all for 0."""
    return iris[:: -(-len(iris) // most)] if most and len(iris) > most else iris


async def measure(atlas: Atlas, most: int) -> dict[str, object]:
    """Ask all IRIs in every form."""
    base = atlas.settings.base_iri
    store = ox.Store.read_only(str(atlas.graph.current().path))
    kinds: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(minted(store, (base, ONTOLOGY))):
        kinds[kind_of(iri, base)].append(iri)
    asked, failed = Counter[str](), Counter[str]()
    app = create_app(atlas)
    for number, (kind, iri) in enumerate(
        (kind, iri) for kind, iris in kinds.items() for iri in spread(iris, most)
    ):
        # Many clients: one would use up what one address may ask of SPARQL.
        client_address = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 1)
        transport = httpx.ASGITransport(app, client=client_address)
        async with httpx.AsyncClient(
            transport=transport, base_url=base, follow_redirects=True
        ) as client:
            async for form, wrong in answers(client, iri, base):
                asked[kind] += 1
                if wrong:
                    failed[kind] += 1
                    print(iri, form, wrong, file=sys.stderr)
    return {
        "iris": {kind: len(iris) for kind, iris in kinds.items()},
        "asked": dict(asked),
        "failed": dict(failed),
        "all": sum(map(len, kinds.values())),
        "asked_in_all": asked.total(),
        "failed_in_all": failed.total(),
    }


async def answers(client: httpx.AsyncClient, iri: str, base: str) -> AsyncIterator[tuple[str, str]]:
    """Yield each form with what is wrong with its answer; empty for nothing."""
    path = quote(iri.removeprefix(base).removeprefix(ONTOLOGY), safe="/:%+@!$&'()*,;=~")
    for form in FORMS:
        answer = await client.get(path, headers={"Accept": form})
        kind = answer.headers.get("content-type", "").split(";")[0]
        if answer.status_code != 200:
            yield form, str(answer.status_code)
        elif form not in (kind, "*/*"):
            yield form, kind
        elif form == "application/n-triples" and f"<{iri}" not in answer.text:
            yield form, "does not name the IRI"
        else:
            yield form, ""


def main() -> None:
    """Print what answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="folder of a catalogue")
    parser.add_argument("--most", type=int, default=300, help="IRIs of a kind; 0: all")
    args = parser.parse_args()
    if args.home is None or not (args.home / "graph").is_dir():
        print("no catalogue's folder is given: see --home")
        return
    with Atlas(Settings(home=args.home)) as atlas:
        print(json.dumps(asyncio.run(measure(atlas, args.most)), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
