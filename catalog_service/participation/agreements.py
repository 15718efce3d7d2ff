"""The agreement of an application: filled from its template, signed by both, written as a file.

What is signed is frozen as the application is granted: a template or a dataset that changes
afterwards changes nothing in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final, Self

import orjson

from catalog_service.classification.service import markdown_of, terms_of
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.documents.markdown import blocks_of
from catalog_service.documents.model import Block, Document, Heading, Paragraph, Run
from catalog_service.documents.pdf import write_pdf
from catalog_service.participation.errors import NO_AGREEMENT
from catalog_service.participation.fields import LABELS
from catalog_service.participation.model import Case, day_of
from catalog_service.participation.papers import PaperKind, paper, paper_as_json
from catalog_service.participation.periods import Period
from catalog_service.participation.sealed_texts import texts_of
from ontology.errors import AtlasError
from translations import N_, translator

DRAFT: Final[PaperKind] = "agreement"
DOCUMENT: Final[PaperKind] = "document"

_SIGNED_BY: Final = {
    "asker": N_("Whoever applies"),
    "handler": N_("For the organization that provides the data"),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """A name that somebody signed with, and when that was confirmed."""

    party: str
    """``asker`` or ``handler``."""
    name: str
    time: str
    """In Shanghai: ``2026-09-01 12:00``."""


@dataclass(frozen=True, slots=True)
class AgreementText:
    """What is agreed on."""

    title: str
    template: str
    version: int
    day: str
    """Of the decision, ISO 8601."""
    text: str
    """The template's Markdown, filled for the dataset."""
    applied: Sequence[tuple[str, str]]
    """What was applied for: names of `LABELS` or ``purpose``, each with what was said."""
    signatures: Sequence[Signature] = ()

    def written(self) -> bytes:
        """Return it as it is sealed."""
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Return what was written."""
        found = orjson.loads(content)
        signatures = tuple(Signature(**one) for one in found.pop("signatures"))
        applied = tuple((name, value) for name, value in found.pop("applied"))
        return cls(**found, applied=applied, signatures=signatures)

    def digest(self) -> str:
        """Return the SHA-256 of what both sign: all of it but the signatures."""
        return hashlib.sha256(replace(self, signatures=()).written()).hexdigest()

    def signed(self, party: str, name: str, at: datetime) -> AgreementText:
        """Return it with another signature."""
        time = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        return replace(self, signatures=(*self.signatures, Signature(party, name, time)))


def drawn_up(atlas: Service, case: Case, period: Period) -> AgreementText:
    """Return the agreement of an application, as the template of its dataset's class has it today.

    Raises ``application-without-agreement``, ``dataset-not-found`` and, as decrypting does.
    """
    terms = None if case.subject is None else terms_of(atlas, case.subject)
    if terms is None or terms.agreement is None or case.subject is None:
        raise AtlasError(NO_AGREEMENT, name=case.name)
    template = terms.agreement
    form = paper_as_json(atlas, case.number, "form") or {}
    first, last = period
    applied = {
        "applicant": form.get("applicant", ""),
        "scope": form.get("scope", ""),
        "purpose": texts_of(atlas, case.number).get(case.steps[0].number, ""),
        "security": form.get("security", ""),
        "from": first.isoformat(),
        "until": last.isoformat(),
    }
    names = template.template.name
    return AgreementText(
        names.get("zh") or next(iter(names.values()), "") or template.version.key,
        template.version.key,
        template.version.number,
        atlas.clock.today().isoformat(),
        markdown_of(atlas, template, case.subject),
        tuple((name, value) for name, value in applied.items() if value),
    )


def agreement_of(atlas: Service, case: Case) -> AgreementText | None:
    """Return the agreement of an application; None: it was not granted yet, or it was erased."""
    found = paper(atlas, case.number, DRAFT)
    return None if found is None else AgreementText.read(found)


def document_of(case: Case, agreement: AgreementText) -> Document:
    """Return an agreement as a document, with the signatures that it has."""
    footer = translator("zh").gettext(
        "{name} · {case} · version {number} of the template",
        name=agreement.title,
        case=case.name,
        number=agreement.version,
    )
    blocks = (*blocks_of(agreement.text), *_applied(agreement), *_signatures(agreement))
    day = day_of(agreement.day)
    return Document(agreement.title, "zh", day, blocks, footer)


def file_of(atlas: Service, case: Case) -> bytes | None:
    """Return an agreement as PDF: as it was signed by both, else as it stands; None: none is."""
    signed = paper(atlas, case.number, DOCUMENT)
    if signed is not None:
        return signed
    found = agreement_of(atlas, case)
    return None if found is None else write_pdf(document_of(case, found))


def _applied(agreement: AgreementText) -> Iterator[Block]:
    texts = translator("zh")
    yield Heading(2, (Run(texts.gettext("What was applied for")),))
    labels = {**LABELS, "purpose": N_("What for")}
    for name, value in agreement.applied:
        label = texts.gettext(labels[name]) + texts.pgettext("label", ": ")
        first, *others = value.splitlines() or [""]
        yield Paragraph((Run(label, strong=True), Run(first)))
        yield from (Paragraph((Run(line),)) for line in others if line.strip())


def _signatures(agreement: AgreementText) -> Iterator[Block]:
    if not agreement.signatures:
        return
    texts = translator("zh")
    yield Heading(2, (Run(texts.gettext("Signatures")),))
    for one in agreement.signatures:
        label = texts.gettext(_SIGNED_BY[one.party]) + texts.pgettext("label", ": ")
        said = texts.gettext("{name}, confirmed by code at {time}", name=one.name, time=one.time)
        yield Paragraph((Run(label, strong=True), Run(said)))
    digest = texts.gettext("SHA-256 of what was signed: {digest}", digest=agreement.digest())
    yield Paragraph((Run(digest),))
