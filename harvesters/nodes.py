"""Values that become a node of their own: contact, period, place, condition, review, consent …"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from harvesters.chunk import (
    EMPTY,
    Chunk,
    D,
    node_lines,
    plain_term,
    text_term,
    typed_term,
    unmapped_chunk,
)
from harvesters.privacy.texts import clean_contact, clean_text
from harvesters.values import as_text, parse_date, plain_text
from ontology.dates import shown_date
from ontology.errors import AtlasError
from ontology.ntriples import iri
from ontology.terms import ADMS, DCAT, DCT, FOAF, ODRL, RDF, RDFS, SHD, SKOS, VCARD

_PHONE = re.compile(
    r"(?:\+86[- ]?)?(?:\(?0\d{2,3}\)?[- ]?)?\d{7,8}(?:[-转]\d{1,6})?"
    r"|\b(?:400|800)[- ]?\d{3}[- ]?\d{4}|\b1\d{4}\b"
)
# Of 64 characters before the @ (RFC 5321), none begun within a word: a long word without an @ would
# else be tried from each of its letters.
_MAILBOX = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_LABEL = re.compile(r"(?:联系)?(?:电话|方式|邮箱|邮件|传真|热线|Tel|tel|TEL|E-?mail)\s*[:：]?")
_YEAR = re.compile(r"(\d{4})年?")


def contact_chunk(value: object) -> Chunk:
    """Return an office's contact from a text or an object, persons taken out."""
    if isinstance(value, dict):
        value = " / ".join(filter(None, (as_text(part) for part in value.values())))
    given = plain_text(as_text(value))
    if not given:
        return EMPTY
    cleaned = clean_contact(given)
    removed = tuple(f"dcat:contactPoint: {kind}" for kind in cleaned.kinds)
    phones = [found.group().strip() for found in _PHONE.finditer(cleaned.text)]
    mails = [found.group() for found in _MAILBOX.finditer(cleaned.text)]
    rest = _LABEL.sub(" ", _PHONE.sub(" ", _MAILBOX.sub(" ", cleaned.text)))
    name = re.sub(r"[\s/、,，;；|:：]+", " ", rest).strip(" -()（）")
    if not (phones or mails or name):
        return Chunk("", removed)
    pairs = [(RDF.type, f"<{VCARD.Organization}>")]
    pairs.append((VCARD.fn, text_term(name or (phones + mails)[0])))
    pairs += [(VCARD.hasTelephone, f"<tel:{_dialled(phone)}>") for phone in phones]
    pairs += [(VCARD.hasEmail, f"<mailto:{mail}>") for mail in mails]
    return Chunk(node_lines(DCAT.contactPoint, "contact", *pairs), removed)


def _dialled(phone: str) -> str:
    return re.sub(r"[() ]", "", phone).replace("转", ";ext=")


def period_chunk(value: object) -> Chunk:
    """Return a period from ``2019/2025``, ``2021-01-01至2025-09-23`` or one day or year."""
    text = as_text(value)
    if not text:
        return EMPTY
    parts = [part for part in re.split(r"\s*(?:至|到|~|～|—+|--|\s-\s)\s*", text) if part]
    if len(parts) == 1 and text.count("/") == 1:
        parts = text.split("/")
    if len(parts) == 1 and re.fullmatch(r"\d{4}\s*-\s*\d{4}年?", text):
        parts = text.split("-")
    ends = [_bound(part, last) for part, last in zip(parts, (False, True), strict=False)]
    if len(parts) == 1:
        ends.append(_bound(parts[0], True))
    if len(parts) not in (1, 2) or None in ends:
        return unmapped_chunk(DCT.temporal, text)
    pairs = [(RDF.type, f"<{DCT.PeriodOfTime}>")]
    for predicate, end in zip((DCAT.startDate, DCAT.endDate), ends, strict=True):
        if end is not None:
            pairs.append((predicate, typed_term(*end)))
    return Chunk(node_lines(DCT.temporal, "period", *pairs))


def _bound(text: str, last: bool) -> tuple[str, str] | None:
    year = _YEAR.fullmatch(text.strip())
    if year is not None:
        return f"{year.group(1)}-{'12-31' if last else '01-01'}", "date"
    return parse_date(text.strip())


def condition_chunk(condition: str, supplement: str) -> Chunk:
    """Return the offer under which a dataset is opened."""
    pairs = [(RDF.type, f"<{ODRL.Offer}>")]
    removed: list[str] = []
    for predicate, text in ((DCT.description, condition), (SHD.conditionSupplement, supplement)):
        if text:
            cleaned = clean_text(plain_text(text))
            removed += [f"odrl:hasPolicy: {kind}" for kind in cleaned.kinds]
            pairs.append((predicate, text_term(cleaned.text)))
    return Chunk(node_lines(ODRL.hasPolicy, "offer", *pairs), tuple(removed))


