"""A query operation of the SPARQL 1.1 Protocol; its answer as a table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalog_service.errors import PARAMETER_INVALID
from catalog_service.output_formats import OutputFormat
from catalog_service.sparql.errors import SPARQL_QUERY_MISSING, SPARQL_UPDATE_REFUSED
from catalog_service.sparql.formats import PARAMETERS, applicable
from catalog_service.sparql.model import Client, SparqlAnswer, SparqlService
from catalog_service.sparql.query_check import outline
from catalog_service.sparql.query_log import Outcome, QueryLog, outcome_of
from catalog_service.sparql.result_table import Table, tabulate
from ontology.errors import AtlasError

__all__ = ["Outcome", "QueryLog", "QueryOperation", "Table", "read_operation", "tabulate"]

_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_SHOWN: Final = 40
MARK: Final = "\ufeff"
"""What some editors write before a text in Unicode (byte order mark)."""


@dataclass(frozen=True, slots=True)
class QueryOperation:
    """A query operation (SPARQL 1.1 Protocol, 2.1)."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    """Names of forms (``json``, ``csv`` …): the first that applies wins over Accept."""
    timeout: float | None = None
    """Seconds of work after which to stop; never more than the limit."""

    def chosen(self) -> OutputFormat | None:
        """Return the form that a parameter names, where it applies to this query."""
        return applicable(self.wanted, outline(self.text).form) if self.wanted else None

    def run(
        self, service: SparqlService, client: Client, accept: str = "", *, streamed: bool = False
    ) -> SparqlAnswer:
        """Answer the query for a client; raises what `SparqlService.query` does."""
        return service.query(
            self.text,
            accept=accept,
            client=client,
            default_graphs=self.default_graphs,
            named_graphs=self.named_graphs,
            timeout=self.timeout,
            streamed=streamed,
        )

    def run_noted(
        self,
        service: SparqlService,
        client: Client,
        note: Callable[[Outcome], None],
        accept: str = "",
        *,
        streamed: bool = False,
    ) -> SparqlAnswer:
        """Answer the query, and tell what became of it; of a ``rest`` whoever reads it tells."""
        try:
            found = self.run(service, client, accept, streamed=streamed)
        except AtlasError as error:
            note(outcome_of(error))
            raise
        if found.rest is None:
            note("answered")
        return found


def read_operation(items: list[tuple[str, str]]) -> QueryOperation:
    """Read the parameters; exactly one query is asked for, and no update."""
    if any(name == "update" for name, _ in items):
        raise AtlasError(SPARQL_UPDATE_REFUSED, word="update")
    texts = [value.removeprefix(MARK) for name, value in items if name == "query"]
    queries = [text for text in texts if text.strip()]
    if not queries:
        raise AtlasError(SPARQL_QUERY_MISSING)
    if len(queries) > 1:
        raise AtlasError(PARAMETER_INVALID, name="query", value="…", expected="1")
    return QueryOperation(
        queries[0],
        # Forms send the fields that nobody filled in.
        tuple(value for name, value in items if name == "default-graph-uri" and value.strip()),
        tuple(value for name, value in items if name == "named-graph-uri" and value.strip()),
        tuple(value for name in PARAMETERS for key, value in items if key == name and value),
        _seconds([value for name, value in items if name == "timeout" and value.strip()]),
    )


def _seconds(values: list[str]) -> float | None:
    """Read the parameter ``timeout``: of several the shortest; 0, as clients send it, is none."""
    found: list[float] = []
    for value in values:
        if _SECONDS.fullmatch(value) is None:
            raise AtlasError(
                PARAMETER_INVALID, name="timeout", value=value[:_SHOWN], expected="0.5, 10 (s)"
            )
        found.append(float(value))
    return min((seconds for seconds in found if seconds), default=None)
