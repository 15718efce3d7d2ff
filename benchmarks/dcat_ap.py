"""Real records exported in the profile ``dcat-ap``, held against the shapes of DCAT-AP 3.

Data: real records (``../shared/data``: portals, the open list of 2014, a European catalogue in
DCAT), spread over all of each, and the shapes with the ranges beside them
(``shapes/dcat_ap_3.0.0``). Both are no part of the project: without them this says so and ends.
Printed are the exports that conform and the violations by constraint, of the shapes, of the ranges,
and of the controlled vocabularies, with one example each. Baseline in the same run: the same
records as they are stored.

Run: ``python -m benchmarks.dcat_ap [--size 1000] [--profile dcat-ap]``; prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import shacl

from catalog_service.datasets.profiles.model import Source
from catalog_service.datasets.profiles.registry import BY_TOKEN
from catalog_service.datasets.visibility import Version
from ontology.record import Record
from ontology.vocabulary import load_vocabulary
from tests.shapes.real_records import FILES, read_records

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SHAPES: Final = "shapes/dcat_ap_3.0.0"
PARTS: Final = {
    "shapes": "shapes.ttl",
    "ranges": "range.ttl",
    "controlled vocabularies": "mdr-vocabularies.shape.ttl",
}
BASE: Final = "https://data.example"


def source_of(record: Record) -> Source:
    """Return a record as the profiles take it."""
    version = Version(
        iri=record.iri,
        focus=record.focus,
        source=record.source,
        remote_id=record.remote_id,
        state="active",
        public=True,
        hash=record.hash,
        nquads=record.nquads,
        seq=1,
        changed=datetime(2026, 9, 1, tzinfo=UTC),
    )
    return Source(version, load_vocabulary(), BASE, f"{BASE}/dataset", f"{BASE}/dataset", "zh")


def sample(data: Path, size: int) -> list[Record]:
    """Return real records, most of them of portals, spread over all of each file."""
    shares = {"portals": size * 7 // 10, "list-2014": size * 15 // 100, "belgium": size * 15 // 100}
    found: list[Record] = []
    for source, share in shares.items():
        records = list(read_records(data / FILES[source], source))
        found += [records[i * len(records) // share] for i in range(min(share, len(records)))]
    return found


def violations(shapes: shacl.Shapes, lines: str) -> Iterator[tuple[str, str]]:
    """Yield the constraints that are violated, each with where."""
    for result in shapes.validate_text(lines, "nt").results:
        constraint = f"{_short(result.path)} {_short(result.component)}"
        severity = _short(result.severity)
        yield f"{severity}: {constraint}", f"{result.focus_node} {result.value or ''}"


def _short(term: object) -> str:
    return str(term).strip("<>").replace("#", "/").rstrip("/").rpartition("/")[2]


def measure(
    records: list[Record], shapes: dict[str, shacl.Shapes], write: Callable[[Source], str]
) -> dict[str, object]:
    """Hold exports against the shapes."""
    told: dict[str, object] = {}
    whole = [True] * len(records)
    texts = [write(source_of(record)) for record in records]
    for part, compiled in shapes.items():
        count, example = Counter[str](), dict[str, str]()
        conforming = 0
        for number, text in enumerate(texts):
            found = list(violations(compiled, text))
            broken = [c for c, _ in found if c.startswith("Violation")]
            conforming += not broken
            if part != "controlled vocabularies":
                whole[number] = whole[number] and not broken
            for constraint, where in found:
                count[constraint] += 1
                example.setdefault(constraint, f"{records[number].iri}: {where}"[:300])
        told[part] = {
            "conforming": conforming,
            "by constraint": {c: [n, example[c]] for c, n in count.most_common()},
        }
    return {"exports": len(records), "conforming to shapes and ranges": sum(whole), **told}


def main() -> None:
    """Print the violations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000)
    parser.add_argument("--profile", default="dcat-ap", choices=("dcat", "dcat-ap"))
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the real records")
    args = parser.parse_args()
    folder = args.data / SHAPES
    if not folder.is_dir():
        print(f"no real records and shapes at {args.data}")
        return
    graph = BY_TOKEN[args.profile].graph
    assert graph is not None
    shapes = {
        part: shacl.Shapes.from_text((folder / name).read_text("utf-8"), "turtle")
        for part, name in PARTS.items()
    }
    records = sample(args.data, args.size)

    def exported(source: Source) -> str:
        return "".join(f"{triple} .\n" for triple in graph(source) or ())

    told = {
        args.profile: measure(records, shapes, exported),
        "as stored": measure(records, shapes, lambda source: source.version.nquads),
    }
    print(json.dumps(told, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
