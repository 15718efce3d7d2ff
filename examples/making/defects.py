"""One defect for each rule: what a first, unchecked catalogue of a district gets wrong."""

from __future__ import annotations

from collections.abc import Callable

from examples.making.description import Description, day, vocab, zh

Spoil = Callable[[Description], None]


def _say(predicate: str, *values: str) -> Spoil:
    return lambda d: d.say(predicate, *values)


def _on(fragment: str, predicate: str, *values: str) -> Spoil:
    return lambda d: d.nodes[fragment].__setitem__(predicate, list(values))


def _both(*spoils: Spoil) -> Spoil:
    def all_of_them(found: Description) -> None:
        for spoil in spoils:
            spoil(found)

    return all_of_them


def _without_nodes(*names: str) -> Spoil:
    def spoil(found: Description) -> None:
        for name in names:
            del found.nodes[name]

    return spoil


def _conditional_without_agreement(found: Description) -> None:
    found.say("dct:accessRights", vocab("open-type", "conditional"))
    found.say("shd:conditionalReason", vocab("conditional-reason", "high-timeliness"))
    found.say("odrl:hasPolicy", found.node("offer", "odrl:Offer", dct_description=zh("实名申请")))


def _api_without_instructions(found: Description) -> None:
    address = f"<{found.iri.replace('/id/dataset/', '/interface/')}/1>"
    service = found.node("service-2", "dcat:DataService", dct_title=zh("查询接口"),
        dcat_endpointURL=address, dcat_servesDataset=f"<{found.iri}>")  # fmt: skip
    api = found.node("dist-2", "dcat:Distribution", dcat_accessURL=address,
        shd_deliveryMode=vocab("delivery-mode", "api"), dcat_accessService=service)  # fmt: skip
    found.own["dcat:distribution"].append(api)


def _sample_on_application(found: Description) -> None:
    found.say("adms:sample", found.node("sample", "dcat:Distribution",
        dcat_downloadURL="<https://data.sh.gov.cn/sample/apply>",
        shd_requiresApplication="true"))  # fmt: skip


def _untyped_fields(found: Description) -> None:
    for name, said in found.nodes.items():
        if name.startswith("field-"):
            said.pop("csvw:datatype")
            said.pop("dct:description")


def _without_any_access(found: Description) -> None:
    found.say("dcat:distribution")
    found.say("dcat:landingPage")
    for name in [n for n in found.nodes if n.startswith("dist-")]:
        del found.nodes[name]


def _on_a_server_of_its_own(found: Description) -> None:
    found.say("dcat:landingPage", "<https://opendata.hongkou-portal.example/d/11>")
    found.nodes["dist-1"]["dcat:downloadURL"] = ["<https://opendata.hongkou-portal.example/11.csv>"]


def _two_sources_for_one_item(department: str, system: str) -> Spoil:
    def spoil(found: Description) -> None:
        source = found.node("source-1", "shd:SourceEntry",
            rdfs_label=zh(system), shd_responsibleDepartment=vocab("organization", department),
            shd_updateMechanism=zh("每月人工采集"))  # fmt: skip
        found.nodes["field-003"]["csvw:title"] = [zh("常住人口")]
        found.nodes["field-003"]["shd:sourceEntry"] = [source]

    return spoil


def _joint_provider(found: Description) -> None:
    found.say("dct:publisher", found.node("publisher", "org:Organization",
        skos_prefLabel=zh("虹口区卫生健康委员会、虹口区医疗保障局")))  # fmt: skip


