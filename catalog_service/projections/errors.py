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
PROJECTION_BEHIND: Final = ErrorKind(
    "projection-behind",
    "等待 {seconds} 秒后，投影 {name} 仍未到达第 {seq} 号变更（现为 {published}）：{reason}。"
    "请稍后再试，或查看 `atlas doctor`。",
    "After {seconds} s projection {name} has not reached change {seq} (it shows {published}): "
    "{reason}. Try again later, or see `atlas doctor`.",
)
