"""OAI-PMH 2.0 with Dublin Core and DCAT (openarchives.org/OAI/openarchivesprotocol.html)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs
from xml.sax.saxutils import escape, quoteattr

import orjson

from harvesters.simulator.catalogue import CatalogueView, Change
from harvesters.simulator.dataset import Dataset
from harvesters.simulator.defects import Defects
from harvesters.simulator.description import Description
from harvesters.simulator.faults import Fault
from harvesters.simulator.listing import Listing
from harvesters.simulator.messages import Request, Response
from harvesters.simulator.rdf import triples
from harvesters.simulator.rdf_formats import FORMATS

PATH: Final = "/oai"
PREFIX: Final = "oai:data.sh.gov.cn:"
_OAI: Final = "http://www.openarchives.org/OAI/2.0/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_FORMATS: Final = {
    "oai_dc": (f"{_OAI}oai_dc.xsd", _OAI_DC),
    "dcat_ap": ("http://www.w3.org/ns/dcat.rdf", "http://www.w3.org/ns/dcat#"),
}
_RDF_XML: Final = next(form for form in FORMATS if form.ending == "rdf")
_KEPT: Final = 8
"""States of the catalogue that are remembered for walks that have not ended."""
_ARGUMENTS: Final = {
    "Identify": set(),
    "ListMetadataFormats": {"identifier"},
    "ListSets": {"resumptionToken"},
    "GetRecord": {"identifier", "metadataPrefix"},
    "ListIdentifiers": {"metadataPrefix", "from", "until", "set", "resumptionToken"},
    "ListRecords": {"metadataPrefix", "from", "until", "set", "resumptionToken"},
}


class OaiError(Exception):
    """An error of the protocol: its code and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class _Walk:
    """A list request, as it stands in a resumption token."""

    prefix: str
    since: str
    until: str
    version: int
    """Of the catalogue, so that a walk sees one state of it."""
    offset: int
    epoch: int

    def token(self) -> str:
        parts = [self.prefix, self.since, self.until, self.version, self.offset, self.epoch]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")

    @classmethod
    def read(cls, token: str) -> _Walk:
        try:
            padded = token + "=" * (-len(token) % 4)
            return cls(*orjson.loads(base64.urlsafe_b64decode(padded)))
        except (ValueError, TypeError) as error:
            raise OaiError("badResumptionToken", "The token is unknown.") from error


