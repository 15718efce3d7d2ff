"""Answers of OAI-PMH as XML (http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from catalog_service.context import Service
from catalog_service.datasets.model import those_described
from catalog_service.journal.published import PublicChange
from catalog_service.oai_pmh.formats import MetadataFormat, text
from catalog_service.oai_pmh.service import RecordPage, earliest
from catalog_service.oai_pmh.sets import RecordSet, sets_of
from ontology.rdf_xml import NOT_XML
from translations import Lang, translator

_NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"


def document(atlas: Service, verb: str, asked: Mapping[str, str], content: str) -> bytes:
    """Return an answer; ``asked`` are the arguments that may be repeated, empty after errors."""
    arguments = {"verb": verb, **asked} if verb else {}
    told = "".join(
        f" {name}={quoteattr(NOT_XML.sub('', value))}" for name, value in arguments.items()
    )
    address = text(f"{atlas.settings.public_url}/oai")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{_NAMESPACE} {_NAMESPACE}OAI-PMH.xsd">'
        f"<responseDate>{moment(atlas.clock.now())}</responseDate>"
        f"<request{told}>{address}</request>{content}</OAI-PMH>\n"
    ).encode()


def error(code: str, message: str) -> str:
    """Return an error of the protocol."""
    return f'<error code="{code}">{text(message)}</error>'


def identify(atlas: Service, lang: Lang) -> str:
    """Return what the repository is."""
    name = translator(lang).gettext("Shanghai Data Atlas")
    return (
        f"<Identify><repositoryName>{text(name)}</repositoryName>"
        f"<baseURL>{text(atlas.settings.public_url)}/oai</baseURL>"
        "<protocolVersion>2.0</protocolVersion>"
        f"<adminEmail>{text(_contact(atlas))}</adminEmail>"
        f"<earliestDatestamp>{moment(earliest(atlas))}</earliestDatestamp>"
        "<deletedRecord>persistent</deletedRecord>"
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
    )


def _contact(atlas: Service) -> str:
    """Return the address that mails come from, or the one that every mail server has."""
    host = urlsplit(atlas.settings.public_url).hostname or "localhost"
    # The schema wants a dot in it.
    domain = host if "." in host else f"{host}.localdomain"
    return atlas.settings.smtp_from or f"postmaster@{domain}"


def formats(found: list[MetadataFormat]) -> str:
    """Return the list of metadata formats."""
    listed = "".join(
        f"<metadataFormat><metadataPrefix>{one.prefix}</metadataPrefix><schema>{one.schema}"
        f"</schema><metadataNamespace>{one.namespace}</metadataNamespace></metadataFormat>"
        for one in found
    )
    return f"<ListMetadataFormats>{listed}</ListMetadataFormats>"


def sets(found: list[RecordSet], lang: Lang) -> str:
    """Return the list of sets."""
    listed = "".join(
        f"<set><setSpec>{text(one.spec)}</setSpec>"
        f"<setName>{text(one.en if lang == 'en' else one.zh)}</setName></set>"
        for one in found
    )
    return f"<ListSets>{listed}</ListSets>"


def page(atlas: Service, verb: str, found: RecordPage) -> str:
    """Return a part of ``ListRecords`` or ``ListIdentifiers``.

    A record that cannot be written is left out, and logged.
    """
    written = partial(record, atlas, form=found.format) if verb == "ListRecords" else _header
    listed = "".join(those_described(found.records, written, lambda one: one.iri))
    token = ""
    if found.token or found.passed:
        token = f'<resumptionToken cursor="{found.passed}">{found.token}</resumptionToken>'
    return f"<{verb}>{listed}{token}</{verb}>"


def record(atlas: Service, one: PublicChange, form: MetadataFormat) -> str:
    """Return a record: its header, and its metadata unless it was deleted."""
    if one.nquads is None:
        return f"<record>{_header(one)}</record>"
    return f"<record>{_header(one)}<metadata>{form.write(atlas, one)}</metadata></record>"


def moment(time: datetime) -> str:
    """Return a time in UTC, to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _header(one: PublicChange) -> str:
    deleted = ' status="deleted"' if one.nquads is None else ""
    sets_ = sets_of(one.nquads, one.focus) if one.nquads is not None else []
    specs = "".join(f"<setSpec>{text(spec)}</setSpec>" for spec in sets_)
    return (
        f"<header{deleted}><identifier>{text(one.iri)}</identifier>"
        f"<datestamp>{moment(one.time)}</datestamp>{specs}</header>"
    )
