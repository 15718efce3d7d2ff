"""What answers of several rooms are made of: named things, and messages in both languages."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ontology.languages import BilingualText, Texts


class Shown(BaseModel):
    """The base of what is answered: immutable."""

    model_config = ConfigDict(frozen=True)


class Named(Shown):
    """Something with a name: a concept, an organisation, a place."""

    iri: str | None = None
    notation: str | None = None
    label: Texts = Field(default_factory=dict)


class Message(Shown):
    """A message in both languages."""

    zh: str
    en: str


def both(text: BilingualText) -> Message:
    """Return a text of the register of rules for an answer."""
    return Message(zh=text.zh, en=text.en)
