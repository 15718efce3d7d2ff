"""Which records may stand in one graph together without changing each other's verdicts.

The gate's rules look only down from a dataset (`shapes.shape_syntax` refuses inverse paths and
targets on shared nodes). So a record's verdict stays the same in a union of records when every
node that it mentions says the same in the union as in the record alone. That holds for a record
mapped here: all its subjects are its own IRI, fragments of it, or organisations minted for its
source; and where two records of a batch describe one organisation differently, or mention another
record, they are held apart. Everything else (harvested DCAT) is checked alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ontology.record import Record

BATCH = 50
"""Records to a graph: more costs memory locality, fewer the copying of the shapes (measured)."""

_DATASETS = "/id/dataset/"


def batches(records: Sequence[Record], size: int = BATCH) -> Iterator[list[int]]:
    """Yield lists of positions in ``records`` that may stand in one graph, all of them once."""
    batch: list[int] = []
    described: dict[str, str] = {}
    seen: set[str] = set()
    for position, record in enumerate(records):
        organizations = shared_nodes(record)
        if organizations is None:
            yield [position]
            continue
        clash = record.iri in seen or any(
            described.get(iri, lines) != lines for iri, lines in organizations.items()
        )
        if clash or len(batch) == size:
            yield batch
            batch, described, seen = [], {}, set()
        batch.append(position)
        seen.add(record.iri)
        described.update(organizations)
    if batch:
        yield batch


def shared_nodes(record: Record) -> dict[str, str] | None:
    """Return the lines about each organisation of a record, or None where it must stand alone.

    Counting does without parsing: lines end only where triples end, and ``<`` begins a line only
    as a subject. A literal that quotes an IRI can only make a count too large, never equal.
    """
    text, iri = record.nquads, record.iri
    base, found, _ = iri.partition(_DATASETS)
    if not found or record.focus != iri or "#" in iri:
        return None
    own = f"<{iri}>", f"<{iri}#"
    mentions = text.count(own[0]) + text.count(own[1])
    if text.count(f"<{base}{_DATASETS}") != mentions:
        return None
    about_it = sum(text.count("\n" + name) + text.startswith(name) for name in own)
    described: dict[str, str] = {}
    mentioned: set[str] = set()
    organization = f"<{base}/id/organization/"
    start = text.find(organization)
    while start >= 0:
        name = text[start : text.index(">", start) + 1]
        if start == 0 or text[start - 1] == "\n":
            end = text.index("\n", start) + 1
            described[name] = described.get(name, "") + text[start:end]
            about_it += 1
            start = end - 1
        else:
            mentioned.add(name)
            start += len(name)
        start = text.find(organization, start)
    if not mentioned <= described.keys():
        return None
    if about_it != text.count("\n"):
        return None
    return described