def _first(value: Mapping[str, object], *keys: str) -> object:
    return next((value[key] for key in keys if value.get(key)), None)


def _provenance(value: object) -> Chunk:
    cleaned = clean_text(plain_text(as_text(value)))
    pairs = ((RDF.type, f"<{DCT.ProvenanceStatement}>"), (RDFS.label, text_term(cleaned.text)))
    return Chunk(
        node_lines(DCT.provenance, "provenance", *pairs),
        tuple(f"dct:provenance: {kind}" for kind in cleaned.kinds),
    )


def _dated(link: str, fragment: str, cls: str, note: str) -> Callable[[object], Chunk]:
    def make(value: object) -> Chunk:
        pairs = [(RDF.type, f"<{cls}>")]
        given: object = value
        text = ""
        if isinstance(value, dict):
            given = _first(value, "date", "日期")
            text = as_text(_first(value, "description", "label", "说明", "机构"))
        day = parse_date(given) if given is not None else None
        if day is not None:
            pairs.append((DCT.date, typed_term(shown_date(day[0]), "date")))
        else:
            text = text or as_text(given)
        removed: tuple[str, ...] = ()
        if text:
            cleaned = clean_text(plain_text(text))
            removed = tuple(f"{fragment}: {kind}" for kind in cleaned.kinds)
            pairs.append((note, text_term(cleaned.text)))
        return Chunk(node_lines(link, fragment, *pairs), removed)

    return make


def _agreement(value: object) -> Chunk:
    pairs = [(RDF.type, f"<{ODRL.Agreement}>")]
    if isinstance(value, dict):
        title = as_text(_first(value, "title", "name", "名称"))
        page = as_text(_first(value, "url", "page", "链接"))
        filed = parse_date(_first(value, "filed_on", "filedOn", "备案日期"))
    else:
        text = as_text(value)
        title, page = ("", text) if text.startswith(("http://", "https://")) else (text, "")
        filed = None
    if title:
        pairs.append((DCT.title, text_term(plain_text(title))))
    if page:
        try:
            pairs.append((FOAF.page, iri(page)))
        except AtlasError as error:
            return Chunk("", (), ((error.kind, error.params),))
    if filed is not None:
        pairs.append((SHD.filedOn, typed_term(shown_date(filed[0]), "date")))
    return Chunk(node_lines(SHD.agreement, "agreement", *pairs))


def _sample(value: object) -> Chunk:
    pairs = [(RDF.type, f"<{DCAT.Distribution}>")]
    text, address = as_text(value), ""
    if isinstance(value, dict):
        text = as_text(_first(value, "description", "说明", "name"))
        address = as_text(_first(value, "url", "download_url", "path"))
        needs = as_text(_first(value, "requires_application", "需要申请"))
        if needs:
            truth = "true" if needs in {"true", "是", "1"} else "false"
            pairs.append((SHD.requiresApplication, typed_term(truth, "boolean")))
    elif text.startswith(("http://", "https://")):
        text, address = "", text
    if address:
        try:
            pairs.append((DCAT.downloadURL, iri(address)))
        except AtlasError as error:
            return Chunk("", (), ((error.kind, error.params),))
    if text:
        pairs.append((DCT.description, text_term(plain_text(text))))
    return Chunk(node_lines(ADMS.sample, "sample", *pairs))


CONTENT_NODES: Final[Mapping[str, Callable[[object], Chunk]]] = {
    "agreement": _agreement,
    "consent": _dated(SHD.consent, "consent", SHD.Consent, DCT.description),
    "deidentification": _dated(
        SHD.deidentification, "deidentification", SHD.Deidentification, DCT.description
    ),
    "provenance": _provenance,
    "sample": _sample,
    "secrecy_review": _dated(SHD.secrecyReview, "review", SHD.SecrecyReview, RDFS.label),
    "contact": contact_chunk,
    "period": period_chunk,
}
"""Makers of chunks by kind, for the values that become a node."""


def list_item_lines(identifier: str, year: str | None, scope: str) -> str:
    """Return the open list's item that refers to the dataset."""
    pairs = [
        (RDF.type, f"<{DCAT.CatalogRecord}>"),
        (RDF.type, f"<{SHD.OpenListItem}>"),
        (FOAF.primaryTopic, f"<{D}>"),
    ]
    if year:
        pairs.append((SHD.listYear, typed_term(year, "gYear")))
    if scope:
        pairs.append((SHD.openScope, text_term(scope)))
    if identifier:
        pairs.append((DCT.identifier, plain_term(identifier)))
    return node_lines(SHD.openListItem, "list-item", *pairs)


def place_lines(number: int, label: str) -> str:
    """Return a place that no vocabulary knows."""
    pairs = ((RDF.type, f"<{DCT.Location}>"), (SKOS.prefLabel, text_term(label)))
    return node_lines(DCT.spatial, f"place-{number}", *pairs)
