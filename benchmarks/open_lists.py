"""A list's year on a large catalogue: how long each step takes, and exchange with a workbook.

    python -m benchmarks.open_lists [--home FOLDER] [--edits 200]

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), read by ``atlas import`` into
a folder of its own, or into ``--home``, which is kept. The list is that of the organization with
the most records, or of ``--organization``; it is begun in a year that has none. In one process:

* ``draft``: all public records are read, those of the organization become items;
* ``check`` and ``check again``: rules, completeness, reviews of secrecy, duplicates with the city;
* ``export``: the workbook; ``read``: the same workbook with ``--edits`` cells changed by openpyxl,
  read and compared; ``write``: the changes written into the list;
* ``graph``: from its publication (checks are passed over by writing the steps) until the running
  projection has brought it to the graph's readers.

The baseline of each is ``every record read once``: what any step costs that looks at all records.
Prints one JSON object: seconds, and the most memory (MiB).
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import openpyxl

from benchmarks.sparql_templates import DATA, filled
from catalog_service.accounts.service import OPERATOR, organization_named
from catalog_service.atlas import Atlas
from catalog_service.open_list import service
from catalog_service.open_list.drafting import public_records
from catalog_service.open_list.exchange import service as exchange
from catalog_service.open_list.exchange.answers import workbook_of
from catalog_service.open_list.linked_data import list_iri
from catalog_service.open_list.model import COLUMNS
from catalog_service.open_list.taking import take_step
from catalog_service.settings import Settings
from ontology.terms import DCT

_NOTE: Final = list(COLUMNS).index("note") + 1


def measured(home: Path, name: str | None, edits: int) -> dict[str, Any]:
    """Return what one run measured."""
    took: dict[str, float] = {}

    @contextmanager
    def clock(step: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        took[step] = round(time.perf_counter() - started, 3)

    with Atlas(Settings(home=home, embedding="off")) as atlas:
        with clock("every record read once"):
            publishers = Counter(
                iri for record in public_records(atlas) for iri in _publishers(record.nquads)
            )
        known = {one.iri for one in atlas.vocabulary.concepts("organization")}
        organization = (
            organization_named(atlas.vocabulary, name)
            if name
            else next(iri for iri, _ in publishers.most_common() if iri in known)
        )
        year = 2900 + len(service.listed(atlas, OPERATOR))
        of = (organization, year)
        with clock("draft"):
            items = len(service.draft(atlas, OPERATOR, *of).content.items)
        for step in ("check", "check again"):
            with clock(step):
                _, found = service.check(atlas, OPERATOR, *of)
            take_step(atlas, OPERATOR, of, "edit", change=lambda content: content)
        with clock("export"):
            book = workbook_of(atlas, "zh", service.get(atlas, *of).content, of)
        edited = _edited(book, edits)
        with clock("read"):
            upload = exchange.receive(atlas, OPERATOR, of, "list.xlsx", edited)
            changes = len(exchange.preview(atlas, upload).changes)
        with clock("write"):
            exchange.apply(atlas, OPERATOR, upload, None, {}, "benchmark")
        with clock("graph"):
            _publish(atlas, of)
    return {
        "records": sum(publishers.values()),
        "organization": organization,
        "items": items,
        "findings": len(found),
        "workbook": len(book),
        "edits": min(edits, items),
        "changes": changes,
        "seconds": took,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _publishers(nquads: str) -> Iterator[str]:
    start = f"<{DCT.publisher}> <"
    for line in nquads.splitlines():
        _, found, rest = line.partition(start)
        if found:
            yield rest.partition(">")[0]


def _edited(book: bytes, edits: int) -> bytes:
    opened = openpyxl.load_workbook(io.BytesIO(book))
    sheet = opened.worksheets[0]
    for row in sheet.iter_rows(min_row=2, max_row=edits + 1):
        if row[-1].value:
            row[_NOTE - 1].value = "benchmark"
    output = io.BytesIO()
    opened.save(output)
    return output.getvalue()


def _publish(atlas: Atlas, of: tuple[str, int]) -> None:
    iri = list_iri(atlas, *of)
    with atlas.runner() as runner:
        runner.catch_up()
        take: Callable[[str], Any] = lambda step: take_step(atlas, OPERATOR, of, step)  # noqa: E731
        for step in ("check", "review", "file", "accept"):
            take(step)
        service.take(atlas, OPERATOR, *of, "publish")
        runner.catch_up()
        ask = f"ASK {{ <{iri}> ?p ?o }}"
        if not bool(atlas.graph.current().store.query(ask)):
            raise SystemExit("the list is not in the graph")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--organization")
    parser.add_argument("--edits", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        filled(home, DATA)
        print(json.dumps(measured(home, given.organization, given.edits), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
