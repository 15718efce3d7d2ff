"""Records of the city platform: JSON lines with the labels of its detail page under ``raw``."""

from __future__ import annotations

import json
from typing import Any

from examples.making.base import (
    FREQUENCIES,
    REASONS,
    Entry,
    Office,
    chance,
    datatype,
    explained,
    issued_on,
    keywords,
    modified_on,
    row_count,
    sections,
)
from examples.making.open_lists import OPEN

SITE = "https://data.sh.gov.cn"
LETTERS = {
    "上海市市场监督管理局": "AA9",
    "上海市公安局": "AB1",
    "上海市民政局": "AC3",
    "上海市规划和自然资源局": "AD7",
    "上海市生态环境局": "AE6",
    "上海市住房和城乡建设管理委员会": "AF2",
    "上海市人力资源和社会保障局": "AH5",
    "上海市经济和信息化委员会": "AG9",
    "上海市应急管理局": "AJ4",
    "上海市司法局": "AK8",
    "上海市大数据中心": "AL1",
    "上海市气象局": "AQ2",
    "上海市黄浦区人民政府": "QA1",
    "上海市长宁区人民政府": "QC5",
    "上海市静安区人民政府": "QD6",
    "上海市普陀区人民政府": "QE7",
    "上海市杨浦区人民政府": "QG0",
    "上海市闵行区人民政府": "QH2",
    "上海市宝山区人民政府": "QJ3",
    "上海市嘉定区人民政府": "QK4",
    "上海市金山区人民政府": "QM6",
    "上海市松江区人民政府": "QN7",
    "上海市青浦区人民政府": "QP8",
    "上海市奉贤区人民政府": "QR0",
}
NATIONAL = {
    "信用服务": "商业、贸易",
    "公共安全": "政法、监察",
    "民生服务": "民政、社区",
    "城市建设": "城乡建设、环境保护",
    "资源环境": "城乡建设、环境保护",
    "经济建设": "经济管理",
    "机构团体": "政法、监察",
    "文化休闲": "文化、卫生、体育",
    "教育科技": "科技、教育",
    "道路交通": "工业、交通、邮政",
    "卫生健康": "文化、卫生、体育",
}
SCENARIOS = {"民生服务": "社区周边生活服务", "卫生健康": "就医与保健", "信用服务": "政府办事"}

HABITS: dict[str, dict[str, Any]] = {
    "个体工商户登记数量": {"data_formats": "['csv', 'xls']"},
    "特种设备使用登记统计": {"update_frequency": "每 3 月"},
    "广告违法案件汇总": {"description": "广告违法案件汇总"},
    "机动车保有量": {"update_frequency": "‘每季度’"},
    "保安服务公司许可": {"is_open": "有条件开发"},
    "货车限行路段与时段": {"update_time": "2015-01-05"},
    "殡葬服务机构": {"description": "<div>殡仪馆、公墓及其收费公示。<br/>详见&nbsp;附件</div>"},
    "最低生活保障统计": {"is_open": "无条件共享"},
    "地面沉降监测": {"publish_time": "1899-12-30"},
    "不动产登记办理点": {"contact": "王建国 13800138000 信息中心 021-20009958"},
    "碳排放配额管理单位": {"update_time": "2027-01-01"},
    "燃气供应站点": {"department": ""},
    "职业技能评价机构": {"data_formats": "[csv,json,xlsx]"},
    "产业园区基本信息": {"data_volume": "约 270"},
    "安全评价机构": {"category": "财税金融"},
    "公证机构": {"update_frequency": "每 null null"},
    "电子证照类型目录": {"is_open": "1"},
}
"""Titles whose record has a defect that real portals have; README.md says which."""


def files() -> dict[str, bytes]:
    """Return the two exports by path below ``examples``."""
    city: list[dict[str, Any]] = []
    districts: list[dict[str, Any]] = []
    for heading, entries in sections("city-portal.txt"):
        office = Office(*heading)
        into = districts if office.name.endswith("区人民政府") else city
        for number, entry in enumerate(entries, start=1):
            identifier = f"{LETTERS[office.name]}{chance(office.name) % 90 + 10}2026{number:03d}"
            into.append(record(identifier, office, entry) | HABITS.get(entry.title, {}))
    return {
        f"city/{name}.jsonl": "".join(
            json.dumps(line, ensure_ascii=False) + "\n" for line in lines
        ).encode()
        for name, lines in (("portal-departments", city), ("portal-districts", districts))
    }


