"""Error kinds of the service's rooms, and the table that turns kinds into HTTP statuses."""

from __future__ import annotations

import sqlite3
from typing import Final

from ontology.errors import RECORD_TOO_LONG, TEXT_TOO_LONG, AtlasError, ErrorKind

JOURNAL_MISSING: Final = ErrorKind(
    "journal-missing",
    "这里没有目录（{url} 没有日志）。`atlas import 文件` 或 `atlas serve` 会新建一个；"
    "若已有目录，请检查 ATLAS_HOME 与 ATLAS_DATABASE_URL；演示的目录用 ATLAS_HOME=var/demo。",
    "There is no catalogue here (no journal at {url}). `atlas import FILE` or `atlas serve` makes "
    "one; if you have one elsewhere, check ATLAS_HOME and ATLAS_DATABASE_URL; for the catalogue of "
    "`make demo` set ATLAS_HOME=var/demo.",
)
JOURNAL_UNREACHABLE: Final = ErrorKind(
    "journal-unreachable",
    "无法打开日志数据库 {url}：{reason}。请检查地址、权限与数据库是否已启动。",
    "The journal at {url} cannot be opened: {reason}. Check the address, the permissions and that "
    "the database is running.",
)
JOURNAL_UNSUPPORTED: Final = ErrorKind(
    "journal-unsupported",
    "日志不支持数据库 {url}。请使用 SQLite 文件（sqlite:///路径）或 PostgreSQL。",
    "The journal does not work on {url}. Use an SQLite file (sqlite:///path) or PostgreSQL.",
)
JOURNAL_TOO_NEW: Final = ErrorKind(
    "journal-too-new",
    "日志数据库的版本 {found} 不为本程序（{known}）所知。请升级程序，或从备份恢复。",
    "The journal has schema version {found}, which this program (at {known}) does not know. "
    "Upgrade the program, or restore a backup.",
)
JOURNAL_VANISHED: Final = ErrorKind(
    "journal-vanished",
    "日志 {url} 的文件 {path} 不在了：已被删除、移走或清空，或其磁盘已卸下。"
    "此后的写入一律拒绝；已公开的内容仍可查询。请勿停止服务（它仍打开着原文件），"
    "先把文件放回原处或恢复备份，服务随即继续（见 docs/journal.md）。",
    "The file {path} of the journal {url} is gone: deleted, moved away, emptied, or its disk was "
    "unmounted. No write is taken until it is back; what is public can still be read. Do not stop "
    "the service, which still has the old file open: put the file back or restore a backup, and "
    "it goes on by itself (docs/journal.md).",
)
JOURNAL_REPLACED: Final = ErrorKind(
    "journal-replaced",
    "日志 {url} 的位置上换成了另一个数据库：{reason}。此次请求没有写入任何内容，请重新发送；"
    "若持续如此，请恢复正确的日志并重新启动服务。",
    "Another database stands in the place of the journal {url}: {reason}. Nothing of this request "
    "was written: send it again. If it stays so, put the right journal back and restart the "
    "service.",
)
JOURNAL_DAMAGED: Final = ErrorKind(
    "journal-damaged",
    "日志 {url} 已损坏：{what} 无法读取（{reason}）。其余内容不受影响，公开的副本仍在图谱与索引中，"
    "请勿重建它们。请先复制日志的全部文件，用 `atlas doctor --deep` 查看受损之处，"
    "再从备份恢复（见 docs/journal.md）。",
    "The journal {url} is damaged: {what} cannot be read ({reason}). Everything else of it is "
    "safe, and graph and index still hold the public copy: do not rebuild them. Copy all files of "
    "the journal away, see with `atlas doctor --deep` what is affected, and restore a backup "
    "(docs/journal.md).",
)
JOURNAL_LOST: Final = ErrorKind(
    "journal-lost",
    "日志 {url} 不存在或为空，而图谱与索引来自另一日志，已到第 {shown} 号变更：日志已丢失。"
    "它们是最后的公开副本，因此不会被清空，也不接受写入。请恢复日志或其备份，"
    "并检查 ATLAS_HOME 与 ATLAS_DATABASE_URL；若确实要从空目录开始，"
    "请运行 `atlas index rebuild --new-journal`。",
    "The journal {url} is missing or empty, though graph and index come from another one and "
    "stand at its change {shown}: the journal is lost. They are the last public copy, so they are "
    "not emptied, and nothing is written. Restore the journal or a backup of it, and check "
    "ATLAS_HOME and ATLAS_DATABASE_URL; if you do mean to begin with an empty catalogue, run "
    "`atlas index rebuild --new-journal`.",
)
BASE_IRI_CHANGED: Final = ErrorKind(
    "base-iri-changed",
    "本目录的记录以 {stored} 为 IRI 基址，而设置中是 {given}。请把 ATLAS_BASE_IRI 改回 {stored}，"
    "或使用新的数据目录。",
    "The records of this catalogue were minted under {stored}, but the settings say {given}. "
    "Set ATLAS_BASE_IRI back to {stored}, or use a new data folder.",
)
UNKNOWN_SOURCE: Final = ErrorKind(
    "unknown-source",
    "没有来源“{source}”。请用 `atlas source list` 查看已登记的来源。",
    "There is no source {source!r}. See `atlas source list` for those that are registered.",
)
SOURCE_PAUSED: Final = ErrorKind(
    "source-paused",
    "来源“{source}”已暂停接收记录。请稍后重试，或请管理员恢复该来源。",
    "Source {source!r} is paused and takes no records. Try again later, or ask the operator to "
    "resume it.",
)
UNKNOWN_RUN: Final = ErrorKind(
    "unknown-run",
    "没有运行记录“{run}”。请用 `atlas source show` 查看来源的各次运行。",
    "There is no run {run!r}. `atlas source show` lists the runs of a source.",
)
UNKNOWN_RECORD: Final = ErrorKind(
    "unknown-record",
    "来源“{source}”中没有标识为“{remote_id}”的记录。请检查标识。",
    "Source {source!r} has no record {remote_id!r}. Check the identifier.",
)
ILLEGAL_SOURCE_ID: Final = ErrorKind(
    "illegal-source-id",
    "“{source}”不能作为来源标识。请用小写字母、数字、连字符或下划线，至多 63 个字符，"
    "以字母或数字开头。",
    "{source!r} cannot identify a source. Use lower-case letters, digits, hyphens or underscores, "
    "63 characters at most, beginning with a letter or digit.",
)
ILLEGAL_REMOTE_ID: Final = ErrorKind(
    "illegal-remote-id",
    "记录标识无效：{reason}。请给出 1 至 {limit} 个字符、不含控制字符的标识。",
    "The record's identifier cannot be used: {reason}. Give 1 to {limit} characters without "
    "control characters.",
)
IDENTITY_MISMATCH: Final = ErrorKind(
    "identity-mismatch",
    "记录的 IRI 是 {found}，但按来源与标识应为 {expected}。请更正读取器，或 ATLAS_BASE_IRI。",
    "The record calls itself {found}, but its source and identifier make it {expected}. Mend the "
    "reader, or ATLAS_BASE_IRI.",
)
PRECONDITION_FAILED: Final = ErrorKind(
    "precondition-failed",
    "记录“{remote_id}”不满足请求的条件（{demanded}）；当前版本：{current}。请重新读取后再提交。",
    "Record {remote_id!r} does not meet what the request demands ({demanded}); its current version "
    "is: {current}. Read it again and submit anew.",
)
NOTHING_WAITS: Final = ErrorKind(
    "nothing-waits",
    "记录“{remote_id}”没有等待放行的版本。请用 `atlas history` 查看。",
    "Record {remote_id!r} has no version waiting to be released. See `atlas history`.",
)
INTERNAL: Final = ErrorKind(
    "internal",
    "处理此项时发生内部错误，编号 {incident}。其余各项不受影响；请把编号报给管理员。",
    "An internal error, number {incident}, occurred with this item. The others are not affected; "
    "give the number to the operator.",
)
UNKNOWN_TOKEN: Final = ErrorKind(
    "unknown-token",
    "没有令牌“{token}”。请用 `atlas token list` 查看。",
    "There is no token {token!r}. See `atlas token list`.",
)
ILLEGAL_SCOPE: Final = ErrorKind(
    "illegal-scope",
    "“{scope}”不是权限范围。请用 admin、write、write:来源、steward 或 steward:来源。",
    "{scope!r} is not a scope. Use admin, write, write:SOURCE, steward or steward:SOURCE.",
)
ILLEGAL_TOKEN_NAME: Final = ErrorKind(
    "illegal-token-name",
    "令牌名称 {name} 无效。请用 1 至 {limit} 个字符，不含控制字符。",
    "{name} cannot name a token. Use 1 to {limit} characters without control characters.",
)
NOT_AUTHENTICATED: Final = ErrorKind(
    "not-authenticated",
    "令牌缺失、未知、已过期或已撤销。请用 `atlas token create` 取得新令牌，"
    "并以 Authorization: Bearer 发送。",
    "The token is missing, unknown, expired or revoked. Get a new one with `atlas token create` "
    "and send it as Authorization: Bearer.",
)
NOT_ALLOWED: Final = ErrorKind(
    "not-allowed",
    "令牌“{token}”没有权限“{scope}”。请向管理员申请。",
    "The token {token!r} lacks the scope {scope!r}. Ask the operator for it.",
)

