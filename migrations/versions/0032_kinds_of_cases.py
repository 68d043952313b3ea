"""words by which a kind is told; kinds that are restricted; what may be settled, kept at the case

Cases keep what their item says today of settling on the spot; a checklist's items say nothing of
it. Items that come with the product get its words where nobody has written any.

Revision: 0032, after 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'


def upgrade() -> None:
    """Go forward."""
    for table in ('hazard_items', 'item_versions'):
        _add(table, 'synonyms', sa.Text(), '')
        _add(table, 'restricted', sa.Boolean(), 'false')
    _add('cases', 'settles', sa.Boolean(), 'true')
    op.execute(SETTLES)
    for table, current in (('hazard_items', 'true'), ('item_versions', "state = 'in_force'")):
        op.execute(SYNONYMS.format(table=table, current=current))


def _add(table: str, name: str, kind: sa.types.TypeEngine[object], value: str) -> None:
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))
    op.alter_column(table, name, server_default=None)


SETTLES = """
UPDATE cases SET settles = false FROM hazard_items
 WHERE hazard_items.code = cases.item_code AND NOT hazard_items.self_settle
   AND cases.inspection_id IS NULL
"""

SYNONYMS = """
UPDATE {table} SET synonyms = told.words FROM (VALUES
    ('P01', '飞线 私拉充电 拉线充电 窗户拉线 插线板充电 电瓶车充电 电动车充电'),
    ('P02', '消防通道 安全出口 疏散通道 楼道堆物 楼道杂物 堵住通道 生命通道 出口锁'),
    ('P03', '电动车上楼 电瓶车上楼 电瓶车进楼 电动车进电梯 电动车停楼道 电瓶车停楼道 推上楼'),
    ('U01', '垃圾 建筑垃圾 堆放垃圾 垃圾桶满 乱倒 乱丢'),
    ('P04', '灭火器 消火栓 消防栓 烟感 应急灯 喷淋'),
    ('P06', '私拉电线 乱接电线 电线裸露 私接电 电线老化'),
    ('P05', '燃气 煤气 液化气 漏气 天然气 煤气味'),
    ('U02', '占道 乱停车 违停 违章停车 流动摊贩 摆摊 店外经营'),
    ('P09', '井盖 窨井 路面塌陷 塌陷 坑洞 路面破损'),
    ('P08', '外墙 墙皮 瓷砖脱落 高空抛物 高空坠物 空调外机松动'),
    ('P07', '墙体开裂 裂缝 危房 房屋倾斜 房子要塌'),
    ('R01', '群租 隔断 打隔断 一屋多人 上下铺'),
    ('D01', '邻居吵架 噪音扰民 楼上漏水 邻里矛盾 半夜吵 广场舞'),
    ('C01', '独居老人 空巢老人 老人无人照顾 老人摔倒'),
    ('P11', '三合一 住人仓库 店里住人 厂里住人'),
    ('U03', '违建 违章建筑 违章搭建 私搭乱建 加盖 搭棚'),
    ('U04', '路灯 公共设施 健身器材 护栏 长椅 指示牌'),
    ('E01', '焚烧 烧秸秆 烧垃圾 冒烟'),
    ('E02', '黑臭 排污 污水 河水发黑 河道垃圾'),
    ('P10', '临水 无护栏 野泳 河边没有护栏 水塘'),
    ('S01', '可疑 盗窃 小偷 偷东西 失窃'),
    ('S02', '监控坏 摄像头坏 门禁坏 道闸坏'),
    ('S03', '聚集 群体 打架 斗殴 闹事'),
    ('M01', '食品 过期 变质 食物中毒 吃坏'),
    ('M02', '无证 无照 没有营业执照 无照经营'),
    ('D02', '家暴 夫妻吵架 家庭纠纷 虐待'),
    ('D03', '欠薪 拖欠工资 工资没发 讨薪 劳资'),
    ('R02', '流动人口 没登记 未登记 暂住登记 外来人员'),
    ('C02', '留守儿童 困境儿童 残疾人 孤儿'),
    ('L01', '学校门口 校园周边 幼儿园门口 校门口')
) AS told (code, words)
WHERE {table}.code = told.code AND {table}.synonyms = '' AND {current}
"""
