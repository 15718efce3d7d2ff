"""The errors of search, each with what to do next."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

QUERY_TOO_LONG: Final = ErrorKind(
    "query-too-long",
    "检索词有 {length} 个字符，超过上限 {limit}。请缩短检索词。",
    "The search text has {length} characters, over the limit of {limit}. Shorten it.",
)
PAGE_OUT_OF_RANGE: Final = ErrorKind(
    "page-out-of-range",
    "{name}={value} 超出范围：应在 {least} 到 {most} 之间。"
    "请缩小结果范围（增加筛选条件）或更正该值。",
    "{name}={value} is out of range: it must lie between {least} and {most}. "
    "Narrow the search with filters, or mend the value.",
)
UNKNOWN_FACET: Final = ErrorKind(
    "unknown-facet",
    "没有名为“{name}”的分面。可用的分面：{known}。",
    "There is no facet named {name!r}. The facets are: {known}.",
)
UNKNOWN_SORT: Final = ErrorKind(
    "unknown-sort",
    "没有名为“{name}”的排序方式。可用的排序：{known}。",
    "There is no sort order named {name!r}. The orders are: {known}.",
)
TOO_MANY_FILTERS: Final = ErrorKind(
    "too-many-filters",
    "筛选值有 {count} 个，超过上限 {limit}。请减少筛选值。",
    "There are {count} filter values, over the limit of {limit}. Take some away.",
)
INDEX_CORRUPT: Final = ErrorKind(
    "index-corrupt",
    "检索索引 {path} 无法读取（{reason}）。请运行“atlas index rebuild”，由日志重建索引。",
    "The search index {path} can't be read ({reason}). "
    "Run `atlas index rebuild` to build it anew from the journal.",
)
INDEX_MISSING: Final = ErrorKind(
    "index-missing",
    "{path} 中没有检索索引，而目录并非为空。若服务正在运行，它会自行重建，请稍后再试；"
    "否则请运行“atlas index rebuild”。",
    "There is no search index in {path}, though the catalogue is not empty. A running service "
    "builds it by itself: try again in a moment. Otherwise run `atlas index rebuild`.",
)
INDEX_BEHIND: Final = ErrorKind(
    "index-behind",
    "检索索引落后于目录：{count} 条记录已下架或不再开放，而索引尚未移除其中的大部分。"
    "在此之前不回答检索，请在 {retry_after} 秒后重试；管理员请查看 atlas doctor。",
    "The search index is behind the catalogue: {count} records were withdrawn or are not open any "
    "more, and too many of them are still in it. No search is answered until it has caught up. "
    "Try again in {retry_after} s; operators see `atlas doctor`.",
)
INDEX_UNREADABLE: Final = ErrorKind(
    "index-unreadable",
    "系统拒绝读取检索索引 {path}（{reason}）。索引并未损坏，请勿删除；"
    "请检查文件权限与磁盘，然后重试。",
    "The system refuses to read the search index {path} ({reason}). The index is not broken: "
    "delete nothing, mend the permissions or the disk, and try again.",
)
INDEX_LOCKED: Final = ErrorKind(
    "index-locked",
    "检索索引 {path} 正由另一个进程写入。请等待该进程结束，或通过正在运行的服务提交。",
    "The search index {path} is being written by another process. "
    "Wait until it has ended, or submit through the running service.",
)
INDEX_WRITE_FAILED: Final = ErrorKind(
    "index-write-failed",
    "写入检索索引 {path} 失败（{reason}）；上一次提交仍然有效。请检查磁盘空间与权限后重试。",
    "Writing the search index {path} failed ({reason}); its last commit still stands. "
    "Check disk space and permissions, then try again.",
)
RANGE_INVALID: Final = ErrorKind(
    "range-invalid",
    "范围“{name}={value}”无效：可用的范围为 {known}，日期写作 YYYY、YYYY-MM 或 YYYY-MM-DD。",
    "The range {name}={value!r} is not valid: the ranges are {known}, with days written as YYYY, "
    "YYYY-MM or YYYY-MM-DD.",
)
CURSOR_INVALID: Final = ErrorKind(
    "cursor-invalid",
    "游标“{value}”不属于此次检索。请从第一页重新开始，检索条件与排序须保持不变。",
    "The cursor {value!r} does not belong to this search. Start again at the first page, and keep "
    "the search and its order as they are.",
)
UNKNOWN_UNDERSTANDING: Final = ErrorKind(
    "unknown-understanding",
    "没有名为“{name}”的检索理解方式。可以关闭的有：{known}。",
    "There is no understanding named {name!r} to switch off. There are: {known}.",
)
JUDGEMENTS_UNREADABLE: Final = ErrorKind(
    "judgements-unreadable",
    "无法读取评测文件 {path}（{reason}）。请提供制表符分隔、带所需列名的 UTF-8 文件。",
    "The judgements in {path} can't be read ({reason}). Give a tab-separated UTF-8 file with the "
    "columns that are asked for.",
)
