"""``/api/v1/samples``: the samples that are served, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from catalog_service.dependencies import Atlas
from catalog_service.samples.counting import aims, count
from catalog_service.samples.outcomes import (
    ComparedAnswer,
    SamplesAnswer,
    compared_answer,
    samples_answer,
)
from catalog_service.samples.service import public_sample, public_samples

router = APIRouter(prefix="/api/v1", tags=["samples"])


@router.get("/samples", summary="The sample sets that are served")
def get_samples(atlas: Atlas) -> SamplesAnswer:
    """Newest first, with the number of conditional datasets that have one, and the city's aim."""
    found = public_samples(atlas)
    return samples_answer(atlas, found, count(atlas, found), aims(atlas))


@router.get("/samples/{number}", summary="A sample set and its distances from the whole")
def get_sample(atlas: Atlas, number: Annotated[int, Path(ge=0, le=999_999_999)]) -> ComparedAnswer:
    """Column by column; 410 once it is withdrawn."""
    return compared_answer(atlas, public_sample(atlas, number))
