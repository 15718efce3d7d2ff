"""The kinds of errors that the one door for writes tells of."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

CLOSED_THOUGH_REFUSED: Final = ErrorKind(
    "closed-though-refused",
    "记录 {remote_id} 的新版本未被接受（{code}），但其写明不开放：旧的公开版本已停止公开。"
    "请更正后重新提交。",
    "The new version of {remote_id} was refused ({code}), and says that the data are not open: the "
    "version that was public is public no more. Mend the new one and submit it again.",
)
MAY_NOT_BE_OPEN: Final = ErrorKind(
    "may-not-be-open",
    "开放属性“{value}”可能表示不开放，该版本不公开，等待管理员查看。{reason} 请在来源处写明"
    "无条件开放、有条件开放或非开放；或由管理员查看后放行（atlas held）。",
    "The open type {value!r} may mean 非开放; this version is not public and waits for a steward. "
    "{reason} Write 无条件开放, 有条件开放 or 非开放 at the source, or let a steward look and "
    "release it (atlas held).",
)
