"""Labels about access that no mapping file lists: recognized by their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from harvesters.mapping.mapping_files import label_mapping, read_toml

OPEN_TYPE: Final = "open_type"
HINT: Final = "access_hint"
SECRECY: Final = "secrecy"
OPENED: Final = "opened"
TAKEN_DOWN: Final = "taken_down"
LEVEL: Final = "level_of_secrecy"
"""Targets: the open type (``profile.toml``); a label that hints at access; and labels answered with
yes or no: whether the data are secret, are open, were taken down. A level of secrecy may close a
record (机密) but raises no doubt (敏感 is compatible with 有条件开放)."""

ASIDE: Final = (HINT, SECRECY, OPENED, TAKEN_DOWN, LEVEL)
"""Targets that no mapping file names."""

LEVELS: Final = ("security_level", "classification_level")
"""Targets of ``profile.toml`` whose values, such as 机密, may close a record too."""

_HINTS: Final = re.compile(
    r"开放|公开|密级|保密|涉密|状态|上线|下线|可见|是否停用|安全级别|安全等级|数据级别|数据分级"
)
_HINT_WORDS: Final = frozenset(
    {"access", "accessibility", "open", "opened", "public", "publish", "published", "publication"}
    | {"visibility", "visible", "status", "state", "rights", "privacy", "secrecy", "secret"}
    | {"unopen", "nonopen", "confidentiality", "classification", "security", "level"}
    | {"condition", "conditions"}
)
_ELSE: Final = re.compile(
    r"部门|单位|机构|主体|名称|标题|目录|网址|链接|地址|时间|日期|次数|数量|领域|主题|编码|编号|人$"
    r"|接口|运行|更新|评论|任务|采集|订阅|率$"
)
_ELSE_WORDS: Final = frozenset(
    {"url", "uri", "link", "href", "path", "dept", "department", "org", "organization", "by", "at"}
    | {"organisation", "publisher", "name", "title", "time", "date", "day", "count", "num", "no"}
    | {"number", "comment", "comments", "user", "users", "theme", "domain", "catalog", "id", "code"}
    | {"rate", "api", "sync", "task", "job", "update"}
)
"""Words that show a label to be about something else: 公开单位, access_url, comment_status."""
_SECRET: Final = re.compile(
    r"(?:是否|有无)?(?:属于|为|含|含有|涉及)?"
    r"(?:涉密|保密|秘密|国家秘密|非开放|不开放|不予开放|非公开|不公开)(?:数据|信息|标识|标志)?"
    r"|是否(?:仅限|仅)?内部(?:使用|数据)?"
    r"|(?:is|has)?(?:private|confidential|secret|classified|nonpublic|notpublic|closed)"
    r"(?:data|dataset|flag)?"
)
_OPENED: Final = re.compile(
    r"(?:是否|能否|可否)(?:可以|可|允许|能|能够|已|向社会|对社会|对公众|面向社会|无条件|对外)*"
    r"(?:开放|公开|上线|发布|可见|对外|下载)(?:数据|标识|标志)?"
    r"|是否(?:已|已经)?(?:上架|有效|启用|展示|显示)|is(?:online|show|shown|enabled|valid)"
    r"|可(?:开放|公开)|对外开放|(?:对外|向社会)?(?:开放|公开)(?:标识|标志|与否)"
    r"|(?:is|can|be)*(?:public|open|opened|opendata|published|publish|visible|accessible)(?:flag)?"
)
_TAKEN_DOWN: Final = re.compile(
    r"是否(?:已|已经)?(?:删除|下线|下架|停用|隐藏|敏感|涉敏|受限|撤销|注销|草稿|归档|作废|废止)"
    r"|(?:is)?(?:deleted|hidden|draft|archived|internal|restricted|offline|withdrawn|disabled|unlisted"
    r"|(?:is)?accessrestricted|embargoed|sensitive|removed|retired|unpublished|del)(?:at|on|flag|date)?"
)
_SUFFIX: Final = re.compile(r"(?:name|label|text|desc|str|value|code|名称|代码)$")
"""Suffixes after which a label still is the open type's (openTypeName, but not openName)."""
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DEPTH: Final = 6
_MAX_FOUND: Final = 2_000
_KEYS: Final = ("key", "name", "label", "title", "field", "名称", "标签")
_VALUES: Final = ("value", "text", "content", "val", "值", "内容")


def label_key(label: str) -> str:
    """Return the form in which labels are compared: without width, case, blanks and punctuation."""
    flat = unicodedata.normalize("NFKC", label).casefold()
    return "".join(c for c in flat if c.isalnum())


@cache
def _labels() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the known labels of the open type, of secrecy, and of all other targets."""
    portal, lists = label_mapping("portal"), read_toml("open_list.toml")
    tables = (portal.labels, lists["synonyms"])
    own = {label_key(one) for table in tables for one in table[OPEN_TYPE]}
    asked = (*portal.options["access"][SECRECY], *lists["access"][SECRECY])
    other = {
        label_key(one)
        for table in tables
        for target, ones in table.items()
        for one in ones
        if target not in LEVELS
    }
    other |= set(map(label_key, portal.either))
    return frozenset(own), frozenset(map(label_key, asked)), frozenset(other)


@lru_cache(maxsize=4096)
def access_target(label: str) -> str | None:
    """Return the access target of a label that no mapping file lists, or None."""
    own, secret, other = _labels()
    key = label_key(label)
    if key in own or ((bare := _SUFFIX.sub("", key)) != "open" and bare in own):
        return OPEN_TYPE
    if key in secret:
        return SECRECY
    if key in other:
        return None
    for pattern, target in ((_SECRET, SECRECY), (_OPENED, OPENED), (_TAKEN_DOWN, TAKEN_DOWN)):
        if pattern.fullmatch(key) is not None:
            return target
    words = {word.casefold() for word in _WORD.findall(unicodedata.normalize("NFKC", label))}
    if _ELSE.search(key) is not None or words & _ELSE_WORDS:
        return None
    return HINT if _HINTS.search(key) is not None or words & _HINT_WORDS else None


def nested_access_values(record: Mapping[str, Any], named: frozenset[str]) -> dict[str, Any]:
    """Return by path the values about access inside objects and lists that no mapping reads.

    Examples: ``extras: [{"key": "private", "value": "true"}]`` of CKAN, or
    ``attributes: {"开放属性": "非开放"}``.
    """
    found: dict[str, Any] = {}
    for label, value in record.items():
        if type(value) in (dict, list) and label not in named:
            for path, said in _pairs(value, label, _DEPTH):
                found[path] = said
                if len(found) >= _MAX_FOUND:
                    return found
    return found


def last_label(path: str) -> str:
    """Return the last label of a path of `nested_access_values`."""
    return path.rsplit(_STEP, 1)[-1]


_STEP: Final = " › "


def _pairs(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth == 0:
        return
    if isinstance(value, list):
        for number, one in enumerate(value):
            if isinstance(one, (dict, list)):
                yield from _pairs(one, f"{path}[{number}]", depth - 1)
        return
    label = next((value[k] for k in _KEYS if isinstance(value.get(k), str)), None)
    said = next((value[k] for k in _VALUES if k in value), None)
    if label is not None and said is not None and access_target(label) is not None:
        yield f"{path}{_STEP}{label}", said
    for key, one in value.items():
        if access_target(key) is not None:
            yield f"{path}{_STEP}{key}", one
        elif isinstance(one, (dict, list)):
            yield from _pairs(one, f"{path}{_STEP}{key}", depth - 1)
