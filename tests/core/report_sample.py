"""An invented quarterly report that uses every part of the official layout; for tests and for looking at."""

import datetime as dt
from pathlib import Path

from django.template import engines

from core import charts

TEMPLATE = Path(__file__).with_suffix(".html")

MEASURES = (
    "强化思想政治引领", "加强工人党建工作", "培育和践行社会主义核心价值观", "弘扬劳模精神劳动精神工匠精神",
    "健全技能形成体系", "开展劳动和技能竞赛", "建设网上职工之家", "推进智慧工会应用", "办好网上技能课堂",
    "畅通成长发展通道", "完善评价激励办法", "加强民主管理", "维护劳动经济权益", "落实经费和阵地保障",
)  # fmt: skip
STATES = ("normal", "normal", "late", "unreported", "normal", "alarm", "normal")
PROBLEMS = """一是部分企业工会换届不及时，逾期的有5家。
二是实名信息有缺项，主要缺手机号码和技能等级，共701人。
三是有5家企业未按时报送。"""
PLAN = "对逾期未换届的工会逐家核对届期，10月底前完成改选；对缺项信息列出清单，由企业工会在11月15日前补齐。"
INDICATORS = (
    ("A1", "建会率"), ("A2", "入会率"), ("A3", "实名制完整率"), ("A4", "换届及时率"), ("A5", "工会法人登记率"),
    ("B1", "工人党员比例"), ("C1", "技能人才占比"), ("C2", "高技能人才占技能人才比例"),
)  # fmt: skip
RARE_NAMES = "陈喆、林垚、郑㛃、王䶮、李𬭎、周𠅤、吴昇、何婳"


def shares_option() -> dict:
    """Eight indicators with traffic lights, one without applicable units."""
    values = (("建会率", 91.9, "normal"), ("入会率", 86.4, "normal"), ("实名制完整率", 78.2, "late"))
    more = (("换届及时率", 64.0, "alarm"), ("工会法人登记率", 95.5, "normal"), ("工人党员比例", None, None))
    last = (("技能人才占比", 37.4, None), ("高技能人才占技能人才比例", 34.2, None))
    shares = [charts.Share(*value) for value in (*values, *more, *last)]
    return charts.share_bars(title="主要指标", shares=shares, goal=75)


def trend_option() -> dict:
    """Nine months of movements and membership; July was not reported."""
    return charts.bar_line(
        title="前三季度会员增减与期末会员数",
        categories=[f"{month}月" for month in range(1, 10)],
        bars=charts.Series("净增会员", [12, 8, 35, 41, 22, 17, None, 96, 92], "人"),
        trend=charts.Series("期末会员", [2892, 2900, 2935, 2976, 2998, 3015, None, 3123, 3215], "人"),
    )


def context() -> dict:
    """Everything the sample template asks for."""
    return {
        "title": "南岳镇总工会关于2026年第三季度产业工人队伍建设改革进展情况的报告",
        "title_lines": ["南岳镇总工会关于2026年第三季度", "产业工人队伍建设改革进展情况的报告"],
        "mark": "南岳镇总工会",
        "head_left": "工作季报",
        "head_right": "2026年第三季度",
        "addressee": "镇产业工人队伍建设改革协调小组",
        "period": "2026年第三季度",
        "keys": [
            {"label": "建会率", "value": "91.9%", "change": "57家／62家，升1.6个百分点"},
            {"label": "会员总数", "value": "3215", "change": "净增188人"},
            {"label": "入会率", "value": "86.4%", "change": "升1.2个百分点"},
            {"label": "技能人才占比", "value": "37.4%", "change": "升0.8个百分点"},
        ],
        "names": RARE_NAMES,
        "shares_chart": charts.svg(shares_option(), 590, 300),
        "trend_chart": charts.svg(trend_option(), 590, 270),
        "movements": [(name, 812, 53, 10, 14, 2, 859) for name in ("电气", "汽摩配", "气动元件", "其他")],
        "problems": PROBLEMS,
        "plans": [PLAN, PLAN],
        "enclosures": ["十四项举措进展情况表", "指标一览表"],
        "issuer": "南岳镇总工会",
        "date": dt.date(2026, 10, 8),
        "copies": "镇党委办公室，镇政府办公室，各村（社区）工会联合会，各基层工会",
        "printer": "南岳镇总工会办公室",
        "printed_on": dt.date(2026, 10, 8),
        "measures": [
            {
                "name": name,
                "unit": "镇总工会" if n % 3 else "未明确",
                "due": "2026-12",
                "progress": "已开展技能培训4期，参训412人次，取证96人。" if n % 2 else "未报",
                "state": STATES[n % len(STATES)],
            }
            for n, name in enumerate(MEASURES)
        ],
        "indicators": [
            (code, name, 57 + n, 62 + n, 90.3 - n, None if n == 5 else 91.9 - n, "")
            for n, (code, name) in enumerate(INDICATORS)
        ],
    }


def html(**changes) -> str:
    """The sample as HTML; keyword arguments replace parts of the context."""
    return engines["django"].from_string(TEMPLATE.read_text("utf-8")).render({**context(), **changes})
