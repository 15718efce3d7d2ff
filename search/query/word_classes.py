"""Words by what they do in a search: ask, frame, attribute, weak noun. Word classes, not cases."""

from __future__ import annotations

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS: Final = frozenset("不未非")
"""What makes another word of the one behind it: 不动产, 非机动车, 未成年人."""

QUESTION: Final = re.compile(
    r"(?:请问|我想|我要|想要|想知道|想找|查一下|帮我)"
    r"|(?:应该|可以|能够|能)?(?:去|到|在|上)?(?:哪里|哪儿|哪)(?:个|些|家|里|有|能|可以|去)*"
    r"|有(?:没有|哪些|什么|多少|几[个家所处])|什么(?:时候|地方|时间)?|怎么(?:样|办|走|去)?|如何|怎样"
    r"|(?:找|归|由|是)谁|谁|是不是|是否|能不能|可不可以|多少(?:钱|个|人|家|所|次|元)?|多久|多长时间|多大"
    r"|几(?:点钟|点|个|家|所|号|次|岁|人|天|年)|(?:一共|总共)有?|花了|用了|一个月|吗|呢|呀"
    r"|(?<![a-z])(?:how (?:many|much)|(?:where|how)(?: can i| do i| is| are| to)?(?: find| get)?"
    r"|(?:what|which|who)(?: is| are)?|near me|are there|is there)(?![a-z])"
)
"""Question words, with the verbs and measures that belong to them."""

MEASURE: Final = re.compile(r"多少(?!钱)|几[个家所处人]|多大|how many")
"""Question words that ask for a number of things."""

FRAME: Final = re.compile(
    r"(?:的地方|的地点|的人员|的人|的店|的公司|的企业|的机构|的单位|附近的?|周边的?)"
)
"""The end of a clause that only says that a place, a person or a body is meant."""

ASKED: Final = (
    (re.compile(r"几点|什么时候|什么时间|何时|多久|多长时间"), ("时间", "时刻")),
    (re.compile(r"多少钱|花了|费用|how much"), ("金额", "标准", "价格")),
    (re.compile(r"哪|什么地方|的地方|的地点|where|near me"), ("地址",)),
    (re.compile(r"找谁|归谁|谁管"), ("联系人", "电话")),
)
"""What a question word asks for, as names of data items."""

WITH: Final = re.compile(
    r"(?:^|(?<=[\s,，]))(?:带有?|附有?|包含|包括|含有?|有|提供|写明|注明)(?!限|关|害|色|机|线|效)(.{2,12}?)的"
)
"""带…的, 有…的: what is between is an attribute of what follows."""

FORMS: Final = _words(
    """
    数据 数据集 信息 情况 资料 名单 名录 目录 清单 列表 一览 一览表 表 明细 明细表 台账
    查询 公示 公布 公告 统计 统计表 汇总 汇总表 汇总信息 分布 分布图 地图 基本 基本情况
    基本信息 情况表 登记表 相关 有关 全部 所有 各类 各种 各 花名册 记录 表格 文件 接口 下载
    开放 公开 详情 详细 最新 最近 近期 历年 全市 全国 全省 本市 当前 目前 data dataset
    datasets list lists information info statistics statistic table file files register
    registry directory records record number numbers open public about by per all in of the
    for and with to on at from latest new
    """
)
"""Words for the form of a dataset: they find nothing by themselves."""

REGISTER_FORMS: Final = _words(
    """
    名单 名录 清单 目录 列表 一览 一览表 花名册 分布 list lists register directory
    """
)
STATISTIC_FORMS: Final = _words(
    """
    统计 统计表 统计数据 数量 总数 总量 总额 总值 人数 比例 增长 增速 指数 statistics
    statistic number numbers
    """
)
NEWEST: Final = re.compile(r"最新|最近|近期|latest|newest")

JOINTS: Final = _words("与 和 及 以及 的 等 或 对 在 为 于 按 被 从 由 了 之 并")
"""Words that join others: a phrase that begins or ends with one is a piece of something."""

WEAK: Final = _words(
    """
    公司 企业 单位 机构 店 商店 门店 店铺 点 站 站点 网点 点位 中心 部门 人员 人 地方 场所
    地点 位置 项目 工作 管理 服务 业务 事项 结果 标准 材料 主体 商户 用户 业户 组织 名称
    时间 地址 电话 经营 登记 备案 company companies business businesses enterprises
    services service agency agencies center centers centre centres enterprise firm firms
    office offices shop shops store stores outlet outlets place places point points site sites
    area areas location locations facility facilities institution institutions organization
    organizations organisation organisations unit units person persons people staff worker
    workers provider providers operator operators dealer dealers maker makers permit permits
    licence licences license licenses certificate certificates result results rate rates
    situation status project projects type types local famous
    """
)
"""Nouns that narrow a subject and are none."""

ATTRIBUTE: Final = re.compile(
    r"(?:.{0,8}(?:编号|号码|证号|文号|电话|手机号|联系方式|联系人|负责人|地址|住址|位置|坐标|经纬度|经度|纬度|面积|代码|日期|时间|金额|姓名"
    r"|科目|类别|等级|级别|状态|数量|人数|床位数?|车位数?|泊位数?|名称|职务|职称|年龄|性别|单价|价格|容量|规模|长度|高度|宽度|海拔|期限|有效期|范围))$"
)
"""Words that name a data item, where they follow a subject."""

SAME_ATTRIBUTE: Final = (
    _words(
        """
    电话 联系电话 联系方式 手机 手机号 手机号码 电话号码 联系号码 办公电话 服务电话
    """
    ),
    _words(
        """
    地址 住址 位置 地点 住所 详细地址 经营地址 单位地址 联系地址 所在地 注册地址 办公地址
    """
    ),
    _words(
        """
    坐标 经纬度 经度 纬度 x轴坐标 y轴坐标 地理坐标 x坐标 y坐标
    """
    ),
    _words(
        """
    统一社会信用代码 社会信用代码 信用代码 组织机构代码 统一信用代码
    """
    ),
    _words(
        """
    负责人 联系人 法定代表人 法人 法人代表 主要负责人 法人姓名
    """
    ),
    _words(
        """
    开放时间 服务时间 营业时间 工作时间 办公时间
    """
    ),
)
"""Names of data items that hold the same."""

PROCESS: Final = re.compile(
    r"处罚|许可|审批|核准|注销|吊销|变更|延续|检查|抽查|抽检|巡查|巡检|投诉|举报|批复|办理|受理|申请|案件|执法|复评|年报|年检|培训|考核|考试"
    r"|验收|整改|补贴|补助|奖补|经费|预算|决算|资金|收费|价格|费用|通知|方案|办法|政策|指南|流程|计划|规划|总结|评价|评分|监督|监管|监测"
    r"|责任人|工作人员|股东|专家|导师|活动|宣传|招聘|拟|撤销|终止|退出|移出|事项|条件|依据|设立|建设|移植|征集|采购|中标"
)
"""Words for what is done with a thing: a title that adds one to the subject is about that."""

STATISTIC_TITLE: Final = re.compile(
    r"^(?:全国|全省|各市|各县|各区|各省|各地|分县|分区|分市|分月|分季|主要年份|历年|按)|(?:年鉴|统计公报)"
)


def same_attributes(name: str) -> frozenset[str]:
    """Return the names of data items that hold the same as ``name``, itself among them."""
    return next((same for same in SAME_ATTRIBUTE if name in same), frozenset((name,)))
