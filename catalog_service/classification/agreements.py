"""An agreement as a document, blank or filled for a dataset."""

from __future__ import annotations

from collections.abc import Mapping

from catalog_service.classification.fields import fill
from catalog_service.classification.model import AgreementVersion
from catalog_service.classification.terms import terms_of
from catalog_service.context import Service
from catalog_service.datasets.service import description_of, find_public
from catalog_service.documents.markdown import blocks_of
from catalog_service.documents.model import Document
from ontology.languages import Texts
from translations import translator


def markdown_of(atlas: Service, agreement: AgreementVersion, dataset: str | None) -> str:
    """Return an agreement's text, its fields filled for a public dataset or left blank.

    Raises ``dataset-not-found`` and `GoneError`.
    """
    version = agreement.version
    values: dict[str, str] = {"version": str(version.number), "day": version.in_force.isoformat()}
    if dataset:
        values |= _of_dataset(atlas, dataset)
    return fill(agreement.template.text, values)


def document_of(atlas: Service, agreement: AgreementVersion, dataset: str | None) -> Document:
    """Return an agreement as a document, dated by the day from which on it counts."""
    version = agreement.version
    name = _chinese(agreement.template.name) or version.key
    footer = translator("zh").gettext(
        "{name} · version {number}, in force from {day}",
        name=name,
        number=version.number,
        day=version.in_force.isoformat(),
    )
    text = markdown_of(atlas, agreement, dataset)
    return Document(name, "zh", version.in_force, blocks_of(text), footer)


def _of_dataset(atlas: Service, dataset: str) -> Mapping[str, str]:
    version = find_public(atlas, dataset)
    said = description_of(atlas, version)
    terms = terms_of(atlas, version.iri)
    conditions = [*said.conditions, *said.condition_supplements]
    if terms is not None:
        conditions += [one.template.text for one in terms.conditions]
    return {
        "dataset": _chinese(said.title),
        "identifier": said.iri,
        "publisher": "、".join(_chinese(one.label) for one in said.publishers),
        "conditions": "；".join(filter(None, map(_chinese, conditions))),
        "level": terms.level.code if terms else "",
    }


def _chinese(texts: Texts) -> str:
    return texts.get("zh") or texts.get("") or next(iter(texts.values()), "")
