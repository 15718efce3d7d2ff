"""Kinds of errors of the graph store."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

GRAPH_LOCKED: Final = ErrorKind(
    "graph-locked",
    "图存储 {path} 正由另一进程写入。请让该进程完成写入，或先停止它再试。",
    "Another process is writing the graph store {path}. Let it finish, or stop it and try again.",
)
GRAPH_BROKEN: Final = ErrorKind(
    "graph-broken",
    "无法打开图存储 {path}：{reason}。请删除该文件夹；系统将从日志重建。",
    "The graph store {path} cannot be opened: {reason}. "
    "Delete that folder; it is rebuilt from the journal.",
)
NO_SNAPSHOT: Final = ErrorKind(
    "no-snapshot",
    "{path} 中尚无已发布的图快照。请先运行 `atlas import` 或启动 `atlas serve`。",
    "No snapshot of the graph has been published in {path} yet. "
    "Run `atlas import` or start `atlas serve` first.",
)
GRAPH_UNREACHABLE: Final = ErrorKind(
    "graph-unreachable",
    "无法连接图服务器 {url}：{reason}。请检查 ATLAS_GRAPH_URL 与该服务器是否在运行。",
    "The graph server {url} does not answer: {reason}. "
    "Check ATLAS_GRAPH_URL and whether the server runs.",
)
GRAPH_REFUSED: Final = ErrorKind(
    "graph-refused",
    "图服务器 {url} 拒绝了请求（HTTP {status}）：{reason}。请查看该服务器的日志。",
    "The graph server {url} refused the request (HTTP {status}): {reason}. "
    "Look into that server's log.",
)
