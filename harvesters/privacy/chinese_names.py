"""Names of natural persons in Chinese: recognized by their family name and the words around."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常"
    "武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝"
    "左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯"
    "阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬"
    "屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧"
    "桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_COMPOUND: Final = "欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|东方|南宫|端木|百里"
PERSON_NAME: Final = (
    rf"(?:(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{SURNAMES}][\u4e00-\u9fff]{{1,2}})"
)

# Characters of words that look like a name and are none (安全科, 高新区, 金融办 …).
_OFFICE_WORD: Final = re.compile(
    r"[局委办处科室股所站队院厅部署厂馆会校区县市镇乡村街路号台岗组网楼层中心公司单位机构部门大队支队"
    r"电话热线邮箱地址传真信箱客服服务窗口管理技术支持运维数据开放平台式间]"
)


@cache
def _common_words() -> frozenset[str]:
    """Return words that begin like a family name and follow 联系人, 负责人 … but are no names."""
    text = (files("harvesters.privacy") / "words_like_names.txt").read_text("utf-8")
    return frozenset(w for line in text.splitlines() if line[:1] != "#" for w in line.split())


_TITLES: Final = (
    r"(?:先生|女士|同志|老师|主任|科长|处长|局长|经理"
    r"|工程师|主管|专员|同学|师傅|医生|教授)"
)
_ROLES: Final = (
    r"(?:(?:联系|负责|联络|经办|责任|咨询|填报|申请|申报|承办|审批|审核|主管|法定代表"
    r"|当事|被处罚|产权|持有|报案|投诉|举报|维护)人|户主|车主|业主|机主|法人代表|居民|村民|患者|学生|家长)"
)
_GAP: Final = r"(?:\s|<[^<>]{1,80}>)*"
_LATIN: Final = r"[A-Z][A-Za-z]+(?:[ ·-][A-Z][A-Za-z]+){1,2}(?![A-Za-z])"
_DOTTED: Final = r"[\u4e00-\u9fff]{1,8}(?:[·•・‧][\u4e00-\u9fff]{1,8}){1,3}"
_SPACED: Final = rf"[{SURNAMES}][ ]{{1,2}}[\u4e00-\u9fff](?![\u4e00-\u9fff])"
_FAMILIAR: Final = rf"[小老阿][{SURNAMES}](?![\u4e00-\u9fff])"
_NAME: Final = (
    rf"(?:{_LATIN}|{_DOTTED}|{_FAMILIAR}|{_SPACED}"
    rf"|{PERSON_NAME}(?:(?={_TITLES})|(?=电话|手机|微信|邮箱|身份证|联系)|(?![\u4e00-\u9fff]))"
    rf"|[{SURNAMES}](?={_TITLES})){_TITLES}?"
)
_AND: Final = r"(?:\s*[、,，/;；和及与]\s*|\s+)"

NAMED_PERSON: Final = re.compile(
    rf"(?P<label>(?:{_ROLES}(?:姓名|信息)?|姓名){_GAP}[:：]{_GAP}"
    rf"|{_ROLES}(?:姓名)?(?:[为是叫]|{_GAP}[（(]\s*))"
    rf"(?P<names>{_NAME}(?:{_AND}{_NAME})*)"
)
"""Names after a word such as 联系人 followed by a colon, 为 or a bracket."""
BARE_NAME: Final = re.compile(
    rf"(?P<label>(?:{_ROLES}(?:姓名)?{_GAP}"
    rf"|联系\s*(?={PERSON_NAME}(?<=[\u4e00-\u9fff]{{3}}))|[与和向请]\s*(?={PERSON_NAME}联系)))"
    rf"(?!项目|程度|成员|和|时|关|管|相|明|单|方|常|经|应|平|安|全|万|于|高|计|包)"
    rf"(?P<names>(?:{PERSON_NAME}|{_DOTTED}){_TITLES}?)"
    rf"(?=电话|手机|微信|邮箱|身份证|联系|{_TITLES}|\s*[（(\d]|[^\u4e00-\u9fff]|$)"
)
"""A name without a colon before it; common words that begin like a name are excluded."""


def is_person_name(token: str) -> bool:
    """Tell whether a short text by itself is a Chinese person's name (张三, 李主任)."""
    token = token.strip()
    if _TITLED.fullmatch(token) and token[0] in SURNAMES:
        return True
    return (
        _NAME_TOKEN.fullmatch(token) is not None
        and _OFFICE_WORD.search(token) is None
        and _common_words().isdisjoint((token, token[:2]))
    )


_NAME_TOKEN: Final = re.compile(
    rf"(?:联系人\s*[:：]?\s*)?{PERSON_NAME}\s*{_TITLES}?|[\u4e00-\u9fff]{_TITLES}"
    rf"|{_FAMILIAR}|{_DOTTED}"
)
_TITLED: Final = re.compile(rf"[\u4e00-\u9fff]{{1,4}}{_TITLES}")


def are_names(text: str) -> bool:
    """Tell whether a text in the place of names is names, not an office or a type (文本)."""
    first = re.split(r"[、,，/;；和及与\s]", text.strip(), maxsplit=1)[0]
    if not _common_words().isdisjoint((first, first[:2])):
        return False
    return not text[0] >= "\u4e00" or _OFFICE_WORD.search(first) is None


NAME_BEFORE_NUMBER: Final = (
    rf"(?P<owner>{PERSON_NAME}{_TITLES}?|{_DOTTED}|{_LATIN})"
    r"(?P<between>\s*(?:[（(][\u4e00-\u9fff]{1,8}[)）])?\s*[（(，,:：/]?\s*"
    r"(?:(?:联系|移动|办公)?(?:电话|手机|方式|微信)(?:号码?|同号)?)?\s*[:：]?\s*)$"
)
"""A name, and the text that may separate it from the telephone number that follows it."""
NAME_AFTER_NUMBER: Final = (
    rf"^\s*[（(，,、\s]\s*(?P<owner>{PERSON_NAME}{_TITLES}?)(?![\u4e00-\u9fff])"
)
