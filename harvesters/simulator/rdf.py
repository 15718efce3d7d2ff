"""A dataset as N-Triples in the application profile of DCAT (``ontology/profile.md``)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from harvesters.simulator.dataset import FREQUENCIES, OPEN_LABELS
from harvesters.simulator.description import CONDITION, SITE, Description
from harvesters.simulator.seeded import pick

PREFIXES: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "ldes": "https://w3id.org/ldes#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "shd": "https://w3id.org/shdata/def/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "tree": "https://w3id.org/tree#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
VOCABULARIES: Final = "https://w3id.org/shdata/vocab/"
MANY: Final = 1_000
"""Distributions of a dataset with the defect ``many-distributions``."""
_FREQUENCY_LISTS: Final = (
    ("http://publications.europa.eu/resource/authority/frequency/",
     ("UPDATE_CONT", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL_2", "ANNUAL", "IRREG")),
    ("http://purl.org/cld/freq/",
     ("continuous", "daily", "weekly", "monthly", "quarterly", "semiannual", "annual",
      "irregular")),
    ("http://purl.org/linked-data/sdmx/2009/code#freq-",
     ("N", "D", "W", "M", "Q", "S", "A", "N")),
)  # fmt: skip
"""Three code lists beside our own, in the order of `FREQUENCIES`."""


def expand(name: str) -> str:
    """Return the term of a prefixed name: ``dct:title`` → ``<http://purl.org/dc/terms/title>``."""
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def text(value: object, language: str = "zh") -> str:
    """Return a literal with a language."""
    return f"{plain(value)}@{language}"


def plain(value: object) -> str:
    """Return a plain literal."""
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.replace("\n", "\\n").replace("\r", "\\r")


def typed(value: object, datatype: str) -> str:
    """Return a literal of a datatype of XML Schema."""
    return f"{plain(value)}^^{expand(f'xsd:{datatype}')}"


def concept(scheme: str, notation: str) -> str:
    """Return a concept of our vocabularies."""
    return f"<{VOCABULARIES}{scheme}/{notation}>"


def dataset_iri(dataset_id: str) -> str:
    """Return the IRI of a dataset, without angle brackets."""
    return f"{SITE}/id/dataset/{dataset_id}"


class Triples:
    """Lines of N-Triples about a dataset and the nodes below it."""

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self.subject = f"<{iri}>"
        self.lines: list[str] = []

    def say(self, predicate: str, *values: str) -> None:
        """Say something of the dataset."""
        self.about(self.subject, predicate, *values)

    def about(self, subject: str, predicate: str, *values: str) -> None:
        """Say something of any node."""
        self.lines += [f"{subject} {expand(predicate)} {value} ." for value in values]

    def node(self, fragment: str, kind: str, **said: str) -> str:
        """Add a node below the dataset (``dct_title`` for ``dct:title``) and return its term."""
        node = fragment if fragment.startswith("_:") else f"<{self.iri}#{fragment}>"
        self.about(node, "rdf:type", expand(kind))
        for name, value in said.items():
            self.about(node, name.replace("_", ":", 1), value)
        return node

    def __bytes__(self) -> bytes:
        return ("\n".join(self.lines) + "\n").encode()


def triples(d: Description, iri: str | None = None) -> Triples:
    """Return the description of a dataset; ``iri`` is its own, unless it is given."""
    dataset = d.dataset
    out = Triples(iri or dataset_iri(dataset.id))
    language = "kr" if "wrong-language" in d.defects else "zh"
    out.say("rdf:type", expand("dcat:Dataset"))
    out.say("dct:identifier", plain(d.id))
    out.say("dct:title", text(d.title, language))
    if d.summary is not None:
        out.say("dct:description", text(d.summary, language))
    out.say("dct:publisher", _publisher(out, d))
    if d.open_type:
        known = d.open_type == OPEN_LABELS[dataset.open_type]
        out.say(
            "dct:accessRights",
            concept("open-type", dataset.open_type) if known else text(d.open_type),
        )
    out.say("shd:sharingType", concept("sharing-type", "unconditional"))
    if d.frequency:
        out.say("dct:accrualPeriodicity", _frequency(d))
    out.say("dcat:theme", _theme(d))
    out.say("dcat:keyword", *(text(word, language) for word in dataset.keywords))
    out.say("dct:issued", typed(d.issued, "dateTime" if "T" in str(d.issued) else "date"))
    out.say("dct:modified", typed(f"{d.modified}+08:00", "dateTime"))
    out.say("dct:spatial", _place(out, d))
    out.say("dct:temporal", _period(out, d))
    landing = d.landing_page + (" " if "illegal-iri" in d.defects else "")
    out.say("dcat:landingPage", f"<{landing}>")
    if isinstance(d.rows, int):
        out.say("shd:rowCount", typed(d.rows, "integer"))
    out.say("shd:securityLevel", concept("security-level", "general"))
    out.say("shd:resourceClass", concept("resource-class", dataset.domain.resource_class))
    out.say("shd:resourceCode", plain(f"{dataset.domain.class_code}001/{dataset.key:05d}"))
    source = text(f"{dataset.organization.office}业务系统")
    out.say("dct:provenance", out.node("provenance", "dct:ProvenanceStatement", rdfs_label=source))
    reviewed = typed(dataset.issued - timedelta(days=30), "date")
    out.say(
        "shd:secrecyReview",
        out.node("review", "shd:SecrecyReview", dct_date=reviewed, rdfs_label=text("已通过")),
    )
    out.say("dcat:contactPoint", _contact(out, d))
    for number, item in enumerate(dataset.fields, 1):
        out.say(
            "shd:dataItem",
            out.node(
                f"field-{number:03d}",
                "csvw:Column",
                csvw_title=text(item.name),
                csvw_datatype=plain(item.datatype),
                dct_description=text(f"{item.name}：照业务系统原始记录填写"),
            ),
        )
    _distributions(out, d)
    _conditions(out, d)
    return out


