"""Names, in both languages, of terms of other vocabularies that records use.

Those that pages show too stand in `catalog_service.site.property_names`; those of our own ontology
in ``ontology/shdata.ttl``.
"""

from __future__ import annotations

from typing import Final

from ontology.languages import BilingualText as Names

TERM_NAMES: Final[dict[str, Names]] = {
    "csvw:Column": Names("数据项", "Data item"),
    "csvw:required": Names("必填", "Required"),
    "dcat:Catalog": Names("目录", "Catalog"),
    "dcat:CatalogRecord": Names("目录记录", "Catalog record"),
    "dcat:DataService": Names("数据接口", "Data service"),
    "dcat:Dataset": Names("数据集", "Dataset"),
    "dcat:DatasetSeries": Names("数据集系列", "Dataset series"),
    "dcat:Distribution": Names("数据产品", "Distribution"),
    "dcat:accessService": Names("由接口提供", "Access service"),
    "dcat:byteSize": Names("字节数", "Size in bytes"),
    "dcat:endDate": Names("结束日期", "End date"),
    "dcat:endpointDescription": Names("接口说明", "Description of the endpoint"),
    "dcat:endpointURL": Names("接口地址", "Address of the endpoint"),
    "dcat:hasCurrentVersion": Names("当前版本", "Current version"),
    "dcat:inSeries": Names("属于系列", "In series"),
    "dcat:servesDataset": Names("提供数据集", "Serves dataset"),
    "dcat:startDate": Names("开始日期", "Start date"),
    "dct:Location": Names("地点", "Location"),
    "dct:PeriodOfTime": Names("时间段", "Period of time"),
    "dct:ProvenanceStatement": Names("来源说明", "Statement of provenance"),
    "dct:conformsTo": Names("符合标准", "Conforms to"),
    "dct:date": Names("日期", "Date"),
    "dct:license": Names("许可", "License"),
    "foaf:page": Names("网页", "Page"),
    "foaf:primaryTopic": Names("主题对象", "Primary topic"),
    "odrl:Agreement": Names("协议", "Agreement"),
    "odrl:Offer": Names("开放条件（要约）", "Offer"),
    "odrl:hasPolicy": Names("开放条件", "Policy"),
    "org:Organization": Names("机构", "Organization"),
    "rdf:value": Names("值", "Value"),
    "rdfs:label": Names("标签", "Label"),
    "skos:Concept": Names("概念", "Concept"),
    "skos:altLabel": Names("其他名称", "Alternative label"),
    "skos:prefLabel": Names("首选名称", "Preferred label"),
    "vcard:Organization": Names("联系单位", "Contact organization"),
    "vcard:fn": Names("联系人名称", "Name of the contact"),
    "vcard:hasEmail": Names("电子邮件", "E-mail"),
    "vcard:hasTelephone": Names("电话", "Telephone"),
}
