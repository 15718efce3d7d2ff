"""A SPARQL 1.1 server (``ATLAS_GRAPH_URL``): which engine it is, and what that changes.

Queries go to ``/query`` below the one address, updates to ``/update``: so have it Oxigraph's
server and the datasets of Apache Jena Fuseki. Oxigraph alone is also asked by the Graph Store
Protocol, at ``/store``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import httpx

from catalog_service.graph.errors import GRAPH_REFUSED, GRAPH_UNREACHABLE
from catalog_service.settings_urls import without_user
from ontology.errors import AtlasError
from ontology.terms import XSD

_REASON_LENGTH: Final = 300
_OXIGRAPH: Final = re.compile(r"Oxigraph/([0-9][0-9.]*)")
_FUSEKI: Final = "fuseki-request-id"
_NAMES: Final = {"oxigraph": "Oxigraph", "fuseki": "Apache Jena Fuseki", "other": ""}
# An escaped quotation mark before it would be one within a text.
_DECIMAL: Final = re.compile(
    rf'(?<!\\)"([+-]?)([0-9]*)(?:\.([0-9]*))?"\^\^<{re.escape(XSD.decimal)}>'
)


@dataclass(frozen=True, slots=True)
class Engine:
    """Which engine answers, as far as its answers tell; a proxy may hide it (``other``)."""

    kind: Literal["oxigraph", "fuseki", "other"] = "other"
    version: str = ""

    @property
    def name(self) -> str:
        """Its name for people; empty where it is not known."""
        return f"{_NAMES[self.kind]} {self.version}".strip()

    @property
    def stops_queries(self) -> bool:
        """Whether a query can be given a time after which the server stops it.

        Fuseki's parameter ``timeout`` is in whole seconds; elsewhere the name has other units.
        """
        return self.kind == "fuseki"

    @property
    def replaces_whole(self) -> bool:
        """Whether a PUT of N-Quads that breaks off leaves the dataset as it was.

        Fuseki 5.6.0 takes what it got for the whole. Of an update it knows that it has not ended.
        """
        return self.kind == "oxigraph"

    def spelled(self, text: str) -> str:
        """Return N-Triples text with its decimals in the form that the engine reads them back in.

        TDB2 (Jena 5.6.0) keeps 1, 1.0 and 1.00 apart, reads each back as 1.0, and cannot delete the
        others any more, not even by DROP ALL.
        """
        return text if self.kind == "oxigraph" else _DECIMAL.sub(_canonical, text)


def _canonical(found: re.Match[str]) -> str:
    """Return a decimal in the canonical form of XML Schema 1.0 (3.2.3.2)."""
    sign, whole, fraction = found[1], found[2].lstrip("0"), (found[3] or "").rstrip("0")
    if not (found[2] or found[3]):
        return found[0]  # no number: it stands as it is written
    minus = "-" if sign == "-" and (whole or fraction) else ""
    return f'"{minus}{whole or "0"}.{fraction or "0"}"^^<{XSD.decimal}>'


def engine_of(headers: Mapping[str, str]) -> Engine:
    """Tell the engine by the header fields of an answer."""
    found = _OXIGRAPH.search(headers.get("server", ""))
    if found is not None:
        return Engine("oxigraph", found[1])
    return Engine("fuseki") if _FUSEKI in headers else Engine()


def unreachable(url: str, error: httpx.TransportError) -> AtlasError:
    """Return the error for a server that does not answer."""
    reason = str(error) or type(error).__name__
    return AtlasError(GRAPH_UNREACHABLE, url=without_user(url), reason=reason)


def refused(url: str, response: httpx.Response) -> AtlasError:
    """Return the error for a refusal, whose text is read here."""
    reason = response.read().decode("utf-8", "replace")[:_REASON_LENGTH]
    return AtlasError(
        GRAPH_REFUSED, url=without_user(url), status=response.status_code, reason=reason
    )
