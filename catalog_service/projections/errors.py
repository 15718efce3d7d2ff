"""Kinds of errors of the projections."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

PROJECTIONS_LOCKED: Final = ErrorKind(
    "projections-locked",
    "数据目录 {home} 的投影正由另一进程更新。请等待它完成，或先停止它。",
    "Another process is running the projections of {home}. Wait for it, or stop it first.",
)
PROJECTION_FAILED: Final = ErrorKind(
    "projection-failed",
    "投影 {name} 未能处理第 {seq} 号变更（{iri}）：{reason}。请查看日志；"
    "排除原因后会自动继续，也可用 `atlas index rebuild` 重建。",
    "Projection {name} could not take in change {seq} ({iri}): {reason}. See the log; it goes on "
    "by itself once the cause is gone, or rebuild it with `atlas index rebuild`.",
)
PROJECTION_MISSING: Final = ErrorKind(
    "projection-missing",
    "投影 {name} 为空，而日志已到第 {head} 号变更。正在运行的服务会自动重建，请稍后再试；"
    "否则请运行 `atlas index rebuild {name}`。",
    "Projection {name} holds nothing, though the journal stands at change {head}. A running "
    "service builds it by itself: try again in a moment. Otherwise run "
    "`atlas index rebuild {name}`.",
)
PROJECTION_FOREIGN: Final = ErrorKind(
    "projection-foreign",
    "投影 {name} 停在第 {seq} 号变更，但那不是本日志的变更：日志已被替换或由备份恢复。"
    "正在运行的服务会自动重建，请稍后再试；否则请运行 `atlas index rebuild {name}`。",
    "Projection {name} stands at a change {seq} that is not this journal's: the journal was "
    "replaced or restored from a backup. A running service builds it anew by itself: try again "
    "in a moment. Otherwise run `atlas index rebuild {name}`.",
)
PROJECTION_BEHIND: Final = ErrorKind(
    "projection-behind",
    "等待 {seconds} 秒后，投影 {name} 仍未到达第 {seq} 号变更（现为 {published}）：{reason}。"
    "请稍后再试，或查看 `atlas doctor`。",
    "After {seconds} s projection {name} has not reached change {seq} (it shows {published}): "
    "{reason}. Try again later, or see `atlas doctor`.",
)
CLOSINGS_UNKNOWN: Final = ErrorKind(
    "closings-unknown",
    "{seconds} 秒内未能从日志读出哪些记录已下架或不再开放，因此暂不回答。"
    "请在 {retry_after} 秒后重试；若持续如此，请查看日志数据库的负载。",
    "Within {seconds} s the journal did not tell which records were withdrawn or are not open any "
    "more, so nothing is answered. Try again in {retry_after} s; if it stays so, see what keeps "
    "the journal's database busy.",
)
