"""The default graph of a store: every statement of its named graphs, once.

A union that the engine makes while it answers yields a statement once for each graph that holds
it (Oxigraph 0.5.13, its issue 1919), so that every count over what several records say is wrong.
So the distinct statements are kept, by the writer, in the transaction that changes the graphs.

A statement goes only when no named graph holds it any more: the store itself is asked, after the
change, which alone knows what one value is in several spellings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ontology.ntriples import iri

_STATEMENT: Final = "?s ?p ?o"
_NOT_HELD: Final = f"FILTER NOT EXISTS {{ GRAPH ?holder {{ {_STATEMENT} }} }}"
_LACKING: Final = f"GRAPH ?g {{ {_STATEMENT} }} FILTER NOT EXISTS {{ {_STATEMENT} }}"
_SURPLUS: Final = f"{_STATEMENT} {_NOT_HELD}"

DIFFERENCES: Final = (
    f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT DISTINCT {_STATEMENT} {{ {_LACKING} }} }} }}",
    f"SELECT (COUNT(*) AS ?n) {{ {_SURPLUS} }}",
)
"""How many statements the default graph lacks, and how many it has that no named graph holds."""

REPAIR: Final = (
    f"INSERT {{ {_STATEMENT} }} WHERE {{ {_LACKING} }};\n"
    f"DELETE {{ {_STATEMENT} }} WHERE {{ {_SURPLUS} }}"
)
"""The update that makes the default graph what the named graphs hold, whatever it held before."""


def forget_graph(name: str) -> str:
    """Return the operation that takes out what only graph ``name`` holds; it goes before a DROP."""
    held = f"GRAPH {iri(name)} {{ {_STATEMENT} }}"
    elsewhere = f"GRAPH ?holder {{ {_STATEMENT} }} FILTER(?holder != {iri(name)})"
    return f"DELETE {{ {_STATEMENT} }} WHERE {{ {held} FILTER NOT EXISTS {{ {elsewhere} }} }}"


def forget_lines(lines: Iterable[str]) -> str:
    """Return the operation that takes out N-Triples lines which no named graph holds.

    It goes after the operations that change the named graphs.
    """
    values = "\n".join(f"({line.removesuffix('.').rstrip()})" for line in lines)
    return f"DELETE {{ {_STATEMENT} }} WHERE {{\nVALUES (?s ?p ?o) {{\n{values}\n}} {_NOT_HELD} }}"
