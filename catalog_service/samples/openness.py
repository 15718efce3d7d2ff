"""Whether a dataset is had on conditions: of such alone there are samples (R20)."""

from __future__ import annotations

import re
from typing import Final

from catalog_service.journal.model import StoredRecord, version_of
from catalog_service.samples.errors import DATASET_ENDED, NOT_CONDITIONAL
from ontology.errors import AtlasError, Phrase
from ontology.openness import open_type
from ontology.record import Record
from ontology.terms import DCT, VOCAB
from translations import N_

CONDITIONAL: Final = f"{VOCAB}open-type/conditional"
_RIGHTS: Final = re.compile(rf"^<([^>]+)> <{re.escape(DCT.accessRights)}> <([^>]+)>", re.MULTILINE)


def is_conditional(record: StoredRecord) -> bool:
    """Tell whether a record is public and its dataset is open on conditions."""
    if not record.public or record.state != "active" or not record.nquads:
        return False
    focus = record.focus or record.iri
    return any(
        subject == focus and open_type(value) == CONDITIONAL
        for subject, value in _RIGHTS.findall(record.nquads)
    )


def conditional(record: StoredRecord) -> Record:
    """Return the public version of a conditional dataset; raises ``sample-not-conditional``."""
    version = version_of(record)
    if version is None or not is_conditional(record):
        raise AtlasError(NOT_CONDITIONAL)
    return version


def still_conditional(record: StoredRecord | None, number: int) -> Record:
    """Return the public version of the dataset of a sample that was drawn, by its number.

    Raises ``sample-dataset-ended``, with what became of the dataset.
    """
    version = None if record is None else version_of(record)
    if record is None or version is None or not record.public or record.state != "active":
        what = N_("was withdrawn, or is public no longer")
    elif not is_conditional(record):
        what = N_("is open on conditions no longer")
    else:
        return version
    raise AtlasError(DATASET_ENDED, number=number, what=Phrase(what))
