"""Kinds of errors of public SPARQL, and the HTTP status each stands for."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

SPARQL_SYNTAX: Final = ErrorKind(
    "sparql-syntax",
    "查询第 {line} 行第 {column} 列有语法错误：读到“{near}”中“▸”处为止。"
    "请检查此处前后的括号、标点与关键字。",
    "The query has a syntax error at line {line}, column {column}: it was read as far as the mark "
    "in '{near}'. Check the brackets, the punctuation and the keywords around it.",
)
SPARQL_PREFIX_UNKNOWN: Final = ErrorKind(
    "sparql-prefix-unknown",
    "查询第 {line} 行第 {column} 列使用了未声明的前缀“{prefix}:”。请在开头写 "
    "PREFIX {prefix}: <…>，或改用 /sparql 页列出的前缀。",
    "The query uses the prefix '{prefix}:' at line {line}, column {column}, which is not declared. "
    "Begin with PREFIX {prefix}: <…>, or use one of those listed at /sparql.",
)
SPARQL_VARIABLE_UNBOUND: Final = ErrorKind(
    "sparql-variable-unbound",
    "查询的 SELECT 中有变量没有值可取（第 {line} 行第 {column} 列，{near}）。分组查询中，"
    "请把它写进 GROUP BY，或放进 COUNT、SAMPLE 等聚合函数。",
    "SELECT names a variable that can have no value (line {line}, column {column}, {near}). Where "
    "the query groups, name it in GROUP BY or put it into COUNT, SAMPLE or another aggregate.",
)
SPARQL_TIMEOUT: Final = ErrorKind(
    "sparql-timeout",
    "查询超过 {seconds} 秒未完成，已中止。请缩小范围（指定类、来源或 IRI），避免无关联的模式。",
    "The query did not end within {seconds} s and was stopped. Narrow it (a class, a source, an "
    "IRI) and join every pattern with another.",
)
SPARQL_MEMORY: Final = ErrorKind(
    "sparql-memory",
    "查询所需内存超过 {megabytes} MiB，已中止。请缩小范围，或避免对大量结果排序与去重。",
    "The query needs more than {megabytes} MiB of memory and was stopped. Narrow it, or do not "
    "sort or group so many solutions.",
)
SPARQL_TOO_LARGE: Final = ErrorKind(
    "sparql-too-large",
    "结果超过上限（{rows} 行或 {bytes} 字节），未返回。"
    "请加 LIMIT 与 OFFSET 分页，或逐条读取 /api/v1/datasets。",
    "The answer is over the limit of {rows} rows or {bytes} bytes and is not given in part. Page "
    "with LIMIT and OFFSET, or read the records one by one from /api/v1/datasets.",
)
SPARQL_QUERY_TOO_LONG: Final = ErrorKind(
    "sparql-query-too-long",
    "查询文本有 {length} 个字符，超过上限 {limit}。请缩短查询。",
    "The text of the query has {length} characters, over the limit of {limit}. Shorten it.",
)
SPARQL_UPDATE_REFUSED: Final = ErrorKind(
    "sparql-update-refused",
    "此端点只接受查询，不接受更新（{word}）。请通过 /api/v1/sources 写入记录。",
    "This endpoint takes queries, not updates ({word}). Write records through /api/v1/sources.",
)
SPARQL_SERVICE_REFUSED: Final = ErrorKind(
    "sparql-service-refused",
    "不允许 SERVICE（联合查询）。请在客户端分别查询各端点后合并。",
    "SERVICE (federated query) is not allowed. Ask each endpoint from your side and join there.",
)
SPARQL_BUSY: Final = ErrorKind(
    "sparql-busy",
    "查询服务繁忙或您的查询配额已用尽。请在 {retry_after} 秒后重试。",
    "The query service is busy, or your share of it is used up. Try again in {retry_after} s.",
)
SPARQL_FORMAT: Final = ErrorKind(
    "sparql-format",
    "无法以所请求的格式（{accept}）返回此结果。可用：{offered}。",
    "This answer cannot be given as {accept}. Offered: {offered}.",
)
SPARQL_UNWRITABLE: Final = ErrorKind(
    "sparql-unwritable",
    "结果中有 {form} 写不出的内容（{what}）。请改用其他格式：查询结果用 JSON、CSV 或 TSV，"
    "图用 Turtle 或 N-Triples。",
    "The answer holds what {form} cannot write ({what}). Ask for another form: JSON, CSV or TSV "
    "for solutions, Turtle or N-Triples for graphs.",
)
SPARQL_FUNCTION_UNKNOWN: Final = ErrorKind(
    "sparql-function-unknown",
    "查询使用了本端点没有的函数 {function}。请只用 SPARQL 1.1 的函数，并检查前缀。",
    "The query uses the function {function}, which this endpoint does not have. Keep to the "
    "functions of SPARQL 1.1, and check the prefixes.",
)
SPARQL_BEHIND: Final = ErrorKind(
    "sparql-behind",
    "图谱落后于目录：{count} 条记录已下架或不再开放，而图谱尚未移除。在此之前不回答查询，"
    "请在 {retry_after} 秒后重试；管理员请查看 atlas doctor。",
    "The graph is behind the catalogue: {count} records were withdrawn or are not open any more, "
    "and the graph still holds some of them. No query is answered until they are gone. Try again "
    "in {retry_after} s; operators see `atlas doctor`.",
)
SPARQL_FAILED: Final = ErrorKind(
    "sparql-failed",
    "查询未能执行：{reason}。请简化查询；若仍失败请报告管理员。",
    "The query could not be run: {reason}. Simplify it; if it fails again, tell the operator.",
)

STATUS: Final[dict[str, int]] = {
    SPARQL_SYNTAX.code: 400,
    SPARQL_PREFIX_UNKNOWN.code: 400,
    SPARQL_VARIABLE_UNBOUND.code: 400,
    # The query was understood and cut off: the limit of a gateway, not the client's slowness.
    SPARQL_TIMEOUT.code: 504,
    SPARQL_MEMORY.code: 503,
    SPARQL_TOO_LARGE.code: 413,
    SPARQL_QUERY_TOO_LONG.code: 413,
    SPARQL_UPDATE_REFUSED.code: 400,
    SPARQL_SERVICE_REFUSED.code: 400,
    SPARQL_FUNCTION_UNKNOWN.code: 400,
    SPARQL_BUSY.code: 429,
    SPARQL_BEHIND.code: 503,
    SPARQL_FORMAT.code: 406,
    SPARQL_UNWRITABLE.code: 406,
    SPARQL_FAILED.code: 500,
}
"""HTTP status by code, for the service's table."""
