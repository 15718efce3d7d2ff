"""Kinds of errors of serving."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

CHILD_KEEPS_ENDING: Final = ErrorKind(
    "child-keeps-ending",
    "进程 {child} 连续 {times} 次启动后立即结束：{reason}。服务已停止；请排除原因后重新启动"
    "（`atlas doctor` 可协助检查）。",
    "The process {child} ended {times} times in a row as soon as it was started: {reason}. "
    "Nothing is served; mend the cause and start again (`atlas doctor` helps to find it).",
)
CHILD_CANNOT_WORK: Final = ErrorKind(
    "child-cannot-work",
    "进程 {child} 无法工作：{reason}。再次启动也无济于事，服务已停止；请排除原因后重新启动。",
    "The process {child} cannot do its work: {reason}. Another start would not help, and nothing "
    "is served; mend the cause and start again.",
)
CANNOT_LISTEN: Final = ErrorKind(
    "cannot-listen",
    "无法在 {host}:{port} 上监听：{reason}。请换一个端口（--port），或停止占用它的程序。",
    "Cannot listen on {host}:{port}: {reason}. Choose another --port, or stop what uses it.",
)
ALREADY_SERVED: Final = ErrorKind(
    "already-served",
    "数据目录 {home} 已由另一个 atlas serve 提供服务。请先停止它；若只需更多网页进程，"
    "请用 --workers，或以 --role web 另启。",
    "The data folder {home} is served by another `atlas serve`. Stop it first; for more web "
    "processes use --workers, or start them with --role web.",
)
