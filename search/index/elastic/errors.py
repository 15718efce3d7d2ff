"""What can go wrong between this program and an Elasticsearch server."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

SEARCH_UNREACHABLE: Final = ErrorKind(
    "search-unreachable",
    "检索服务器 {url} 暂时没有应答（{reason}）。写入照常进行，服务器恢复后索引会自动补齐；"
    "请稍后再试，管理员请检查该服务器与 ATLAS_SEARCH_URL。",
    "The search server {url} does not answer at the moment ({reason}). Writes go on, and the index "
    "catches up by itself once it is back: try again in a moment. Operators: look after that "
    "server, and check ATLAS_SEARCH_URL.",
)
SEARCH_REFUSED: Final = ErrorKind(
    "search-refused",
    "检索服务器 {url} 拒绝了请求，或其应答无法识别（{reason}）。请检查 ATLAS_SEARCH_URL 的地址、"
    "用户与密码，该用户的权限以及服务器日志。",
    "The search server {url} refuses the request, or its answer can't be read ({reason}). Check "
    "address, user and password in ATLAS_SEARCH_URL, that user's rights, and the server's log.",
)
SEARCH_VERSION_UNSUPPORTED: Final = ErrorKind(
    "search-version-unsupported",
    "检索服务器 {url} 的版本为 {version}，本程序需要 {least} 或更高的 Elasticsearch 9。"
    "请升级该服务器，或清空 ATLAS_SEARCH_URL 以使用内置检索引擎。",
    "The search server {url} is of version {version}; Elasticsearch {least} or newer of the same "
    "major version is needed. Upgrade it, or unset ATLAS_SEARCH_URL to use the embedded engine.",
)
SEARCH_ADDRESS_INVALID: Final = ErrorKind(
    "search-address-invalid",
    "ATLAS_SEARCH_URL 无效（{reason}）。应写作 http://主机:9200，或 https://用户:密码@主机:9200；"
    "请更正。",
    "ATLAS_SEARCH_URL is not valid ({reason}). Write it as http://host:9200 or "
    "https://user:password@host:9200; correct it.",
)
INDEX_ITEM_REFUSED: Final = ErrorKind(
    "index-item-refused",
    "检索服务器拒绝了 {count} 条记录，第一条为 {iri}（{reason}）；检查点未移动。"
    "请按原因更正该记录，然后重试。",
    "The search server refuses {count} records, the first of them {iri} ({reason}); the checkpoint "
    "has not moved. Mend the record by that reason, then try again.",
)
