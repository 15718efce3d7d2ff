"""Settings of searching by meaning."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from catalog_service.errors import SETTINGS_INVALID
from catalog_service.settings.values import empty_is_none, existing_file, is_server_without_user
from ontology.errors import AtlasError, Phrase


class EmbeddingSettings(BaseModel):
    """What makes embeddings, and how searches use them."""

    embedding: Literal["auto", "off"] = Field(
        default="auto",
        description="`auto`: searches go by meaning too where `ATLAS_EMBEDDING_URL` is set, or "
        "else where the extra `embeddings` is installed (a model in a process of its own, which "
        "sends nothing anywhere); `off`: by words alone.",
    )
    embedding_url: str = Field(
        default="",
        description="Address of an OpenAI-compatible service of embeddings, such as "
        "`http://127.0.0.1:11434/v1`, to which search texts and what public records say are sent; "
        "empty: nothing is sent.",
    )
    embedding_model: str = Field(
        default="",
        max_length=200,
        description="Name of the embedding model; another one has all vectors made anew.",
    )
    embedding_key: SecretStr | None = Field(
        default=None, description="Key of that service, sent to it alone; never logged or shown."
    )
    embedding_key_file: Path | None = Field(
        default=None, description="File that holds the key, in the place of `ATLAS_EMBEDDING_KEY`."
    )
    embedding_prefix: str = Field(
        default="",
        max_length=500,
        description="Goes before each search text that is sent to that service, for models that "
        "want to be told what it is, such as `query: `.",
    )
    embedding_passage_prefix: str = Field(
        default="",
        max_length=500,
        description="Goes before what is sent of each record, such as `passage: `; another one "
        "has all vectors made anew.",
    )
    embedding_seconds: float = Field(
        default=0.3,
        gt=0,
        le=10,
        description="How long a search waits for the vector of its text; later it goes by words.",
    )
    embedding_least: float | None = Field(
        default=None,
        ge=-1,
        le=1,
        description="Cosine from which on a dataset is offered as similar in meaning; models "
        "differ in it. Empty: 0.5, or what was measured of the installed model.",
    )
    embedding_batch: int = Field(
        default=32, ge=1, le=1000, description="Texts in one request while vectors are made."
    )

    @field_validator("embedding_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return is_server_without_user(value)

    @field_validator("embedding_key", "embedding_key_file", "embedding_least", mode="before")
    @classmethod
    def _none_of_embedding(cls, value: object) -> object:
        return empty_is_none(value)

    @field_validator("embedding_key_file")
    @classmethod
    def _is_key_file(cls, value: Path | None) -> Path | None:
        return existing_file(value)

    @model_validator(mode="after")
    def _embedding_is_whole(self) -> Self:
        if self.embedding_url and not self.embedding_model:
            raise ValueError("embedding_url needs embedding_model beside it")
        if self.embedding_key is not None and self.embedding_key_file is not None:
            raise ValueError("either embedding_key or embedding_key_file, not both")
        # Read now: a fault must show at the start, not at the first search.
        _ = self.embedding_secret
        return self

    @cached_property
    def embedding_secret(self) -> str:
        """The key of the embedding service, empty where it needs none.

        Raises `AtlasError` (``settings-invalid``) for a file that can't be read, or a key that
        can't be sent.
        """
        key = self.embedding_key.get_secret_value() if self.embedding_key is not None else ""
        if self.embedding_key_file is not None:
            try:
                key = self.embedding_key_file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = f"embedding_key_file: {type(error).__name__}"
                raise AtlasError(SETTINGS_INVALID, detail=reason) from error
        if not key.isascii() or not key.isprintable() or " " in key:
            raise AtlasError(
                SETTINGS_INVALID,
                detail=Phrase("embedding_key: only visible ASCII characters can be sent"),
            )
        return key