SOURCE_NEEDED: Final = ErrorKind(
    "source-needed",
    "文件名“{file}”不能作来源标识。请用 --source 指定，例如 --source pudong-2026。",
    "The file name {file!r} cannot become a source's identifier. Give one, such as "
    "--source pudong-2026.",
)
SETTINGS_INVALID: Final = ErrorKind(
    "settings-invalid",
    "设置有误：{detail}。请检查环境变量 ATLAS_… 与 atlas.toml（见 docs/settings.md）。",
    "The settings are wrong: {detail}. Check the ATLAS_… variables and atlas.toml "
    "(docs/settings.md).",
)
UNKNOWN_SETTING: Final = ErrorKind(
    "unknown-setting",
    "没有名为 {name} 的设置，它不起作用。最接近的是 {nearest}；请更正或删去。"
    "全部设置见 docs/settings.md。",
    "There is no setting {name}, and it has no effect. The nearest is {nearest}: correct it, or "
    "take it out. All settings are in docs/settings.md.",
)
ARGUMENT_NOT_TEXT: Final = ErrorKind(
    "argument-not-text",
    "参数 {argument} 不是 UTF-8 文本。请改用 UTF-8 输入；文件名请先改名。",
    "The argument {argument} is not UTF-8 text. Give it in UTF-8; rename a file that is called so.",
)
STORAGE_FAILED: Final = ErrorKind(
    "storage-failed",
    "无法读写 {path}：{reason}。已确认写入日志的内容均已保全，请勿删除任何数据。"
    "请检查磁盘空间、权限与 ATLAS_HOME，然后重新运行。",
    "{path} cannot be read or written: {reason}. Whatever was acknowledged is safe in the journal; "
    "delete nothing. Check the space on the disk, the permissions and ATLAS_HOME, then run it "
    "again.",
)
RECORD_NOT_FOUND: Final = ErrorKind(
    "record-not-found",
    "目录中没有记录 {iri}。请用 `atlas search` 查找，或检查 IRI。",
    "The catalogue has no record {iri}. Look for it with `atlas search`, or check the IRI.",
)
TIME_INVALID: Final = ErrorKind(
    "time-invalid",
    "“{value}”不是时间。请用 ISO 8601，例如 2026-05-31 或 2026-05-31T12:00:00+08:00。",
    "{value!r} is not a time. Use ISO 8601, such as 2026-05-31 or 2026-05-31T12:00:00+08:00.",
)
FILTER_INVALID: Final = ErrorKind(
    "filter-invalid",
    "筛选条件“{value}”无效。请写成 筛选项=取值；可用的筛选项：{known}。",
    "The filter {value!r} is not valid. Write facet=value; the facets are: {known}.",
)

