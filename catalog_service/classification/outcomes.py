"""Classification as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel

from catalog_service.classification.model import (
    AgreementVersion,
    ConditionsVersion,
    Guide,
    OpenType,
    Version,
)
from ontology.languages import Texts


class VersionAnswer(BaseModel):
    """From which day on a text counts, and what it was taken from."""

    version: int
    in_force: date
    origin: str


class LevelAnswer(BaseModel):
    """A level of the guide; ``open_type`` null: the table does not say."""

    code: str
    name: Texts
    definition: Texts
    open_type: OpenType | None


class ConditionsAnswer(VersionAnswer):
    """A template of conditions; ``industry`` is an IRI, or null for all industries."""

    key: str
    name: Texts
    text: Texts
    industry: str | None


class AgreementAnswer(VersionAnswer):
    """An agreement, in Markdown; its fields stand in double braces."""

    key: str
    name: Texts
    text: str


class ClassificationAnswer(BaseModel):
    """What is in force; without a table of the guide ``version`` is null and ``levels`` empty."""

    version: VersionAnswer | None
    levels: list[LevelAnswer]
    versions: list[VersionAnswer]
    conditions: list[ConditionsAnswer]
    agreements: list[AgreementAnswer]


def classification_answer(
    guide: Guide | None,
    versions: list[Guide],
    conditions: list[ConditionsVersion],
    agreements: list[AgreementVersion],
) -> ClassificationAnswer:
    """Return the answer of what is in force."""
    return ClassificationAnswer(
        version=None if guide is None else VersionAnswer(**_version(guide.version)),
        levels=[]
        if guide is None
        else [
            LevelAnswer(
                code=one.code,
                name=one.name,
                definition=one.definition,
                open_type=one.open_type,
            )
            for one in guide.levels
        ],
        versions=[VersionAnswer(**_version(one.version)) for one in versions],
        conditions=[
            ConditionsAnswer(
                key=one.version.key,
                name=one.template.name,
                text=one.template.text,
                industry=one.template.industry or None,
                **_version(one.version),
            )
            for one in conditions
        ],
        agreements=[
            AgreementAnswer(
                key=one.version.key,
                name=one.template.name,
                text=one.template.text,
                **_version(one.version),
            )
            for one in agreements
        ],
    )


def _version(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "in_force": version.in_force,
        "origin": version.origin,
    }
