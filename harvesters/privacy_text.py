"""What identifies a natural person inside a text: mobile numbers, personal mail, names, homes.

An office's own contact (landlines, names of offices, functional mail boxes) stays. Everything
here is a rule of thumb written down: it errs on the side of taking out inside contact texts, and
on the side of leaving in inside titles, where eleven digits are more often a code than a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import unquote

MOBILE: Final = "mobile number / 手机号码"
MAIL: Final = "personal mail address / 个人邮箱"
NAME: Final = "name of a person / 个人姓名"
HOME: Final = "home address / 家庭住址"
IDENTITY_CARD: Final = "identity card number / 身份证号"


class Cleaned(NamedTuple):
    """A text without what identifies a person, and the kinds of what was taken out."""

    text: str
    kinds: tuple[str, ...]


_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常"
    "武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝"
    "左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯"
    "阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬"
    "屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧"
    "桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_COMPOUND = "欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|东方|南宫|端木|百里"
PERSON_NAME: Final = (
    rf"(?:(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
)

# Words that two or three characters may be without being a name (安全科, 高新区, 金融办 …).
_OFFICE_WORD = re.compile(
    r"[局委办处科室股所站队院厅部署厂馆会校区县市镇乡村街路号台岗组网楼层中心公司单位机构部门大队支队"
    r"电话热线邮箱地址传真信箱客服服务窗口管理技术支持运维数据开放平台式间]"
)
_TITLES = r"(?:先生|女士|同志|老师|主任|科长|处长|局长|经理|工程师|主管|专员)"

_MOBILE = re.compile(
    r"(?<![\w/.=-])(?:(?:\+|00)?86[- ]?)?"
    # Two full stops or none: 138.12345678 is a coordinate.
    r"1[3-9]\d(?:[- ]?\d{4}[- ]?\d{4}|\.\d{4}\.\d{4})(?![\w])(?![-.]\d)"
    r"|(?<![\w.=-])(?<!\d )1 [3-9](?: \d){9}(?! ?\d)(?!\w)",
    re.ASCII,
)
_TAG = r"(?:<[^<>]{1,80}>)*"
_TAGGED_MOBILE = re.compile(
    rf"(?<![\w.=-])1{_TAG}[3-9]{_TAG}\d{_TAG}\d{_TAG}\d{_TAG}\d{_TAG}\d{_TAG}\d{_TAG}\d{_TAG}\d"
    rf"{_TAG}\d(?!\w)",
    re.ASCII,
)
_FLAT = str.maketrans(
    {chr(w): chr(w - 0xFEE0) for w in range(0xFF10, 0xFF5B) if chr(w - 0xFEE0).isalnum()}
    | {"＠": "@", "＋": "+", "．": ".", "－": "-", "\u3000": " ", "\u00a0": " "}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
"""Full-width letters and digits, dashes and blanks, each for one character of ASCII."""
_CODE_BEFORE = re.compile(
    r"(?:编号|代码|编码|号段|序号|标识|流水号|单号|文号|证号|账号|ID|id|No\.?)[^0-9]{0,3}$"
)
_CALL_BEFORE = re.compile(
    r"(?:电话|手机|联系|致电|移动|热线|微信|[Tt]el|[Pp]hone|[Mm]obile|☎)[^0-9]{0,8}$"
)
_MAILBOX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_CARD = re.compile(
    r"(?<!\w)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\w)",
    re.ASCII,
)
_NAMED_PERSON = re.compile(
    rf"((?:联系人|负责人|联络人|经办人|责任人|咨询人|填报人)(?:姓名)?\s*[:：]\s*){PERSON_NAME}"
    r"(?![\u4e00-\u9fff])"
    r"|((?:联系人|负责人|联络人|经办人|责任人|咨询人|填报人)(?:姓名)?\s*[:：]\s*)"
    r"[A-Z][a-z]+(?:[ ·][A-Z][a-z]+){1,2}(?![A-Za-z])"
)
_BARE_NAME = re.compile(
    rf"((?:联系人|联络人)(?:姓名)?\s*|联系\s*(?={PERSON_NAME}(?<=[\u4e00-\u9fff]{{3}})))"
    rf"(?!项目|程度|成员|和|时|关|管|相|明|单|方|常|经|应|平|安|全|万|于|高|计|包)({PERSON_NAME})"
    r"(?=电话|手机|微信|邮箱|先生|女士|[^\u4e00-\u9fff]|$)"
)
"""A name that no colon stands before; common words that begin like one are left."""
_NAME_BEFORE_MOBILE = re.compile(
    rf"({PERSON_NAME})(\s*[（(，,:：]?\s*(?:联系|移动)?(?:电话|手机|方式)?号?码?\s*[:：]?\s*)"
    r"(?=(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d))"
)
_HOME = re.compile(r"((?:家庭|居住|户籍|个人)(?:住址|地址)|住址)\s*[:：]\s*([^,，;；。、\n]{4,60})")
_NAME_TOKEN = re.compile(
    rf"(?:联系人\s*[:：]?\s*)?{PERSON_NAME}\s*{_TITLES}?|[\u4e00-\u9fff]{_TITLES}"
)
_TITLED = re.compile(rf"[\u4e00-\u9fff]{{1,4}}{_TITLES}")

FREE_MAIL: Final = frozenset(
    {
        "qq.com",
        "vip.qq.com",
        "foxmail.com",
        "163.com",
        "vip.163.com",
        "126.com",
        "yeah.net",
        "139.com",
        "189.cn",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "aliyun.com",
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "outlook.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "yahoo.fr",
        "icloud.com",
        "me.com",
        "skynet.be",
        "telenet.be",
        "proximus.be",
    }
)
_FUNCTION = re.compile(
    r"(?:^|[._+-])(?:info|contact|service|office|data|open|admin|help|support|stat|team|mail|post|"
    r"web|press|hello|desk|geo|gis|dpo|privacy|it|ict|sec|secr|secretariat|library|research|"
    r"bgs|bgt|xxgk|zwgk|kefu|zhuanyuan|public|ask|opendata|no-?reply|board|unit|dept|lab|group|"
    r"metadata|catalog|portal|sales|communication|dienst|service[s]?|statistics|enquiries)"
    r"|omgeving|wegen|verkeer|departement|registre|cadastre|cellule|direction|bureau|etude|mobilit"
    r"|communicat|sig\b|info|data|contact|service|office|admin|support|stat|open|bgs|xxgk|zwgk|kefu|team|mail|help",
    re.IGNORECASE,
)
_FIRST_LAST = re.compile(r"[a-z]{1,20}(?:[-'][a-z]+)*[._][a-z]{2,}(?:[-'._][a-z]+)*\d{0,3}", re.I)


def is_personal_mail(address: str) -> bool:
    """Tell whether a mail address looks like a person's: first.last@, or any at a free provider.

    A functional name before the @ (info, service, bgs …) makes it an office's.
    """
    local, _, domain = address.translate(_FLAT).strip().lower().rpartition("@")
    if not domain or _FUNCTION.search(local) is not None:
        return False
    # digitaal.vlaanderen@vlaanderen.be is the office's own name.
    if any(len(part) > 3 and part in domain for part in re.split(r"[._+-]", local)):
        return False
    return domain in FREE_MAIL or _FIRST_LAST.fullmatch(local) is not None


def is_mobile(number: str) -> bool:
    """Tell whether a telephone number is a mobile: mainland China, or ``+324…`` and the like."""
    digits = re.sub(r"[^\d+]", "", number.translate(_FLAT))
    if re.fullmatch(r"(?:\+|00)?(?:86)?1[3-9]\d{9}", digits):
        return True
    # Mobile ranges of the numbering plans met in harvested European catalogues.
    return (
        re.fullmatch(
            r"(?:\+|00)(?:32\(?0?\)?4[5-9]|33\(?0?\)?[67]|316|491[567]|447)\d{6,10}", digits
        )
        is not None
    )


def is_person_name(token: str) -> bool:
    """Tell whether a short text by itself is a Chinese person's name (张三, 李主任)."""
    token = token.strip()
    if _TITLED.fullmatch(token) and token[0] in _SURNAMES:
        return True
    return _NAME_TOKEN.fullmatch(token) is not None and _OFFICE_WORD.search(token) is None


