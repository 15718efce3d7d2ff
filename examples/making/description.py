"""A district's dataset as a description in the profile's shape, and how it is written in Turtle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from examples.making.base import (
    FREQUENCIES,
    REASONS,
    Entry,
    chance,
    datatype,
    explained,
    issued_on,
    keywords,
    modified_on,
    row_count,
)

SITE = "https://data.sh.gov.cn"
DOMAINS = (
    "经济建设",
    "资源环境",
    "教育科技",
    "道路交通",
    "社会发展",
    "公共安全",
    "文化休闲",
    "卫生健康",
    "民生服务",
    "机构团体",
    "城市建设",
    "信用服务",
)
CLASSES = {
    "资源环境": ("thematic-environment", "211"),
    "卫生健康": ("thematic-health", "202"),
    "民生服务": ("thematic-social-security", "203"),
    "信用服务": ("thematic-credit-system", "208"),
    "城市建设": ("thematic-urban-rural-construction", "209"),
    "社会发展": ("thematic-community-governance", "210"),
    "公共安全": ("thematic-emergency-stability", "212"),
    "道路交通": ("departmental", "318"),
    "经济建设": ("departmental", "304"),
    "教育科技": ("thematic-public-services", "201"),
    "文化休闲": ("thematic-public-services", "201"),
    "机构团体": ("basic-legal-entities", "102"),
}
"""Field → class of the national guide, and the first three digits of its resource codes."""

PREFIXES = """\
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix shd: <https://w3id.org/shdata/def/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@dataclass(frozen=True)
class District:
    """A district whose catalogue comes as DCAT."""

    name: str
    code: str
    slug: str
    letters: str
    office: str
    phone: str
    credit_code: str


@dataclass
class Description:
    """One dataset: its own statements, and those of the nodes below it, in the order written."""

    iri: str
    own: dict[str, list[str]] = field(default_factory=dict)
    nodes: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def say(self, predicate: str, *values: str) -> None:
        """Replace what the dataset says under a predicate; without values, it says nothing."""
        self.own[predicate] = list(values)

    def node(self, fragment: str, kind: str, **said: str) -> str:
        """Add a node below the dataset (``dct_title`` for ``dct:title``) and return its term."""
        values = {key.replace("_", ":", 1): [value] for key, value in said.items()}
        self.nodes[fragment] = {"a": [kind], **values}
        return self.below(fragment)

    def below(self, fragment: str) -> str:
        """Return the term of a node below the dataset."""
        return f"<{self.iri}#{fragment}>"

    def turtle(self) -> str:
        """Return the Turtle of the dataset and its nodes."""
        blocks = [_block(f"<{self.iri}>", self.own)]
        blocks += [_block(self.below(name), said) for name, said in self.nodes.items()]
        return "\n".join(blocks)


def _block(subject: str, said: dict[str, list[str]]) -> str:
    pairs = [f"{p} {', '.join(values)}" for p, values in said.items() if values]
    return f"{subject} " + " ;\n    ".join(pairs) + " .\n"


