"""Tables in the form of `benchmarks/judged`: tab-separated, without quotes, documents by id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote

from ontology.record import PATH


def remote_id_of(base: str, iri: str) -> str:
    """Return the identifier that a record has in its source, by its IRI."""
    return unquote(iri.removeprefix(f"{base}{PATH}").partition("/")[2])


def write_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    """Write a table; raises `OSError`.

    A cell's own tabs and ends of lines become blanks, for nothing is quoted.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in (head, *rows):
            file.write("\t".join(" ".join(str(cell).split()) for cell in row) + "\n")
