"""What can go wrong between this program and a server of embeddings."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

EMBEDDING_NOT_SET: Final = ErrorKind(
    "embedding-not-set",
    "没有设置向量服务，检索只按词语进行。如需语义检索，请设置 ATLAS_EMBEDDING_URL 与 "
    "ATLAS_EMBEDDING_MODEL（docs/settings.md）。",
    "No service of embeddings is set, and searches go by words alone. To search by meaning too, "
    "set ATLAS_EMBEDDING_URL and ATLAS_EMBEDDING_MODEL (docs/settings.md).",
)
EMBEDDING_UNREACHABLE: Final = ErrorKind(
    "embedding-unreachable",
    "向量服务 {url} 暂时没有应答（{reason}）。检索与索引照常进行，恢复后向量会自动补齐；"
    "管理员请检查该服务与 ATLAS_EMBEDDING_URL。",
    "The embedding server {url} does not answer at the moment ({reason}). Searches and the index "
    "go on, and vectors catch up by themselves once it is back. Operators: look after that server, "
    "and check ATLAS_EMBEDDING_URL.",
)
EMBEDDING_REFUSED: Final = ErrorKind(
    "embedding-refused",
    "向量服务 {url} 拒绝了请求（{reason}）。请检查 ATLAS_EMBEDDING_KEY、ATLAS_EMBEDDING_MODEL "
    "与该服务的日志。",
    "The embedding server {url} refuses the request ({reason}). Check ATLAS_EMBEDDING_KEY and "
    "ATLAS_EMBEDDING_MODEL, and that server's log.",
)
EMBEDDING_UNUSABLE: Final = ErrorKind(
    "embedding-unusable",
    "向量服务 {url} 的应答无法使用（{reason}）。请确认 ATLAS_EMBEDDING_URL 指向兼容 OpenAI 的接口"
    "（例如以 v1 结尾），并且该模型是向量模型。",
    "The answer of the embedding server {url} can't be used ({reason}). See to it that "
    "ATLAS_EMBEDDING_URL names an OpenAI-compatible interface (it often ends with v1), and that "
    "the model is one for embeddings.",
)
EMBEDDING_CHANGED: Final = ErrorKind(
    "embedding-changed",
    "模型“{model}”现在给出 {now} 维向量，已保存的为 {kept} 维：同名模型已被更换。"
    "请删除 {path}，向量将重新生成；或恢复原模型。",
    "The model {model!r} now gives vectors of {now} numbers, and those kept have {kept}: it was "
    "exchanged under its name. Remove {path}, and all vectors are made anew; or bring the old "
    "model back.",
)
VECTORS_UNREADABLE: Final = ErrorKind(
    "vectors-unreadable",
    "向量文件 {path} 无法读写（{reason}）。检索照常进行；请检查磁盘与权限，"
    "文件损坏时删除该目录，向量将重新生成。",
    "The vectors in {path} can't be read or written ({reason}). Searches go on without them; check "
    "disk and rights. Where they are damaged, remove that folder, and they are made anew.",
)