SAVED_NOT_SHOWN: Final = ErrorKind(
    "saved-not-shown",
    "写入已全部保存在日志中，不会丢失；但检索或图谱暂未显示：{reason} 原因排除后，"
    "正在运行的服务会自动补上；没有服务在运行时，请再次运行同一命令。",
    "Everything that was written is safe in the journal, but search or graph do not show it yet: "
    "{reason} Once the cause is gone a running service catches up by itself; where none runs, run "
    "the same command again.",
)

STATUS: Final[dict[str, int]] = {
    JOURNAL_MISSING.code: 503,
    JOURNAL_UNREACHABLE.code: 503,
    JOURNAL_UNSUPPORTED.code: 500,
    JOURNAL_TOO_NEW.code: 503,
    JOURNAL_VANISHED.code: 503,
    JOURNAL_REPLACED.code: 503,
    JOURNAL_DAMAGED.code: 503,
    JOURNAL_LOST.code: 503,
    BASE_IRI_CHANGED.code: 503,
    UNKNOWN_SOURCE.code: 404,
    SOURCE_PAUSED.code: 409,
    UNKNOWN_RUN.code: 404,
    UNKNOWN_RECORD.code: 404,
    ILLEGAL_SOURCE_ID.code: 400,
    ILLEGAL_REMOTE_ID.code: 400,
    IDENTITY_MISMATCH.code: 422,
    RECORD_TOO_LONG.code: 413,
    TEXT_TOO_LONG.code: 413,
    "duplicate-identifier": 409,
    PRECONDITION_FAILED.code: 412,
    NOTHING_WAITS.code: 409,
    INTERNAL.code: 500,
    SOURCE_NEEDED.code: 400,
    SETTINGS_INVALID.code: 500,
    UNKNOWN_SETTING.code: 500,
    ARGUMENT_NOT_TEXT.code: 400,
    STORAGE_FAILED.code: 503,
    RECORD_NOT_FOUND.code: 404,
    TIME_INVALID.code: 400,
    FILTER_INVALID.code: 400,
    UNKNOWN_TOKEN.code: 404,
    ILLEGAL_SCOPE.code: 400,
    ILLEGAL_TOKEN_NAME.code: 400,
    NOT_AUTHENTICATED.code: 401,
    NOT_ALLOWED.code: 403,
    "source-exists": 409,
    "identifier-differs": 422,
    "validation-too-large": 413,
    "validation-too-slow": 413,
    "record-too-large": 413,
    "file-too-large": 413,
    "decompression-bomb": 413,
    "graph-too-large": 413,
    "sheet-too-large": 413,
    "query-too-long": 400,
    "page-out-of-range": 400,
    "unknown-facet": 400,
    "unknown-sort": 400,
    "too-many-filters": 400,
    "unknown-rule": 404,
    "index-corrupt": 503,
    "index-missing": 503,
    "index-behind": 503,
    "index-unreadable": 503,
    "index-locked": 503,
    "index-write-failed": 503,
    "index-item-refused": 503,
    "search-unreachable": 503,
    "search-refused": 503,
    "search-version-unsupported": 503,
    "search-address-invalid": 500,
    "graph-broken": 503,
    "graph-locked": 503,
    "graph-unreachable": 503,
    "no-snapshot": 503,
    "projections-locked": 503,
    "projection-failed": 503,
    "projection-behind": 503,
    "projection-missing": 503,
    "projection-foreign": 503,
    "closings-unknown": 503,
    SAVED_NOT_SHOWN.code: 503,
}
"""HTTP status by error code; what is not listed is the client's input at fault: 422."""

