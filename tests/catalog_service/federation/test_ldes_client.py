"""``/ldes`` as another project's client reads it: ldes-client of npm, unmodified."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pyoxigraph as ox
import pytest

from catalog_service.federation.event_stream import AS
from catalog_service.federation.service import PAGE
from ontology.terms import DCT, RDF
from tests.fixtures.npm_clients import LDES_CLIENT
from tests.fixtures.web import House, portal, served


@pytest.mark.services
def test_it_emits_what_is_public_now_and_afterwards_what_changed(tmp_path: Path) -> None:
    LDES_CLIENT.require()
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    house = House(tmp_path / "house", base_iri=base, public_url=base)
    with house.atlas, served(house, listener):
        names = range(PAGE + 50)
        house.submit("own", [portal(str(name), f"第{name}版") for name in names])
        house.clock.step()
        house.submit("own", [portal(str(name), f"第{name}版改") for name in range(20)])
        house.submit("own", [portal(str(name), "闭", is_open="非开放") for name in range(30, 35)])
        for name in range(40, 45):
            house.withdraw("own", str(name))
        gone = {*range(30, 35), *range(40, 45)}
        iri = f"{base}/id/dataset/own/"
        expected = {
            f"{iri}{name}": None if name in gone else f"第{name}版{'改' if name < 20 else ''}"
            for name in names
        }
        assert emitted(base, tmp_path / "state") == expected
        # Its state kept, it asks for what is new alone.
        house.clock.step()
        house.submit("own", [portal("50", "又改"), portal("30", "又开")])
        house.withdraw("own", "51")
        changed = emitted(base, tmp_path / "state")
        assert changed == {f"{iri}50": "又改", f"{iri}30": "又开", f"{iri}51": None}
        assert emitted(base, tmp_path / "fresh") == expected | changed


def emitted(base: str, state: Path) -> dict[str, str | None]:
    """Return what the client emits: each dataset with its title, None for one that is gone."""
    ran = LDES_CLIENT.run(f"{base}/ldes", "--save", state)
    assert ran.returncode == 0 and b"Error" not in ran.stderr, ran.stderr.decode()
    # Its writer leaves numbers bare, which N-Quads knows not.
    lines = re.sub(rb"> ([\w.+-]+) <", rb'> "\1" <', ran.stdout)
    members: dict[str, dict[str, list[str]]] = {}
    for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
        if quad.subject == quad.graph_name:
            said = members.setdefault(quad.subject.value, {})
            said.setdefault(quad.predicate.value, []).append(quad.object.value)
    found: dict[str, str | None] = {}
    for said in members.values():
        (entity,) = said[DCT.isVersionOf]
        assert entity not in found
        found[entity] = None if AS.Delete in said[RDF.type] else said[DCT.title][0]
    return found