def _is_card(number: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


_SUSPECT = re.compile(
    r"1[3-9]\d|20\d{9}|@|[０-９＠]|1 [3-9] |1[3-9]?<|人(?:姓名)?\s*[:：]|址\s*[:：]|联[系络]"
)


def _sub(pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str) -> str:
    """Substitute in the narrow form of a text; what stays keeps its own form."""
    flat = text.translate(_FLAT)
    if flat == text:
        return pattern.sub(replace, text)
    parts: list[str] = []
    end = 0
    for found in pattern.finditer(flat):
        new = replace(found)
        kept = new == found.group()
        parts += [text[end : found.start()], text[found.start() : found.end()] if kept else new]
        end = found.end()
    return "".join([*parts, text[end:]])


def clean_text(text: str, *, title: bool = False) -> Cleaned:
    """Take what identifies a person out of a free text.

    In a title, eleven digits are a mobile number only after a word such as 电话 or a name;
    elsewhere they are one unless a word such as 编号 stands before them. Full-width characters
    count as their narrow form.
    """
    if _SUSPECT.search(text) is None:
        return Cleaned(text, ())
    kinds: list[str] = []

    def card(found: re.Match[str]) -> str:
        if not _is_card(found.group()):
            return found.group()
        kinds.append(IDENTITY_CARD)
        return ""

    def mobile(found: re.Match[str]) -> str:
        before = text_now[max(0, found.start() - 14) : found.start()]
        called = _CALL_BEFORE.search(before) is not None
        if not called and (title or _CODE_BEFORE.search(before) is not None):
            return found.group()
        kinds.append(MOBILE)
        return ""

    def mailbox(found: re.Match[str]) -> str:
        if not is_personal_mail(found.group()):
            return found.group()
        kinds.append(MAIL)
        return ""

    def person(found: re.Match[str]) -> str:
        kinds.append(NAME)
        return found.group(1) or found.group(2)

    def bare_name(found: re.Match[str]) -> str:
        if not is_person_name(found.group(2)):
            return found.group()
        kinds.append(NAME)
        return found.group(1)

    def home(found: re.Match[str]) -> str:
        kinds.append(HOME)
        return f"{found.group(1)}："

    def owner(found: re.Match[str]) -> str:
        if not is_person_name(found.group(1)):
            return found.group()
        kinds.append(NAME)
        return found.group(2)

    text_now = _sub(_CARD, card, text)
    text_now = _sub(_NAME_BEFORE_MOBILE, owner, text_now)
    if NAME in kinds:
        title = False  # a number beside a name is no code
    text_now = _sub(_MOBILE, mobile, text_now)
    if "<" in text_now:
        text_now = _sub(_TAGGED_MOBILE, mobile, text_now)
    text_now = _sub(_MAILBOX, mailbox, text_now)
    text_now = _NAMED_PERSON.sub(person, text_now)
    text_now = _BARE_NAME.sub(bare_name, text_now)
    text_now = _HOME.sub(home, text_now)
    if not kinds:
        return Cleaned(text, ())
    return Cleaned(re.sub(r"[ \t]{2,}", " ", text_now).strip(), tuple(dict.fromkeys(kinds)))


def address_kind(address: str) -> str | None:
    """Tell what a ``mailto:`` or ``tel:`` address gives away of a person; None for any other."""
    scheme, _, rest = address.partition(":")
    match scheme.lower():
        case "mailto":
            return MAIL if is_personal_mail(unquote(rest).partition("?")[0]) else None
        case "tel":
            return MOBILE if is_mobile(unquote(rest)) else None
    return None


def clean_web_address(address: str) -> Cleaned:
    """Take the parameters out of a web address that are a mobile number or a personal mail.

    A parameter whose name ends like an identifier's (``id``, ``code``, ``no``) stays a code.
    """
    start, mark, query = address.partition("?")
    if not mark or _IN_QUERY.search(query) is None:
        return Cleaned(address, ())
    kinds: list[str] = []
    kept: list[str] = []
    query, hash_mark, fragment = query.partition("#")
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        value = unquote(value).strip()
        if "@" in value.translate(_FLAT) and is_personal_mail(value):
            kinds.append(MAIL)
        elif is_mobile(value) and not name.lower().endswith(("id", "code", "no")):
            kinds.append(MOBILE)
        else:
            kept.append(pair)
    if not kinds:
        return Cleaned(address, ())
    left = start + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment
    return Cleaned(left, tuple(dict.fromkeys(kinds)))


_IN_QUERY = re.compile(r"1[3-9]\d|@|%40|%EF%BC", re.I)


def is_personal_identifier(text: str) -> bool:
    """Tell whether an identifier is a mobile number (with a name beside it) or a person's mail."""
    flat = unquote(text).translate(_FLAT).strip()
    if "@" in flat and _MAILBOX.fullmatch(flat) is not None:
        return is_personal_mail(flat)
    found = _MOBILE.search(flat)
    if found is None:
        return False
    rest = (flat[: found.start()] + flat[found.end() :]).strip(" -_/、,，")
    return not rest or re.fullmatch(PERSON_NAME, rest) is not None


def masked(text: str) -> str:
    """Return a value for a message, without what identifies a person."""
    left = clean_text(text).text
    return re.sub(r"(?:(?<!\d)|(?<=%[0-9A-F]{2}))1[3-9]\d{9}(?!\d)", "…", left)


def clean_contact(text: str) -> Cleaned:
    """Take persons out of a contact such as ``张三 13812345678 / 办公室 021-12345678``.

    Names go wherever a part of the text, between blanks or separators, is nothing but a name.
    """
    cleaned = clean_text(text)
    kinds = list(cleaned.kinds)
    kept: list[str] = []
    for part in re.split(r"([\s/、,，;；|()（）:：]+)", cleaned.text):
        if part and is_person_name(part):
            kinds.append(NAME)
        else:
            kept.append(part)
    if not kinds:
        return Cleaned(text, ())
    bare = re.sub(r"[（(]\s*[)）]", "", "".join(kept))
    bare = re.sub(r"\s*([/、,，;；|])(?:\s*[/、,，;；|])+\s*", r" \1 ", bare)
    return Cleaned(
        re.sub(r"\s{2,}", " ", bare).strip(" \t\n/、,，;；|:："), tuple(dict.fromkeys(kinds))
    )