LASTING: Final = frozenset(
    {
        JOURNAL_TOO_NEW.code,
        JOURNAL_UNSUPPORTED.code,
        JOURNAL_DAMAGED.code,
        JOURNAL_LOST.code,
        BASE_IRI_CHANGED.code,
        SETTINGS_INVALID.code,
        UNKNOWN_SETTING.code,
        "search-address-invalid",
        "unreadable-rules",
        "no-rules",
        "invalid-rule",
        "duplicate-rule",
        "invalid-rule-parameters",
    }
)
"""Codes of what stands in the way until somebody mends it: a second start would meet it again."""


def lasts(error: AtlasError) -> bool:
    """Tell whether an error stands in the way until somebody mends its cause.

    Also where the journal's address leads to a file that is no database: it will not become one.
    """
    raised = getattr(error.__cause__, "orig", None)
    other_file = getattr(raised, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB
    return error.code in LASTING or other_file


_WRONG_USE: Final = 400
_SETTINGS: Final = (SETTINGS_INVALID.code, UNKNOWN_SETTING.code, "search-address-invalid")


def exit_code(error: AtlasError) -> int:
    """Return the exit code of a command: 2 for wrong use, 3 for everything else that failed.

    1 where all was done, and is only not shown yet.
    """
    if error.kind is SAVED_NOT_SHOWN:
        return 1
    wrong_use = error.code in _SETTINGS or STATUS.get(error.code) == _WRONG_USE
    return 2 if wrong_use else 3
