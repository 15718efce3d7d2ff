"""Error kinds of the HTTP surface."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

PAGE_NOT_FOUND: Final = ErrorKind(
    "not-found",
    "此地址没有内容。请检查拼写，或从首页搜索。",
    "There is nothing at this address. Check the spelling, or search from the home page.",
)
DATASET_NOT_FOUND: Final = ErrorKind(
    "dataset-not-found",
    "目录中没有公开的数据集“{name}”。请检查来源与标识，或搜索名称。",
    "The catalogue has no public dataset {name!r}. Check source and identifier, or search its "
    "name.",
)
DATASET_WITHDRAWN: Final = ErrorKind(
    "dataset-withdrawn",
    "数据集“{name}”已于 {day} 下架。历史版本可用 ?at=时间 查看。",
    "Dataset {name!r} was withdrawn on {day}. Earlier versions can be read with ?at=TIME.",
)
NO_HELD_VERSION: Final = ErrorKind(
    "no-held-version",
    "数据集“{name}”没有等待的版本。等待的记录见 /api/v1/sources/…/records?waiting=true。",
    "No version of dataset {name!r} waits. See /api/v1/sources/…/records?waiting=true for those "
    "that do.",
)
NOT_YET: Final = ErrorKind(
    "no-version-then",
    "数据集“{name}”在 {time} 没有公开版本。请选择更晚的时间，可先查看其历史。",
    "Dataset {name!r} had no public version at {time}. Choose a later time; see its history.",
)
TIMES_AHEAD: Final = ErrorKind(
    "times-ahead",
    "数据集“{name}”在 {time} 没有公开版本；但写入其变更时本机时钟超前，时间记到了 {until}，"
    "当时可能已有版本。请用 ?at={until} 查看，或不带 at 查看现在的版本。",
    "Dataset {name!r} had no public version at {time}; but the clock was ahead when its changes "
    "were written, and they are dated up to {until}: there may have been one. Ask with "
    "?at={until}, or without at for the version of now.",
)
PARAMETER_INVALID: Final = ErrorKind(
    "parameter-invalid",
    "参数 {name} 的值“{value}”无效：{expected}。",
    "Parameter {name} has the value {value!r}, which is not valid: expected {expected}.",
)
TOO_MANY_VALUES: Final = ErrorKind(
    "too-many-values",
    "筛选项 {name} 给出了 {count} 个不同的值，最多 {limit} 个。请减少，或分成几次查询。",
    "The filter {name} was given {count} different values; at most {limit} are taken. Give fewer, "
    "or ask several times.",
)
VALUE_UNKNOWN: Final = ErrorKind(
    "value-unknown",
    "筛选项 {name} 没有值“{value}”，因此不匹配任何数据集。可用的有：{known}。",
    "The filter {name} has no value {value!r}, which therefore matches no dataset. Known: {known}.",
)
ILLEGAL_PATH: Final = ErrorKind(
    "illegal-path",
    "地址中的编码无效。标识须以 UTF-8 作百分号编码，且不含控制字符。",
    "The address is not encoded validly. Percent-encode identifiers as UTF-8, without control "
    "characters.",
)
NOT_HTTP: Final = ErrorKind(
    "not-http",
    "收到的不是有效的 HTTP 请求。请检查地址、请求头与正文长度后重新发送。",
    "What came in is no valid HTTP request. Check address, headers and length of the body, and "
    "send it again.",
)
LENGTH_AMBIGUOUS: Final = ErrorKind(
    "length-ambiguous",
    "请求同时给出 Content-Length 与 Transfer-Encoding，正文在哪里结束不能确定。请只用其一。",
    "The request gives both Content-Length and Transfer-Encoding, so that the end of its body is "
    "not certain. Use one of them.",
)
ADDRESS_TOO_LONG: Final = ErrorKind(
    "address-too-long",
    "地址超过 {limit} 字节。较长的查询请用 POST 发送。",
    "The address is longer than {limit} bytes. Send long queries with POST.",
)
HEAD_TOO_LARGE: Final = ErrorKind(
    "head-too-large",
    "请求头超过 {limit} 字节。请减少请求头。",
    "The request's headers are larger than {limit} bytes. Send fewer or shorter ones.",
)
BODY_TOO_LARGE: Final = ErrorKind(
    "body-too-large",
    "请求正文超过 {limit} MiB。请分成几次发送。",
    "The request body is larger than {limit} MiB. Send it in several parts.",
)
BODY_TOO_SLOW: Final = ErrorKind(
    "body-too-slow",
    "请求正文中断过久。请重新发送；已确认的记录不受影响。",
    "The request body paused for too long. Send it again; records that were acknowledged are safe.",
)
BODY_EMPTY: Final = ErrorKind(
    "body-empty",
    "请求没有正文。请在正文中给出 {expected}。",
    "The request has no body. Give {expected} in it.",
)
MEDIA_TYPE_UNSUPPORTED: Final = ErrorKind(
    "media-type-unsupported",
    "不支持正文类型“{given}”。请使用：{known}。",
    "Bodies of type {given!r} are not supported. Use one of: {known}.",
)
NOT_ACCEPTABLE: Final = ErrorKind(
    "not-acceptable",
    "无法以“{given}”回答。可用的类型：{known}。",
    "There is no answer in {given!r}. Available: {known}.",
)
METHOD_NOT_ALLOWED: Final = ErrorKind(
    "method-not-allowed",
    "此地址不支持 {method}。请查看 /about/api。",
    "This address does not support {method}. See /about/api.",
)
UNKNOWN_SCHEME: Final = ErrorKind(
    "unknown-scheme",
    "没有词表“{name}”。可用的有：{known}。",
    "There is no vocabulary {name!r}. Available: {known}.",
)
UNKNOWN_NODE: Final = ErrorKind(
    "unknown-node",
    "图谱中没有“{iri}”。可用的有：公开数据集、部门、区、数据领域、数据库、数据项的 IRI，"
    "见 /about/api。",
    "The atlas knows nothing called {iri!r}. Give the IRI of a public dataset, an organisation, a "
    "district, a domain, a library or a data item: see /about/api.",
)
UNKNOWN_TERM: Final = ErrorKind(
    "unknown-term",
    "本体中没有术语“{name}”。全部术语见 /def/。",
    "The ontology has no term {name!r}. All terms are at /def/.",
)
RATE_LIMITED: Final = ErrorKind(
    "rate-limited",
    "检查的请求过多。请在 {seconds} 秒后重试，或附上令牌。",
    "Too many records are being checked. Try again in {seconds} seconds, or send a token.",
)
SPARQL_QUERY_MISSING: Final = ErrorKind(
    "sparql-query-missing",
    "请求中没有查询。请用参数 query，或以 application/sparql-query 作为正文发送。",
    "The request holds no query. Give it as the parameter query, or as a body of type "
    "application/sparql-query.",
)
REQUEST_INVALID: Final = ErrorKind(
    "request-invalid",
    "请求无效：{problem}。请对照 /api/v1/openapi.json。",
    "The request is not valid: {problem}. Compare it with /api/v1/openapi.json.",
)
UNEXPECTED: Final = ErrorKind(
    "unexpected",
    "服务器发生内部错误。已确认的写入不受影响；请把编号报给管理员。",
    "An internal error occurred. Acknowledged writes are safe; give the id to the operator.",
)

HTTP_STATUS: Final[dict[str, int]] = {
    PAGE_NOT_FOUND.code: 404,
    DATASET_NOT_FOUND.code: 404,
    DATASET_WITHDRAWN.code: 410,
    NO_HELD_VERSION.code: 404,
    NOT_YET.code: 404,
    TIMES_AHEAD.code: 404,
    PARAMETER_INVALID.code: 400,
    TOO_MANY_VALUES.code: 400,
    # Told as a warning beside what was found.
    VALUE_UNKNOWN.code: 400,
    ILLEGAL_PATH.code: 400,
    NOT_HTTP.code: 400,
    LENGTH_AMBIGUOUS.code: 400,
    ADDRESS_TOO_LONG.code: 414,
    HEAD_TOO_LARGE.code: 431,
    BODY_TOO_LARGE.code: 413,
    BODY_TOO_SLOW.code: 408,
    BODY_EMPTY.code: 400,
    MEDIA_TYPE_UNSUPPORTED.code: 415,
    NOT_ACCEPTABLE.code: 406,
    METHOD_NOT_ALLOWED.code: 405,
    UNKNOWN_NODE.code: 404,
    UNKNOWN_SCHEME.code: 404,
    UNKNOWN_TERM.code: 404,
    RATE_LIMITED.code: 429,
    SPARQL_QUERY_MISSING.code: 400,
    REQUEST_INVALID.code: 400,
    UNEXPECTED.code: 500,
}
"""HTTP status of the kinds above; `catalog_service.errors.STATUS` holds the others."""