def zh(text: str) -> str:
    """Return a literal in Chinese."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"@zh'


def day(value: object) -> str:
    """Return a literal of a day."""
    return f'"{value}"^^xsd:date'


def vocab(scheme: str, notation: str) -> str:
    """Return a concept."""
    return f"<https://w3id.org/shdata/vocab/{scheme}/{notation}>"


def describe(district: District, entry: Entry, number: int) -> Description:
    """Return the description with all that the open-list rules ask for."""
    own_id = f"{district.letters}2026{number:03d}"
    title = (
        entry.title if entry.title.startswith(district.name[:2]) else district.name + entry.title
    )
    found = Description(f"{SITE}/id/dataset/{own_id}")
    issued, modified = issued_on(own_id), modified_on(own_id, entry.frequency, late_share=15)
    kind, code = CLASSES[entry.domain]
    open_type = {"u": "unconditional", "c": "conditional", "n": "none"}[entry.open_type]
    say = found.say
    say("a", "dcat:Dataset")
    say("dct:title", zh(title))
    say("dct:description", zh(f"{district.name}{entry.summary}"))
    say("dct:identifier", f'"{own_id}"')
    say("dct:publisher", vocab("organization", f"district-{district.slug}"))
    say("shd:providerCode", f'"{district.credit_code}"')
    say("dct:accessRights", vocab("open-type", open_type))
    say("shd:sharingType", vocab("sharing-type", "unconditional"))
    say("dct:accrualPeriodicity", vocab("frequency", FREQUENCIES[entry.frequency][1]))
    say("dcat:theme", vocab("domain", str(DOMAINS.index(entry.domain) + 1)))
    say("dcat:keyword", *(zh(word) for word in keywords(entry)))
    say("dct:issued", day(issued))
    say("dct:modified", day(modified))
    say("dct:spatial", vocab("place", district.code))
    say(
        "dct:temporal",
        found.node(
            "period",
            "dct:PeriodOfTime",
            dcat_startDate=day(f"{issued.year}-01-01"),
            dcat_endDate=day(modified),
        ),
    )
    say("dcat:landingPage", f"<{SITE}/view/detail/index.html?type=cp&id={own_id}>")
    say("shd:rowCount", str(row_count(own_id, entry.frequency)))
    say("shd:securityLevel", vocab("security-level", "general"))
    say("shd:resourceClass", vocab("resource-class", kind))
    say("shd:resourceCode", f'"{code}{chance(own_id, "heading") % 900 + 100}/{number:05d}"')
    say(
        "dct:provenance",
        found.node(
            "provenance",
            "dct:ProvenanceStatement",
            rdfs_label=zh(f"{district.name}{entry.domain}业务系统"),
        ),
    )
    say(
        "shd:secrecyReview",
        found.node(
            "review",
            "shd:SecrecyReview",
            dct_date=day(issued - timedelta(days=chance(own_id, "review") % 60 + 10)),
            rdfs_label=zh("已通过保密审查"),
        ),
    )
    say(
        "dcat:contactPoint",
        found.node(
            "contact",
            "vcard:Organization",
            vcard_fn=zh(district.office),
            vcard_hasTelephone=f"<tel:{district.phone}>",
        ),
    )
    fields = [
        found.node(
            f"field-{n:03d}",
            "csvw:Column",
            csvw_title=zh(item),
            csvw_datatype=f'"{datatype(item)}"',
            dct_description=zh(explained(item, title)),
        )
        for n, item in enumerate(entry.items, start=1)
    ]
    say("shd:dataItem", *fields)
    say("dcat:distribution", *_distributions(found, own_id, title, entry))
    _list_item(found, own_id, district)
    if entry.open_type == "c":
        _conditions(found, own_id, title, entry, str(issued))
    if entry.has_api:
        _sample(found, own_id)
    return found


def _distributions(found: Description, own_id: str, title: str, entry: Entry) -> list[str]:
    nodes = [
        found.node(
            f"dist-{n}",
            "dcat:Distribution",
            dct_title=zh(f"{title}（{form}）"),
            dct_format=vocab("format", form),
            dcat_downloadURL=f"<{SITE}/zq/api/download_file_pro/?path={own_id}.{form}>",
            shd_deliveryMode=vocab("delivery-mode", "file"),
        )
        for n, form in enumerate(entry.files, start=1)
    ]
    if entry.has_api:
        number = len(nodes) + 1
        address = f"<{SITE}/interface/{own_id}/1>"
        service = found.node(
            f"service-{number}",
            "dcat:DataService",
            dct_title=zh(f"{title}接口"),
            dcat_endpointURL=address,
            dcat_servesDataset=f"<{found.iri}>",
            dcat_endpointDescription=f"<{SITE}/interface/{own_id}/doc>",
        )
        nodes.append(
            found.node(
                f"dist-{number}",
                "dcat:Distribution",
                dct_title=zh(f"{title}接口"),
                dct_format=vocab("format", "json"),
                dcat_accessURL=address,
                shd_deliveryMode=vocab("delivery-mode", "api"),
                dcat_accessService=service,
            )
        )
    return nodes


def _list_item(found: Description, own_id: str, district: District) -> None:
    evaluation = found.node(
        "evaluation",
        "shd:ListEvaluation",
        dct_date=day("2026-05-12"),
        dct_description=zh("年度评估：维持现有开放属性"),
    )
    item = found.node(
        "list-item",
        "dcat:CatalogRecord, shd:OpenListItem",
        foaf_primaryTopic=f"<{found.iri}>",
        shd_listYear='"2026"^^xsd:gYear',
        shd_openScope=zh(f"{district.name}行政区域内的全部数据"),
        dct_identifier=f'"{own_id}"',
        shd_filedOn=day("2026-05-26"),
        shd_evaluation=evaluation,
    )
    found.say("shd:openListItem", item)


def _conditions(found: Description, own_id: str, title: str, entry: Entry, issued: str) -> None:
    notation, label = REASONS[entry.reason]
    found.say("shd:conditionalReason", vocab("conditional-reason", notation))
    found.say(
        "odrl:hasPolicy",
        found.node(
            "offer",
            "odrl:Offer",
            dct_description=zh(f"{label}，申请者须说明用途并遵守数据利用协议"),
            shd_conditionSupplement=zh("每半年提交一次数据利用报告"),
        ),
    )
    found.say(
        "shd:agreement",
        found.node(
            "agreement",
            "odrl:Agreement",
            dct_title=zh(f"{title}利用协议"),
            shd_filedOn=day(issued),
            foaf_page=f"<{SITE}/agreement/{own_id}>",
        ),
    )
    _sample(found, own_id)


def _sample(found: Description, own_id: str) -> None:
    found.say(
        "adms:sample",
        found.node(
            "sample",
            "dcat:Distribution, shd:SampleSet",
            dct_description=zh("按月份分层抽取的一百条，字段与全量一致"),
            dcat_downloadURL=f"<{SITE}/sample/{own_id}.csv>",
            shd_requiresApplication="false",
        ),
    )