DEFECTS: tuple[tuple[str, str, Spoil], ...] = (
    ("R01", "开放属性写成共享属性“无条件共享”，未猜测",
     _both(_say("dct:accessRights"), _say("shd:unmappedAccessRights", zh("无条件共享")))),
    ("R02", "含个人信息而无脱敏或同意记录",
     _say("shd:sensitivity", vocab("sensitivity", "personal-information"))),
    ("R03", "有条件开放的理由不在法定四项之内",
     _say("shd:conditionalReason", vocab("conditional-reason", "convenience"))),
    ("R04", "清单条目没有开放范围", _on("list-item", "shd:openScope")),
    ("R05", "清单条目指向未编目的数据集",
     _on("list-item", "foaf:primaryTopic", "<https://data.sh.gov.cn/id/dataset/HK0000000>")),
    ("R06", "没有安全等级", _say("shd:securityLevel")),
    ("R10", "访问地址在部门自建网站", _on_a_server_of_its_own),
    ("R14", "只有 PDF", _on("dist-1", "dct:format", vocab("format", "pdf"))),
    ("R15", "接口没有使用说明和样例", _api_without_instructions),
    ("R20", "样本须申请", _sample_on_application),
    ("R21", "数据项没有类型和说明", _untyped_fields),
    ("R24", "有条件开放而无备案协议", _conditional_without_agreement),
    ("R25", "保密审查晚于开放", _on("review", "dct:date", day("2026-06-01"))),
    ("R28", "没有信息资源代码", _say("shd:resourceCode")),
    ("R29", "自编的资源代码", _say("shd:resourceCode", '"HK-SHFW-0015"')),
    ("R30", "信息资源分类不在取值之内",
     _say("shd:resourceClass", vocab("resource-class", "livelihood"))),
    ("D-title", "没有名称", _say("dct:title")),
    ("D-identifier", "两个标识",
     lambda d: d.own["dct:identifier"].append('"OLD-HK-018"')),
    ("D-publisher", "没有提供单位", _say("dct:publisher")),
    ("D-distribution", "文件没有地址", _on("dist-1", "dcat:downloadURL")),
    ("D-node-kind", "领域写成文字", _say("dcat:theme", zh("城市建设"))),
    ("D-address", "下载地址写成文字",
     _on("dist-1", "dcat:downloadURL", '"https://data.sh.gov.cn/files/22.csv"')),
    ("D-single", "两个更新日期", _say("dct:modified", day("2026-08-01"), day("2026-08-02"))),
    ("D-date-type", "发布日期没有类型", _say("dct:issued", '"2021年5月"')),
    ("D-text", "关键词是数字", _say("dcat:keyword", "2026", zh("养护"))),
    ("D-count", "数据量为负数", _say("shd:rowCount", "-1")),
    ("V-title", "名称是占位文字", _say("dct:title", zh("测试"))),
    ("V-description", "摘要是占位文字", _say("dct:description", zh("暂无"))),
    ("V-description-title", "摘要与名称相同",
     lambda d: d.say("dct:description", *d.own["dct:title"])),
    ("V-html", "摘要残留网页标记",
     _say("dct:description", zh("<p>再生资源回收服务点。&nbsp;</p>"))),
    ("V-encoding", "摘要乱码", _say("dct:description", zh("区属体育设施锟斤拷开放安排"))),
    ("V-list-text", "关键词是写成文字的列表", _say("dcat:keyword", zh("['体育', '学校']"))),
    ("V-provider", "两个单位写在一起", _joint_provider),
    ("V-unknown", "应用场景不在词表", _say("shd:unmappedSubject", zh("牲畜饲养"))),
    ("V-address", "详情页在内部网络", _say("dcat:landingPage", "<http://10.31.9.12/data/35>")),
    ("V-no-access", "开放而没有任何访问途径", _without_any_access),
    ("V-update-order", "更新早于发布",
     _both(_say("dct:issued", day("2024-05-06")), _say("dct:modified", day("2023-05-06")))),
    ("V-future-date", "更新日期在将来", _say("dct:modified", day("2027-03-01"))),
    ("V-old-date", "发布日期为 1899 年",
     _both(_say("dct:issued", day("1899-12-30")), _on("review", "dct:date", day("1899-12-30")))),
    ("V-never-updated", "“不更新”却更新过",
     _both(_say("dct:accrualPeriodicity", vocab("frequency", "never")),
           _say("dct:issued", day("2020-01-06")), _on("review", "dct:date", day("2019-12-02")))),
    ("V-interval", "给出间隔而频率不是“其他”", _say("shd:updateInterval", '"P2D"^^xsd:duration')),
    ("V-period", "时间范围首尾颠倒",
     _both(_on("period", "dcat:startDate", day("2025-12-31")),
           _on("period", "dcat:endDate", day("2020-01-01")))),
    ("R07", "市级数据的区级副本",
     _say("shd:replicaOf", "<https://data.sh.gov.cn/id/dataset/SH-PUBLIC-LEGAL-SERVICE>")),
    ("R35", "“常住人口”由民政部门采集（与下一项冲突）",
     _two_sources_for_one_item("civil-affairs", "民政网格采集表")),
    ("R35", "“常住人口”由统计部门采集（与上一项冲突）",
     _two_sources_for_one_item("statistics", "统计年报")),
    ("R12", "未列入开放清单",
     _both(_say("shd:openListItem"),
           _without_nodes("list-item", "evaluation"))),
    ("R16", "每年更新却三年未更新", _say("dct:modified", day("2023-06-30"))),
)  # fmt: skip
"""Rule, what is wrong, how a good description is spoilt; in the order of the draft's entries."""
