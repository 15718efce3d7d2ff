"""Values that become a node: contact, period, place, condition, agreement, review, consent …"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from harvesters.errors import VALUE_NOT_READ
from harvesters.mapping.mapped_value import (
    EMPTY,
    D,
    MappedValue,
    node_lines,
    plain_term,
    text_term,
    typed_term,
    unmapped_value,
)
from harvesters.mapping.value_parsing import as_text, parse_boolean, parse_date
from harvesters.mapping.web_addresses import Problem, addresses, all_of, looks_web
from harvesters.mapping.wrapped_values import shown, texts_in, unwrapped
from harvesters.privacy.personal_data import clean_contact, clean_text
from ontology.dates import shown_date
from ontology.ntriples import iri
from ontology.terms import ADMS, DCAT, DCT, FOAF, ODRL, RDF, RDFS, SHD, SKOS, VCARD
from ontology.texts import plain_text

_MOST: Final = 50
"""Maximum number of texts read from one contact."""
_PHONE = re.compile(
    r"(?<!\d)(?:\+86[- ]?)?(?:\(?0\d{2,3}\)?[- ]?)?\d{7,8}(?!\d)(?:[-转]\d{1,6})?"
    r"|\b(?:400|800)[- ]?\d{3}[- ]?\d{4}(?!\d)|\b1\d{4}\b"
)
# At most 64 characters before the @ (RFC 5321), from the beginning of a word: otherwise a long word
# without an @ would be tried from each letter.
_MAILBOX = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_LABEL = re.compile(r"(?:联系)?(?:电话|方式|邮箱|邮件|传真|热线|Tel|tel|TEL|E-?mail)\s*[:：]?")
_STARTS: Final = ("start", "startDate", "start_date", "begin", "from", "开始", "开始时间", "起")
_ENDS: Final = ("end", "endDate", "end_date", "finish", "to", "结束", "结束时间", "止")
_YEAR = re.compile(r"(\d{4})年?")


def map_contact(value: object) -> MappedValue:
    """Map an office's contact, given as a text or an object; persons are removed."""
    if isinstance(value, (dict, list, tuple)):
        value = " / ".join(texts_in(value, _MOST))
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
        return MappedValue("", removed)
    pairs = [(RDF.type, f"<{VCARD.Organization}>")]
    pairs.append((VCARD.fn, text_term(name or (phones + mails)[0])))
    pairs += [(VCARD.hasTelephone, f"<tel:{_dialled(phone)}>") for phone in phones]
    pairs += [(VCARD.hasEmail, f"<mailto:{mail}>") for mail in mails]
    return MappedValue(node_lines(DCAT.contactPoint, "contact", *pairs), removed)


def _dialled(phone: str) -> str:
    return re.sub(r"[() ]", "", phone).replace("转", ";ext=")


