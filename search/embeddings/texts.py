"""What is sent of a dataset to be embedded: what its public record says of its contents."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from search.analysis.normalization import normal
from search.index.payload import StoredDocument

MAX_TEXT: Final = 1_000
"""Characters: the smallest of the usual models read 512 tokens, which is about as much Chinese."""

TEXT_VERSION: Final = 1
"""Increase when `text_of` changes; all vectors are then recomputed."""


def text_of(document: StoredDocument) -> str:
    """Return the text that stands for a dataset: its titles, its description, its data items."""
    d = document
    lines = [d.title, *d.alternatives, d.title_en]
    if normal(d.description) != normal(d.title):
        lines.append(d.description)
    lines += [" ".join(d.keywords), " ".join(d.fields)]
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())[:MAX_TEXT]


def key_of(text: str) -> bytes:
    """Return the name of a text's vector among those of one model."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
