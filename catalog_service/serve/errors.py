"""Kinds of errors of serving."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

CANNOT_LISTEN: Final = ErrorKind(
    "cannot-listen",
    "无法在 {host}:{port} 上监听：{reason}。请换一个端口（--port），或停止占用它的程序。",
    "Cannot listen on {host}:{port}: {reason}. Choose another --port, or stop what uses it.",
)
