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
    "图存储 {path} 无法读取：{reason}。正在运行的服务会自动从日志重建，请稍后再试；"
    "否则请运行 `atlas index rebuild graph`。",
    "The graph in {path} cannot be read: {reason}. A running service builds it anew from the "
    "journal by itself: try again in a moment. Otherwise run `atlas index rebuild graph`.",
)
NOT_GATHERED: Final = "its default graph is not what its named graphs hold"
"""The reason of `GRAPH_BROKEN` for a store that another version of this program has written."""

GRAPH_UNION: Final = ErrorKind(
    "graph-union",
    "图服务器 {url} 把各命名图的并集当作默认图，且重复计数：计数会出错，因此不予查询。"
    "请去掉其 --union-default-graph 选项后重新启动。",
    "The graph server {url} gives the union of all graphs as its default graph, and counts what "
    "several hold several times: it is not asked. Start it without --union-default-graph.",
)
NO_SNAPSHOT: Final = ErrorKind(
    "no-snapshot",
    "{path} 中没有图快照。正在运行的服务会自动建立，请稍后再试；"
    "否则请运行 `atlas index rebuild graph`。",
    "There is no snapshot of the graph in {path}. A running service makes one by itself: try "
    "again in a moment. Otherwise run `atlas index rebuild graph`.",
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
