"""What a case is about: a public dataset, its data item or file, and who answers for it."""

from __future__ import annotations

from typing import Final

from catalog_service.accounts.service import owner_of
from catalog_service.context import Service
from catalog_service.datasets.service import is_public as is_public_record
from catalog_service.journal.model import StoredRecord, version_of
from catalog_service.participation.fields import no_dataset
from catalog_service.stored_records import known_record
from ontology.errors import AtlasError
from ontology.ntriples import triples_of
from ontology.terms import CSVW, DCAT, DCT


def find_subject(atlas: Service, name: str) -> tuple[str, str | None]:
    """Return the IRI of a public dataset, and who is responsible for what it holds (一数一源).

    Its publisher's organization, else that of its source. Raises ``case-field-wrong``.
    """
    try:
        stored = known_record(atlas, name.strip())
    except AtlasError as error:
        raise no_dataset() from error
    if not is_public_record(stored):
        raise no_dataset()
    return stored.iri, _responsible(atlas, stored)


def _responsible(atlas: Service, stored: StoredRecord) -> str | None:
    version = version_of(stored)
    if version is not None:
        for triple in triples_of(version.nquads):
            organization = triple.predicate.value == DCT.publisher and str(triple.object)[1:-1]
            if organization and atlas.accounts.hierarchy.is_known(organization):
                return organization
    return owner_of(atlas.journal, stored.source)


def part_of(atlas: Service, iri: str, part: str, text: str) -> tuple[str | None, str]:
    """Return the data item or file that an objection is about, and its text.

    Everybody reads which item or file it is. What names none of the dataset's (a row, a remark) may
    be anything, and is put before the text, which is encrypted.
    """
    found = " ".join(part.split())[:200]
    if not found:
        return None, text
    stored = known_record(atlas, iri)
    version = version_of(stored)
    if version is not None and found in _parts(version.nquads):
        return found, text
    return None, f"{found}\n\n{text}" if text.strip() else text


_NAMES_A_PART: Final = frozenset(
    {CSVW.title, CSVW.name, DCT.title, DCAT.downloadURL, DCAT.accessURL}
)


def _parts(nquads: str) -> frozenset[str]:
    """Return the names and addresses of the data items and files of a canonical form."""
    return frozenset(
        str(getattr(one.object, "value", ""))
        for one in triples_of(nquads)
        if one.predicate.value in _NAMES_A_PART
    )