class OaiPmh:
    """Serves ``/oai``. Deleted records are kept for ever (``persistent``), times are in seconds."""

    name = "oai-pmh"
    connections = (("oai-pmh", PATH),)

    def __init__(self, defects: Defects | None = None, *, page_size: int = 50) -> None:
        self._defects = defects or Defects()
        self._size = page_size
        self._epoch = 0
        self._rows: dict[int, list[Change]] = {}
        self._metadata: dict[tuple[str, str, int], str] = {}

    def expire_tokens(self) -> None:
        """Make all resumption tokens that were given out invalid."""
        self._epoch += 1

    def remote_id(self, dataset_id: str) -> str:
        """Return what a harvest calls a dataset: its OAI identifier."""
        return PREFIX + dataset_id

    def answer(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response | None:
        """Answer a verb, asked by GET or POST."""
        if request.path != PATH:
            return None
        asked = dict(request.query)
        if request.method == "POST":
            form = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
            asked |= {name: values[-1] for name, values in form.items()}
        verb = asked.pop("verb", "")
        try:
            content = self._content(verb, asked, view, faults, request.base)
        except OaiError as error:
            content = f'<error code="{error.code}">{escape(str(error))}</error>'
            if error.code in ("badVerb", "badArgument"):
                verb, asked = "", {}
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in asked.items())
        verb = f' verb="{verb}"' if verb else ""
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="{_OAI}" xmlns:xsi="{_XSI}" '
            f'xsi:schemaLocation="{_OAI} {_OAI}OAI-PMH.xsd">'
            f"<responseDate>{_utc(view.time)}</responseDate>"
            f"<request{verb}{attributes}>{request.base}{PATH}</request>{content}</OAI-PMH>"
        )
        return Response(body.encode(), "text/xml; charset=utf-8")

    def document(self, dataset: Dataset, prefix: str) -> str:
        """Return the metadata of a dataset, as a harvest should read it."""
        key = (prefix, dataset.id, dataset.version)
        found = self._metadata.get(key)
        if found is None:
            d = self._defects.describe(dataset)
            found = self._metadata[key] = _dublin_core(d) if prefix == "oai_dc" else _dcat(d)
        return found

    def _content(
        self,
        verb: str,
        asked: dict[str, str],
        view: CatalogueView,
        faults: frozenset[Fault],
        base: str,
    ) -> str:
        allowed = _ARGUMENTS.get(verb)
        if allowed is None:
            raise OaiError("badVerb", "The verb is missing or not of OAI-PMH 2.0.")
        if asked.keys() - allowed:
            raise OaiError("badArgument", f"Not for {verb}: {sorted(asked.keys() - allowed)}")
        match verb:
            case "Identify":
                inner = _identify(view, base)
            case "ListMetadataFormats":
                inner = "".join(
                    f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>{schema}"
                    f"</schema><metadataNamespace>{space}</metadataNamespace></metadataFormat>"
                    for prefix, (schema, space) in _FORMATS.items()
                )
            case "ListSets":
                raise OaiError("noSetHierarchy", "There are no sets.")
            case "GetRecord":
                inner = self._one(asked, view)
            case _:
                inner = self._list(verb, asked, view, faults)
        return f"<{verb}>{inner}</{verb}>"

    def _one(self, asked: dict[str, str], view: CatalogueView) -> str:
        prefix = _prefix(asked.get("metadataPrefix"))
        wanted = asked.get("identifier", "").removeprefix(PREFIX)
        found = next((c for c in self._states(view, view.version) if c.id == wanted), None)
        if found is None:
            raise OaiError("idDoesNotExist", "There is no such record.")
        return self._record(found, prefix)

    def _list(
        self, verb: str, asked: dict[str, str], view: CatalogueView, faults: frozenset[Fault]
    ) -> str:
        walk = self._walk(asked, view)
        states = self._states(view, walk.version)
        rows = [c for c in states if walk.since <= _utc(c.time) <= walk.until]
        listing = Listing(rows, faults)
        page = listing.page(walk.offset, self._size)
        if not page:
            raise OaiError("noRecordsMatch", "No record was changed in that time.")
        write = self._record if verb == "ListRecords" else _header
        inner = "".join(write(change, walk.prefix) for change in page)
        following = listing.has_next(walk.offset, self._size)
        if not following and not walk.offset:
            return inner
        token = ""
        if following:
            offset = walk.offset + self._size
            token = _Walk(
                walk.prefix, walk.since, walk.until, walk.version, offset, self._epoch
            ).token()
        return (
            f'{inner}<resumptionToken completeListSize="{listing.total}" '
            f'cursor="{walk.offset}">{token}</resumptionToken>'
        )

    def _walk(self, asked: dict[str, str], view: CatalogueView) -> _Walk:
        token = asked.get("resumptionToken")
        if token is not None:
            if len(asked) > 1:
                raise OaiError("badArgument", "A resumptionToken stands alone.")
            walk = _Walk.read(token)
            if walk.epoch != self._epoch or walk.version > view.version:
                raise OaiError("badResumptionToken", "The token is no longer valid.")
            return walk
        if "set" in asked:
            raise OaiError("noSetHierarchy", "There are no sets.")
        since, until = asked.get("from", ""), asked.get("until", "")
        if since and until and len(since) != len(until):
            raise OaiError("badArgument", "from and until differ in granularity.")
        until = f"{until}T23:59:59Z" if len(until) == len("2026-01-01") else until
        # A day sorts before all times of that day; ~ sorts behind all times.
        return _Walk(
            _prefix(asked.get("metadataPrefix")), since, until or "~", view.version, 0, self._epoch
        )

    def _states(self, view: CatalogueView, version: int) -> list[Change]:
        """Return the last change of each id up to a version, the oldest first."""
        found = self._rows.get(version)
        if found is None:
            if len(self._rows) >= _KEPT:
                self._rows.clear()
            last = {change.id: change for change in view.changes[:version]}
            found = sorted(last.values(), key=lambda c: (c.time, c.seq))
            self._rows[version] = found
        return found

    def _record(self, change: Change, prefix: str) -> str:
        if change.dataset is None:
            return f"<record>{_header(change)}</record>"
        metadata = self.document(change.dataset, prefix)
        return f"<record>{_header(change)}<metadata>{metadata}</metadata></record>"


def _header(change: Change, _: str = "") -> str:
    status = ' status="deleted"' if change.dataset is None else ""
    return (
        f"<header{status}><identifier>{PREFIX}{change.id}</identifier>"
        f"<datestamp>{_utc(change.time)}</datestamp></header>"
    )


def _prefix(prefix: str | None) -> str:
    if prefix is None:
        raise OaiError("badArgument", "metadataPrefix is missing.")
    if prefix not in _FORMATS:
        raise OaiError("cannotDisseminateFormat", f"Formats: {', '.join(_FORMATS)}.")
    return prefix


def _identify(view: CatalogueView, base: str) -> str:
    earliest = min((change.time for change in view.changes), default=view.time)
    return (
        "<repositoryName>上海市公共数据目录（模拟）</repositoryName>"
        f"<baseURL>{base}{PATH}</baseURL><protocolVersion>2.0</protocolVersion>"
        "<adminEmail>simulator@data.example</adminEmail>"
        f"<earliestDatestamp>{_utc(earliest)}</earliestDatestamp>"
        "<deletedRecord>persistent</deletedRecord>"
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity>"
    )


def _dublin_core(d: Description) -> str:
    dataset = d.dataset
    said = [
        ("title", d.title), ("description", d.summary), ("publisher", d.organization),
        ("identifier", d.id), ("identifier", d.landing_page), ("date", d.modified),
        ("rights", d.open_type), ("type", "Dataset"), ("language", "zh"),
        ("coverage", dataset.area.name), ("subject", d.domain),
        *(("subject", word) for word in dataset.keywords[1:]),
        *(("format", form) for form in dataset.formats),
    ]  # fmt: skip
    inner = "".join(
        f"<dc:{name}>{escape(str(value))}</dc:{name}>" for name, value in said if value is not None
    )
    return f'<oai_dc:dc xmlns:oai_dc="{_OAI_DC}" xmlns:dc="{_DC}">{inner}</oai_dc:dc>'


def _dcat(d: Description) -> str:
    written = _RDF_XML.write(bytes(triples(d))).decode()
    # The answer has an XML declaration of its own.
    return written[written.index("<rdf:RDF") :]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
