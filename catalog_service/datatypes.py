"""Types of data items in the reader's language: ``VARCHAR(20)`` and 字符型 are text.

Records give types in the words of databases, of forms and of CSVW. What is known gets a plain name,
beside which the word of the record stands; what is not known is shown as it is.
"""

from __future__ import annotations

import re
from typing import Final

from translations import NP_

_WORDS: Final = {
    NP_("datatype", "Text"): (
        "string varchar varchar2 nvarchar nvarchar2 char nchar text longtext clob str "
        "字符型 字符串 字符 文本 字符串型 文本型 字符类型 字符串类型"
    ),
    NP_("datatype", "Whole number"): (
        "integer int bigint smallint tinyint long nonnegativeinteger positiveinteger "
        "整型 整数 整数型 长整型 长整数"
    ),
    NP_("datatype", "Number"): (
        "number numeric decimal float double real 数值型 数值 数字 数字型 浮点型 浮点 双精度 小数"
    ),
    NP_("datatype", "Date"): "date gyear gyearmonth year 日期 日期型 年份",
    NP_("datatype", "Date and time"): "datetime timestamp datetimestamp 日期时间 时间戳 日期时间型",
    NP_("datatype", "Time"): "time 时间 时间型",
    NP_("datatype", "Yes or no"): "boolean bool 布尔 布尔型 逻辑型",
    NP_("datatype", "Geometry"): "geometry point polygon linestring geojson 几何 空间型",
    NP_("datatype", "Binary"): "binary blob varbinary base64binary 二进制",
    NP_("datatype", "Web address"): "anyuri uri url 网址",
}
_BY_WORD: Final = {word: name for name, words in _WORDS.items() for word in words.split()}
_LENGTH: Final = re.compile(r"\s*[(（].*$")


def datatype_name(text: str) -> str | None:
    """Return the English name of a type, marked for translation in the context ``datatype``."""
    word = _LENGTH.sub("", text).strip().lower().rpartition("#")[2].rpartition(":")[2]
    return _BY_WORD.get(word.replace(" ", ""))
