"""The tantivy schema, and a document in it."""

from __future__ import annotations

from typing import Final

import tantivy

from search.facets import AREA, DAYS, GROUP, INDEXED
from search.index.field_names import (
    BY_MODIFIED,
    BY_TITLE,
    CHECKPOINT,
    DATASET,
    IRI,
    KIND,
    MARK,
    PAYLOAD,
    day_field,
    facet_field,
    text_field,
)
from search.index.fields import CANDIDATE_WEIGHTS, PREPARED_VERSION, prepare
from search.index.model import SearchDocument
from search.index.payload import StoredDocument, identity, stored

SCHEMA_VERSION: Final = PREPARED_VERSION
"""Part of the folder's name; another one means that the index is built anew."""


_TOKENIZER: Final = "prepared"


def build_schema() -> tantivy.Schema:
    """Return the schema: frequencies everywhere, no positions, for no phrase is ever asked."""
    builder = tantivy.SchemaBuilder()
    for name in (KIND, IRI):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in CANDIDATE_WEIGHTS:
        builder.add_text_field(text_field(name), tokenizer_name=_TOKENIZER, index_option="freq")
    for name in (*map(facet_field, (*INDEXED, AREA)), BY_TITLE):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field(facet_field(GROUP), tokenizer_name="raw", index_option="basic")
    for name in DAYS:
        builder.add_unsigned_field(day_field(name), fast=True)
    builder.add_unsigned_field(BY_MODIFIED, fast=True)
    builder.add_bytes_field(PAYLOAD, stored=True)
    builder.add_unsigned_field(CHECKPOINT, stored=True)
    builder.add_bytes_field(MARK, stored=True)
    return builder.build()


def open_index(path: str, *, create: bool) -> tantivy.Index:
    """Open the index in a folder, or create one; readers are reloaded by hand, not by a thread."""
    index = tantivy.Index(build_schema(), path=path) if create else tantivy.Index.open(path)
    white_space = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, white_space)
    index.config_reader("manual")
    return index


def dataset_document(document: SearchDocument) -> tantivy.Document:
    """Return a dataset as tantivy stores it."""
    d = document
    prepared = prepare(d)
    out = tantivy.Document()
    out.add_text(KIND, DATASET)
    out.add_text(IRI, d.iri)
    for name, tokens in prepared.text.items():
        if tokens:
            out.add_text(text_field(name), tokens)
    for name, values in prepared.facets.items():
        field = facet_field(name)
        for value in values:
            out.add_text(field, value)
    out.add_text(facet_field(GROUP), prepared.group)
    for name, day in prepared.days.items():
        out.add_unsigned(day_field(name), day)
    out.add_text(BY_TITLE, prepared.by_title)
    out.add_unsigned(BY_MODIFIED, prepared.by_modified)
    out.add_bytes(PAYLOAD, prepared.payload.encode())
    return out


def checkpoint_document(checkpoint: int, mark: str) -> tantivy.Document:
    """Return the one document that holds the journal's number and its mark.

    tantivy can carry a payload in its commit, but its Python binding can't set one. A document is
    as good: it is replaced in the very commit that brings the data.
    """
    out = tantivy.Document()
    out.add_text(KIND, CHECKPOINT)
    out.add_unsigned(CHECKPOINT, checkpoint)
    out.add_bytes(MARK, mark.encode())
    return out


def identity_of(document: tantivy.Document) -> tuple[str, str]:
    """Return IRI and hash of a stored dataset."""
    return identity(document[PAYLOAD][0])


def stored_of(document: tantivy.Document) -> StoredDocument:
    """Return a stored dataset."""
    return stored(document[PAYLOAD][0])
