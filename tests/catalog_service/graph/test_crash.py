"""Kill −9 at any moment: the store holds whole batches, and readers see whole snapshots."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader, GraphStore

WRITER = """
import sys
from pathlib import Path
from catalog_service.graph import EmbeddedGraph, GraphRecord
from ontology.record import Record

def record(n, seq):
    iri = f"http://atlas.test/{n}"
    made = Record.from_lines([f'<{iri}> <http://atlas.test/seq> "{seq}" .',
                              f'<{iri}> <http://atlas.test/kept> "{n}" .'],
                             iri=iri, source="test", remote_id=str(n))
    return GraphRecord(made.iri, made.focus, made.hash, made.nquads)

store = EmbeddedGraph(Path(sys.argv[1]))
seq = store.checkpoint()
while True:
    seq += 1
    records = [record(n, seq) for n in range(20)]
    if seq % 7 == 0:
        store.rebuild(records, lambda: seq)
    else:
        store.write(records, [], seq)
    print(seq, flush=True)
    store.publish()
    print(seq, flush=True)
"""


def sequences(store: GraphStore) -> set[str]:
    lines = [
        line
        for n in range(20)
        for line in store.contents(f"http://atlas.test/{n}").splitlines()
        if "/seq>" in line
    ]
    assert len(lines) == 20 if store.checkpoint() else not lines
    return {line.split('"')[1] for line in lines}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_writer_leaves_whole_batches(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            written = 0
            for _ in range(rng.randint(4, 20)):
                written = int(child.stdout.readline())
            # Not to wait for anything, but to hit another moment each time.
            Event().wait(rng.random() * 0.05)
            child.kill()
        reader = GraphReader(tmp_path).current()
        query = "SELECT DISTINCT ?n { GRAPH ?g { ?s <http://atlas.test/seq> ?n } }"
        found = list(reader.store.query(query))  # type: ignore[arg-type]
        assert [row["n"].value for row in found] == [str(reader.checkpoint)]
        with EmbeddedGraph(tmp_path) as store:
            assert store.checkpoint() >= written, "what was acknowledged is there"
            assert sequences(store) == {str(store.checkpoint())}
            store.publish()
            assert GraphReader(tmp_path).current().checkpoint == store.checkpoint()
        del reader
