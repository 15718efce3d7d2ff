"""Batches of records that are validated in one graph without changing each other's results.

Rules follow paths from a dataset forwards only (`shapes.shape_syntax` refuses inverse paths and
targets on shared nodes). So a record has the same result in a union of records if all nodes that
it mentions have the same triples there. That holds for records mapped from labels: their subjects
are the record's IRI, its fragments, and organizations minted for its source. Records that describe
an organization differently are put into different batches; a record that mentions another one, and
any other record (harvested DCAT), is validated alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ontology.record import Record

BATCH = 50
"""Maximum number of records in a batch; measured to be the fastest."""

_DATASETS = "/id/dataset/"


@dataclass(slots=True)
class Batch:
    """Positions of records that are validated in one graph."""

    positions: list[int] = field(default_factory=list)
    described: dict[str, str] = field(default_factory=dict)
    """Organisation → the lines about it."""
    records: set[str] = field(default_factory=set)

    def takes(self, record: Record, shared: dict[str, str]) -> bool:
        """Tell whether a record with these organizations may be added."""
        return record.iri not in self.records and all(
            self.described.get(iri, lines) == lines for iri, lines in shared.items()
        )

    def add(self, position: int, record: Record, shared: dict[str, str]) -> None:
        """Add a record."""
        self.positions.append(position)
        self.records.add(record.iri)
        self.described.update(shared)


def batches(records: Sequence[Record], size: int = BATCH) -> Iterator[Batch]:
    """Yield batches that hold each record once; some records get a batch of their own."""
    batch = Batch()
    for position, record in enumerate(records):
        shared = shared_nodes(record)
        if shared is None:
            yield Batch([position])
            continue
        if len(batch.positions) == size or not batch.takes(record, shared):
            yield batch
            batch = Batch()
        batch.add(position, record, shared)
    if batch.positions:
        yield batch


def shared_nodes(record: Record) -> dict[str, str] | None:
    """Return the lines about each organization of a record; None where it must be checked alone.

    The record's text is split at its blanks: objects and predicates then stand by themselves, a
    subject follows a full stop and a line feed. A word of a literal that looks like an IRI can
    only cause a record to be checked alone, never hide an IRI.
    """
    iri = record.iri
    base, found, _ = iri.partition(_DATASETS)
    if not found or record.focus != iri or "#" in iri:
        return None
    minted, organization = f"<{base}/id/", f"<{base}/id/organization/"
    own, below = f"<{iri}>", f"<{iri}#"
    subjects = {record.nquads[: record.nquads.index(" ")]}
    mentioned = set()
    for term in set(record.nquads.split(" ")):
        if term.startswith((minted, ".\n<")):
            if term[0] == ".":
                subjects.add(term[2:])
            elif term != own and not term.startswith(below):
                mentioned.add(term)
    described = {}
    end = 0
    # In the order of the text, so that the search for each organization continues at the last one
    # instead of the beginning: there may be a hundred thousand.
    for subject in sorted(subjects):
        if subject.startswith(organization):
            start, end = _lines_about(subject, record.nquads, end)
            described[subject] = record.nquads[start:end]
        elif subject != own and not subject.startswith(below):
            return None
    # Each mention must be of an organisation that the record itself describes.
    return described if mentioned <= described.keys() else None


def _lines_about(subject: str, text: str, start: int) -> tuple[int, int]:
    """Return where the lines about a subject stand; sorted text holds them together.

    ``start`` is the beginning of a line before or at the first of them.
    """
    head = subject + " "
    if not text.startswith(head, start):
        start = text.index("\n" + head, start) + 1
    end = start
    while text.startswith(head, end):
        end = text.index("\n", end) + 1
    return start, end
