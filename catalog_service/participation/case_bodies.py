"""What the API is sent about cases: a body for each kind, and the steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from catalog_service.participation.applying import SEALED
from catalog_service.participation.sealed_texts import LONGEST

Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
DatasetName = Annotated[str, Field(max_length=2_000, description="IRI, or source/remote id.")]
Topic = Annotated[str, Field(max_length=300, description="IRI of a data domain.")]
Day = Annotated[str, Field(max_length=40, description="As 2026-09-30.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    text: Text

    def given(self) -> Mapping[str, str]:
        """Return the fields as a form sends them."""
        return self.model_dump(by_alias=True, exclude={"kind"})


class DemandBody(_Body):
    """Data that somebody looked for in vain."""

    kind: Literal["demand"]
    dataset: DatasetName = ""
    topic: Topic = ""


class ObjectionBody(_Body):
    """What is wrong with a public dataset."""

    kind: Literal["objection"]
    dataset: DatasetName = ""
    part: Annotated[str, Field(max_length=200, description="A data item, or a file.")] = ""
    topic: Topic = ""
    fault: Annotated[str, Field(max_length=40)] = ""


class SharingBody(_Body):
    """Data of another department, for who works in one."""

    kind: Literal["sharing"]
    dataset: DatasetName = ""
    topic: Topic = ""


class ApplicationBody(_Body):
    """An application for conditional data; ``text`` says what for."""

    kind: Literal["application"]
    dataset: DatasetName
    applicant: Annotated[str, Field(max_length=SEALED["applicant"][0])]
    scope: Annotated[str, Field(max_length=SEALED["scope"][0])] = ""
    security: Annotated[str, Field(max_length=SEALED["security"][0])]
    first: Annotated[Day, Field(alias="from")]
    until: Day
    terms: bool = False
    """True: the conditions and the agreement were read."""

    def given(self) -> Mapping[str, str]:
        """Return the fields as a form sends them."""
        return {**super().given(), "terms": "read" if self.terms else ""}


BroughtBody = Annotated[
    DemandBody | ObjectionBody | SharingBody | ApplicationBody, Field(discriminator="kind")
]
"""What is brought up."""


class StepBody(BaseModel):
    """A step that is taken with a case."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[str, Field(max_length=40)]
    text: Annotated[str, Field(max_length=LONGEST)] = ""
    fields: Annotated[dict[str, str], Field(max_length=20)] = {}