def record(identifier: str, office: Office, entry: Entry) -> dict[str, Any]:
    """Return one record: normalised keys, and what the detail page shows under ``raw``."""
    issued, modified = issued_on(identifier), modified_on(identifier, entry.frequency)
    page = "jk" if entry.has_api and not entry.files else "cp"
    found: dict[str, Any] = {
        "id": identifier,
        "province": "上海市",
        "city": "上海市",
        "title": entry.title,
        "department": office.name,
        "is_open": OPEN[entry.open_type],
        "update_frequency": FREQUENCIES[entry.frequency][0],
        "data_formats": [*entry.files, *(["api"] if entry.has_api else [])],
        "description": entry.summary,
        "publish_time": issued.isoformat(),
        "update_time": modified.isoformat(),
        "category": entry.domain,
        "tags": "、".join(keywords(entry)),
        "data_volume": row_count(identifier, entry.frequency),
        "url": f"{SITE}/view/detail/index.html?type={page}&id={identifier}",
        "contact": f"{office.office} {office.phone}",
    }
    found["raw"] = _detail_page(identifier, office, entry, found)
    return found


def _detail_page(
    identifier: str, office: Office, entry: Entry, found: dict[str, Any]
) -> dict[str, Any]:
    place = office.name.removeprefix("上海市").removesuffix("人民政府")
    district = office.name.endswith("区人民政府")
    raw: dict[str, Any] = {
        "摘要": found["description"],
        "数据标签": entry.domain,
        "关键词": found["tags"],
        "更新频率": found["update_frequency"],
        "国家主题分类": NATIONAL[entry.domain],
        "应用场景": SCENARIOS.get(entry.domain, "其他"),
        "数据领域": entry.domain,
        "资源类型": "、".join(
            (["数据产品"] if entry.files else []) + (["数据接口"] if entry.has_api else [])
        ),
        "开放属性": found["is_open"],
        "首次发布日期": found["publish_time"],
        "更新日期": found["update_time"],
        "数据量（条）": found["data_volume"],
        "数据大小": f"{chance(identifier, 'size') % 900 + 20}KB",
        "空间范围": place if district else "上海市",
        "时间范围": f"{issued_on(identifier).year}-01-01至{found['update_time']}",
        "联系方式": found["contact"],
        "数据来源部门": office.name,
        "访问次数": chance(identifier, "views") % 9_000,
        "下载次数": chance(identifier, "downloads") % 1_500,
        "收藏": chance(identifier, "favourites") % 60,
        "订阅": chance(identifier, "subscriptions") % 40,
        "综合评分": f"{3 + chance(identifier, 'score') % 20 / 10:.1f}",
        "是否高质量": "是" if chance(identifier, "quality") % 5 == 0 else "否",
        "数据项": [
            {"名称": item, "数据类型": datatype(item), "描述": explained(item, entry.title)}
            for item in entry.items
        ],
        "来源": f"{office.office}业务系统",
        "安全等级": "一般数据",
        "共享属性": "无条件共享",
    }
    if entry.has_api:
        raw["数据接口"] = f"{SITE}/interface/{identifier}/1"
        raw["调用次数"] = chance(identifier, "calls") % 80_000
    if entry.open_type == "c":
        raw |= {
            "开放条件": f"{REASONS[entry.reason][1]}，申请者须说明用途并遵守数据利用协议",
            "开放条件补充": "每半年提交一次数据利用报告",
            "有条件开放的理由": REASONS[entry.reason][1],
            "数据协议": {
                "名称": f"{entry.title}利用协议",
                "备案日期": found["publish_time"],
                "链接": f"{SITE}/agreement/{identifier}",
            },
            "数据样例": {
                "url": f"{SITE}/sample/{identifier}.csv",
                "说明": "按月份分层抽取的一百条，字段与全量一致",
                "需要申请": "否",
            },
        }
    return raw
