"""What a dataset's page says of objections to it, and where one objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from catalog_service.context import Service
from catalog_service.dataset_notes import DatasetNote
from catalog_service.participation.faults import fault_of
from catalog_service.participation.naming import NEW_OBJECTION, PUBLIC, public_path
from catalog_service.participation.service import count_known_faults, objections_to
from translations import LANGUAGES, N_, in_all_languages, translator

_MOST: Final = 20
"""Objections of one dataset that its page tells of."""


def notes(atlas: Service, iri: str) -> Iterator[DatasetNote]:
    """Yield what was corrected, what is still looked at, and the way to object."""
    known = count_known_faults(atlas, iri)
    if known > 1:
        yield DatasetNote(
            "participation.confirmed",
            f"{PUBLIC['objection']}?{urlencode({'dataset': iri})}",
            in_all_languages(N_("The objections to it")),
            {
                lang: translator(lang).ngettext(
                    "{count:,} fault of the data is known, and not corrected yet.",
                    "{count:,} faults of the data are known, and not corrected yet.",
                    known,
                )
                for lang in LANGUAGES
            },
            alert=True,
        )
    for case in objections_to(atlas, iri, _MOST):
        fault = fault_of(case)
        if fault is None:
            continue
        if fault.corrected is not None:
            yield DatasetNote(
                "participation.corrected",
                public_path(case),
                in_all_languages(N_("Objection {name}"), name=case.name),
                in_all_languages(
                    N_("A fault of the data was corrected on {day}."),
                    day=fault.corrected.isoformat(),
                ),
                fault.corrected,
            )
        elif known == 1:
            yield DatasetNote(
                "participation.confirmed",
                public_path(case),
                in_all_languages(N_("Objection {name}"), name=case.name),
                in_all_languages(N_("A fault of the data is known, and not corrected yet.")),
                alert=True,
            )
    yield DatasetNote(
        "participation.object",
        f"{NEW_OBJECTION}?{urlencode({'dataset': iri})}",
        in_all_languages(N_("Something is wrong")),
    )
