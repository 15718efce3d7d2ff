"""Addresses of records: the paths of their pages and forms, made of identifiers and IRIs.

IRIs come from the settings alone. The ``Host`` header is never read: a client could put any
name there and have it stored in caches or in answers.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote, urlencode

from catalog_service.output_formats import BY_SUFFIX, HTML
from ontology.record import PATH
from ontology.terms import VOCAB

VOID_PATH: Final = "/.well-known/void"
"""Where the dataset as a whole is described (Describing Linked Datasets with VoID, 7.2)."""

VOID_DATASET: Final = f"{VOID_PATH}#dataset"
"""The fragment that names the dataset in that description."""

VOID_LINK: Final = f'<{VOID_PATH}>; rel="describedby"'
"""The value of ``Link`` by which other documents lead there."""

PAGE: Final = HTML.suffix
_ENDINGS: Final = frozenset({PAGE, *BY_SUFFIX})
"""Endings that are a form in the address of a record."""


def split_ending(remote_id: str) -> tuple[str, str]:
    """Split ``AG91.ttl`` into ``AG91`` and ``ttl``; an ending that is no form belongs to the id."""
    stem, dot, ending = remote_id.rpartition(".")
    return (stem, ending) if dot and stem and ending in _ENDINGS else (remote_id, "")


def record_path(source: str, remote_id: str) -> str:
    """Return the path below which everything of a record stands: its page and its forms."""
    return f"/dataset/{source}/{quote(remote_id, safe='')}"


def dataset_path(source: str, remote_id: str) -> str:
    """Return the path of a record's page.

    An identifier that ends as a form does takes ``.html`` behind it: ``cat.ttl`` is the Turtle of
    ``cat``, ``cat.ttl.html`` the page of ``cat.ttl``, and ``cat.ttl.ttl`` its Turtle.
    """
    path = record_path(source, remote_id)
    return f"{path}.{PAGE}" if split_ending(remote_id)[1] else path


def form_path(source: str, remote_id: str, suffix: str) -> str:
    """Return the path of a fixed form of a record."""
    return f"{record_path(source, remote_id)}.{suffix}"


def page_path(base: str, iri: str) -> str:
    """Return the path of the page of a record by its IRI, which is one of the base's."""
    source, _, quoted = iri.removeprefix(f"{base}{PATH}").partition("/")
    return dataset_path(source, unquote(quoted))


def api_path(source: str, remote_id: str) -> str:
    """Return the path of a record in the API."""
    return f"/api/v1/datasets/{source}/{quote(remote_id, safe='')}"


def organization_path(base: str, iri: str) -> str:
    """Return the path of a publisher's page by its IRI, whoever made that.

    ``/organization/{notation}`` of the vocabulary's, ``/organization/{source}/{key}`` of those that
    this catalogue made for a source's names, ``/organization?iri=`` of all others.
    """
    notation = iri.removeprefix(f"{VOCAB}organization/")
    if notation != iri:
        return f"/organization/{quote(notation, safe='')}"
    source, slash, key = iri.removeprefix(f"{base}/id/organization/").partition("/")
    if iri.startswith(f"{base}/id/organization/") and slash and key and "/" not in key:
        return f"/organization/{source}/{key}"
    return f"/organization?{urlencode({'iri': iri})}"
