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
