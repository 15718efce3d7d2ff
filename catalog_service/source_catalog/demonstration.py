"""What the source catalogue shows in the demo: some claims on items that the examples have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from catalog_service.source_catalog.importing import import_items
from catalog_service.source_catalog.model import TEXTS, ItemTable, SourceItem, TableRow
from catalog_service.source_catalog.service import count_items

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.console.output import Output

_MARKET: Final = "上海市市场监督管理局"
_HEALTH: Final = "上海市卫生健康委员会"
_REGISTER: Final = ("法人库", "登记、变更时即时更新")

CLAIMS: Final = (
    SourceItem("统一社会信用代码", _MARKET, *_REGISTER, "十八位，校验位正确", "无条件共享"),
    SourceItem("企业名称", _MARKET, *_REGISTER, "与营业执照一致", "无条件共享"),
    SourceItem("成立日期", _MARKET, *_REGISTER, "年-月-日", "无条件共享"),
    SourceItem("登记机关", _MARKET, *_REGISTER, "机构全称", "无条件共享"),
    SourceItem("许可证编号", _MARKET, "食品经营许可系统", "每日", "唯一", "有条件共享"),
    # Two departments claim it, so that the page of conflicts has one to show.
    SourceItem("许可证编号", _HEALTH, "卫生许可系统", "每日", "唯一", "有条件共享"),
    SourceItem("诊疗科目", _HEALTH, "医疗机构执业登记系统", "每月", "按诊疗科目名录", "无条件共享"),
    SourceItem("门诊时间", _HEALTH, "医疗机构服务信息", "每季度", "", "无条件共享"),
    SourceItem("床位数", "上海市民政局", "养老服务平台", "每月", "非负整数", "无条件共享"),
    SourceItem("泊位总数", "上海市交通委员会", "停车信息平台", "每日", "非负整数", "无条件共享"),
)
"""Invented, as the examples are."""


@contextmanager
def demonstrate(atlas: Atlas, _out: Output) -> Iterator[None]:
    """Have the claims in an empty catalogue; what somebody made of them since stays."""
    if not count_items(atlas):
        table = ItemTable(frozenset(TEXTS), map(TableRow, CLAIMS))
        import_items(atlas, table, actor="demo", reason="示例数据")
    yield