def _publisher(out: Triples, d: Description) -> str:
    if "blank-nodes" in d.defects:
        node = f"_:publisher{d.dataset.key}"
        return out.node(node, "org:Organization", skos_prefLabel=text(d.organization))
    if d.organization == d.dataset.organization.name:
        return concept("organization", d.dataset.organization.notation)
    return out.node("publisher", "org:Organization", skos_prefLabel=text(d.organization))


def _contact(out: Triples, d: Description) -> str:
    node = f"_:contact{d.dataset.key}" if "blank-nodes" in d.defects else "contact"
    organization = d.dataset.organization
    return out.node(
        node,
        "vcard:Organization",
        vcard_fn=text(organization.office),
        vcard_hasTelephone=f"<tel:{organization.phone}>",
    )


def _frequency(d: Description) -> str:
    if d.frequency != d.dataset.frequency:
        return text(d.frequency)
    if "foreign-code-list" in d.defects:
        base, names = pick(_FREQUENCY_LISTS, d.dataset.id, "list")
        return f"<{base}{names[list(FREQUENCIES).index(d.dataset.frequency)]}>"
    return concept("frequency", FREQUENCIES[d.dataset.frequency][0])


def _theme(d: Description) -> str:
    if "foreign-theme" in d.defects:
        return "<http://publications.europa.eu/resource/authority/data-theme/EDUC#SPORT>"
    known = d.domain == d.dataset.domain.name
    return concept("domain", d.dataset.domain.notation) if known else text(_one(d.domain))


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _place(out: Triples, d: Description) -> str:
    area = d.dataset.area
    if area.code.endswith("0000"):
        return out.node("place-1", "dct:Location", skos_prefLabel=text(area.name))
    return concept("place", area.code)


def _period(out: Triples, d: Description) -> str:
    return out.node(
        "period",
        "dct:PeriodOfTime",
        dcat_startDate=typed(f"{d.dataset.issued.year}-01-01", "date"),
        dcat_endDate=typed(d.dataset.modified.date(), "date"),
    )


def _distributions(out: Triples, d: Description) -> None:
    dataset = d.dataset
    files = dataset.files
    if "many-distributions" in d.defects:
        files = (files or ("csv",)) * (MANY // max(len(files), 1))
    for number, form in enumerate(files, 1):
        address = f"{SITE}/zq/api/download_file_pro/?path={dataset.id}-{number}.{form}"
        out.say(
            "dcat:distribution",
            out.node(
                f"dist-{number}",
                "dcat:Distribution",
                dct_title=text(f"{dataset.title}（{form}）"),
                dct_format=concept("format", form),
                dcat_downloadURL=f"<{address}>",
                shd_deliveryMode=concept("delivery-mode", "file"),
            ),
        )
    if dataset.has_api:
        address = f"<{SITE}/interface/{dataset.id}/1>"
        service = out.node(
            "service-1",
            "dcat:DataService",
            dct_title=text(f"{dataset.title}接口"),
            dcat_endpointURL=address,
            dcat_endpointDescription=f"<{SITE}/interface/{dataset.id}/doc>",
            dcat_servesDataset=out.subject,
        )
        out.say(
            "dcat:distribution",
            out.node(
                f"dist-{len(files) + 1}",
                "dcat:Distribution",
                dct_title=text(f"{dataset.title}接口"),
                dct_format=concept("format", "json"),
                dcat_accessURL=address,
                dcat_accessService=service,
                shd_deliveryMode=concept("delivery-mode", "api"),
            ),
        )


def _conditions(out: Triples, d: Description) -> None:
    dataset = d.dataset
    item = out.node(
        "list-item",
        "shd:OpenListItem",
        foaf_primaryTopic=out.subject,
        shd_listYear=typed(dataset.modified.year, "gYear"),
        shd_openScope=text(f"{dataset.area.name}范围内的全部数据"),
        dct_identifier=plain(dataset.id),
    )
    out.about(item, "rdf:type", expand("dcat:CatalogRecord"))
    out.say("shd:openListItem", item)
    if dataset.open_type != "conditional":
        return
    out.say("shd:conditionalReason", concept("conditional-reason", "high-timeliness"))
    offer = out.node("offer", "odrl:Offer", dct_description=text(CONDITION))
    out.say("odrl:hasPolicy", offer)
    out.say(
        "shd:agreement",
        out.node(
            "agreement",
            "odrl:Agreement",
            dct_title=text(f"{dataset.title}利用协议"),
            shd_filedOn=typed(dataset.issued, "date"),
            foaf_page=f"<{SITE}/agreement/{dataset.id}>",
        ),
    )