def map_period(value: object) -> MappedValue:
    """Map a period given as ``2019/2025``, ``2021-01-01至2025-09-23`` or one day or year."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if isinstance(value, dict):
        ends = [as_text(unwrapped(_first(value, *keys))[0]) for keys in (_STARTS, _ENDS)]
        if any(ends) and not set(value) - {*_STARTS, *_ENDS, "@type"}:
            value = "至".join(filter(None, ends))
    found, unread = unwrapped(value)
    text = as_text(found)
    problems = tuple((VALUE_NOT_READ, {"value": one}) for one in unread)
    if not text:
        return MappedValue("", (), problems)
    made = _period(text)
    return made._replace(problems=problems) if problems else made


def _period(text: str) -> MappedValue:
    parts = [part for part in re.split(r"\s*(?:至|到|~|～|—+|--|\s-\s)\s*", text) if part]
    if len(parts) == 1 and text.count("/") == 1:
        parts = text.split("/")
    if len(parts) == 1 and re.fullmatch(r"\d{4}\s*-\s*\d{4}年?", text):
        parts = text.split("-")
    ends = [_bound(part, last) for part, last in zip(parts, (False, True), strict=False)]
    if len(parts) == 1:
        ends.append(_bound(parts[0], True))
    if len(parts) not in (1, 2) or None in ends:
        return unmapped_value(DCT.temporal, text)
    pairs = [(RDF.type, f"<{DCT.PeriodOfTime}>")]
    for predicate, end in zip((DCAT.startDate, DCAT.endDate), ends, strict=True):
        if end is not None:
            pairs.append((predicate, typed_term(*end)))
    return MappedValue(node_lines(DCT.temporal, "period", *pairs))


def _bound(text: str, last: bool) -> tuple[str, str] | None:
    year = _YEAR.fullmatch(text.strip())
    if year is not None:
        return f"{year.group(1)}-{'12-31' if last else '01-01'}", "date"
    return parse_date(text.strip())


def map_condition(condition: str, supplement: str) -> MappedValue:
    """Map the conditions of access to an `odrl:Offer`."""
    pairs = [(RDF.type, f"<{ODRL.Offer}>")]
    removed: list[str] = []
    for predicate, text in ((DCT.description, condition), (SHD.conditionSupplement, supplement)):
        if text:
            cleaned = clean_text(plain_text(text))
            removed += [f"odrl:hasPolicy: {kind}" for kind in cleaned.kinds]
            pairs.append((predicate, text_term(cleaned.text)))
    return MappedValue(node_lines(ODRL.hasPolicy, "offer", *pairs), tuple(removed))


def _first(value: Mapping[str, object], *keys: str) -> object:
    return next((value[key] for key in keys if value.get(key)), None)


def _provenance(value: object) -> MappedValue:
    given = plain_text(as_text(value))
    if not given:
        return EMPTY
    cleaned = clean_text(given)
    pairs = ((RDF.type, f"<{DCT.ProvenanceStatement}>"), (RDFS.label, text_term(cleaned.text)))
    return MappedValue(
        node_lines(DCT.provenance, "provenance", *pairs),
        tuple(f"dct:provenance: {kind}" for kind in cleaned.kinds),
    )


def _parts(value: object, **keys: tuple[str, ...]) -> tuple[dict[str, object], list[Problem]]:
    """Return the parts of an object by name, and warnings about unread keys.

    ``keys`` lists the keys of each part, the preferred one first. A value that is no object, or an
    object without any of the parts, becomes the part ``text``.
    """
    if isinstance(value, dict):
        known = {key: part for part, names in keys.items() for key in names}
        if any(key in known and given for key, given in value.items()):
            found: dict[str, object] = {}
            unread: list[str] = []
            for key, given in value.items():
                inner, more = unwrapped(given)
                part = known.get(key)
                unread += (f"{key}: {one}" for one in more)
                if inner is None or inner == "":
                    continue
                if part is None or part in found:
                    unread.append(f"{key}: {shown(inner)}")
                else:
                    found[part] = inner
            return found, [(VALUE_NOT_READ, {"value": one}) for one in unread]
    plain, told = unwrapped(value)
    problems: list[Problem] = [(VALUE_NOT_READ, {"value": one}) for one in told]
    return ({} if plain is None else {"text": plain}), problems


def _dated(link: str, fragment: str, cls: str, note: str) -> Callable[[object], MappedValue]:
    def make(value: object) -> MappedValue:
        pairs = [(RDF.type, f"<{cls}>")]
        found, problems = _parts(
            value, text=("date", "日期"), note=("description", "label", "说明", "机构")
        )
        given = found.get("text")
        text = as_text(found.get("note"))
        day = parse_date(given) if given is not None else None
        if day is not None:
            pairs.append((DCT.date, typed_term(shown_date(day[0]), "date")))
        else:
            text = "；".join(filter(None, (text, as_text(given))))
        if day is None and not text:
            return MappedValue("", (), tuple(problems))
        removed: tuple[str, ...] = ()
        if text:
            cleaned = clean_text(plain_text(text))
            removed = tuple(f"{fragment}: {kind}" for kind in cleaned.kinds)
            pairs.append((note, text_term(cleaned.text)))
        return MappedValue(node_lines(link, fragment, *pairs), removed, tuple(problems))

    return make


def _text_and_page(found: Mapping[str, object], name: str) -> tuple[str, str]:
    """Return the part ``name`` and the page of `_parts`; a bare text is one of the two."""
    given, page, text = (as_text(found.get(part)) for part in (name, "page", "text"))
    return (given, page or text) if looks_web(text) else (given or text, page)


def _links(predicate: str, text: str, problems: list[Problem]) -> list[tuple[str, str]]:
    """Return links to the addresses in a text; warnings are added to ``problems``."""
    pages, warnings = all_of(addresses(text))
    problems += warnings
    return [(predicate, iri(page)) for page in pages]


def _agreement(value: object) -> MappedValue:
    pairs = [(RDF.type, f"<{ODRL.Agreement}>")]
    found, problems = _parts(
        value,
        title=("title", "name", "名称"),
        page=("url", "page", "链接"),
        filed=("filed_on", "filedOn", "备案日期"),
    )
    title, page = _text_and_page(found, "title")
    if title:
        pairs.append((DCT.title, text_term(plain_text(title))))
    pairs += _links(FOAF.page, page, problems)
    if "filed" in found:
        filed = parse_date(found["filed"])
        if filed is None:
            problems.append((VALUE_NOT_READ, {"value": as_text(found["filed"])}))
        else:
            pairs.append((SHD.filedOn, typed_term(shown_date(filed[0]), "date")))
    text = node_lines(SHD.agreement, "agreement", *pairs) if len(pairs) > 1 else ""
    return MappedValue(text, (), tuple(problems))


def _sample(value: object) -> MappedValue:
    pairs = [(RDF.type, f"<{DCAT.Distribution}>")]
    found, problems = _parts(
        value,
        note=("description", "说明", "name"),
        page=("url", "download_url", "path"),
        needs=("requires_application", "需要申请"),
    )
    note, page = _text_and_page(found, "note")
    if "needs" in found:
        needs = parse_boolean(found["needs"])
        if needs is None:
            problems.append((VALUE_NOT_READ, {"value": as_text(found["needs"])}))
        else:
            truth = "true" if needs else "false"
            pairs.append((SHD.requiresApplication, typed_term(truth, "boolean")))
    pairs += _links(DCAT.downloadURL, page, problems)
    if note and (told_note := plain_text(note)):
        pairs.append((DCT.description, text_term(told_note)))
    text = node_lines(ADMS.sample, "sample", *pairs) if len(pairs) > 1 else ""
    return MappedValue(text, (), tuple(problems))


CONTENT_NODES: Final[Mapping[str, Callable[[object], MappedValue]]] = {
    "agreement": _agreement,
    "consent": _dated(SHD.consent, "consent", SHD.Consent, DCT.description),
    "deidentification": _dated(
        SHD.deidentification, "deidentification", SHD.Deidentification, DCT.description
    ),
    "provenance": _provenance,
    "sample": _sample,
    "secrecy_review": _dated(SHD.secrecyReview, "review", SHD.SecrecyReview, RDFS.label),
    "contact": map_contact,
    "period": map_period,
}
"""Mapping functions by the kind of a target in ``profile.toml``."""


def list_item_lines(identifier: str, year: str | None, scope: str) -> str:
    """Return the lines of the open list's item for the dataset."""
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
    """Return the lines of a place that no vocabulary knows."""
    pairs = ((RDF.type, f"<{DCT.Location}>"), (SKOS.prefLabel, text_term(label)))
    return node_lines(DCT.spatial, f"place-{number}", *pairs)
