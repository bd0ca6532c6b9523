"""The sentences of a report, made from its frozen figures. No figure is invented and none is typed.

Every share names its numerator and denominator; what nobody has reported reads 未报.
"""

import datetime as dt

from core.reporting import NOT_REPORTED


def day(value: str) -> str:
    """An ISO date as 2026年10月8日."""
    date = dt.date.fromisoformat(value)
    return f"{date.year}年{date.month}月{date.day}日"


def share(figure: dict) -> str:
    """A figure with its two sides and its change, as half a sentence."""
    text = f"{figure['title']}为{figure['text']}"
    if figure["denominator"] is None:
        return f"{text}{change(figure, '，')}"
    return f"{text}（{sides(figure)}）{change(figure, '，')}"


def sides(figure: dict) -> str:
    """已建会单位52家，应建会单位60家."""
    return (
        f"{figure['numerator_title']}{figure['numerator']}{figure['numerator_unit']}，"
        f"{figure['denominator_title']}{figure['denominator']}{figure['denominator_unit']}"
    )


def change(figure: dict, before: str = "") -> str:
    """较上期提高1.2个百分点; nothing where there is no figure to compare with."""
    if figure["change"] is None:
        return ""
    amount = figure["change"]
    if float(amount) == 0:
        return f"{before}与上期持平"
    fell = amount.startswith("-")
    if figure["unit"] == "%":
        return f"{before}较上期{'下降' if fell else '提高'}{amount.lstrip('-')}个百分点"
    return f"{before}较上期{'减少' if fell else '增加'}{amount.lstrip('-')}{figure['unit']}"


def basis(data: dict) -> str:
    """Where the report comes from: plan, period, cut-off."""
    period = data["period"]
    plan = data["plan"]
    by = f"根据《{plan['title']}》（{plan['document_number']}），" if plan else ""
    running = "本期尚未结束，" if period["is_running"] else ""
    return (
        f"{by}现将{period['label']}{data['scope']}产业工人队伍建设改革进展情况报告如下。"
        f"统计期为{day(period['start'])}至{day(period['whole_end'])}，{running}"
        f"数据截至{day(period['end'])}，由工作平台按登记记录逐条计算。"
    )


def stock(figures: dict[str, dict]) -> str:
    """How many firms, members and returns there are."""
    firms, returns, members = figures["A1"], figures["R1"], figures["M9"]
    return (
        f"截至统计截止日，应建会单位{firms['denominator']}家，已建会{firms['numerator']}家；"
        f"在籍会员{members['numerator']}人{change(members, '，')}，"
        f"另有保留会籍人员{figures['M10']['numerator']}人。{_returns(returns)}"
    )


def _returns(figure: dict) -> str:
    due, reported = figure["denominator"], figure["numerator"]
    if not due:
        return "职工人数申报：无适用单位。"
    missing = f"，{due - reported}家{NOT_REPORTED}" if due > reported else ""
    return f"职工人数应报单位{due}家，已报{reported}家{missing}。"


def movement(figures: dict[str, dict]) -> str:
    """What came and went within the period, and that the sum is right."""
    counts = {code: figures[code]["numerator"] for code in figures if code.startswith("M")}
    gone = "、".join(f"{figures[code]['title']}{counts[code]}人" for code in ("M4", "M5", "M6", "M7", "M8"))
    net = counts["M9"] - counts["M1"]
    return (
        f"期初在籍会员{counts['M1']}人，本期入会{counts['M2']}人、转入{counts['M3']}人，{gone}，"
        f"净{'减少' if net < 0 else '增加'}{abs(net)}人，期末在籍会员{counts['M9']}人。"
    )


def rates(figures: list[dict]) -> str:
    """Which shares rose, fell and stayed, by name."""
    shares = [figure for figure in figures if figure["denominator"] is not None]
    groups = {"上升": [], "下降": [], "持平": [], "不可比": []}
    for figure in shares:
        groups[_course(figure)].append(figure["title"])
    parts = [f"{word}{len(names)}项（{'、'.join(names)}）" for word, names in groups.items() if names]
    return f"{len(shares)}项比率指标与上期相比，{'，'.join(parts)}。各项分子、分母和计算口径见附件。"


def _course(figure: dict) -> str:
    if figure["change"] is None:
        return "不可比"
    amount = float(figure["change"])
    return "上升" if amount > 0 else "下降" if amount < 0 else "持平"


def measure_paragraphs(group: dict) -> list[str]:
    """One group of measures: those with figures one by one, the others in one closing sentence."""
    known = [measure for measure in group["measures"] if measure["figures"]]
    silent = [measure for measure in group["measures"] if not measure["figures"]]
    paragraphs = [
        f"第{measure['number']}项“{measure['title']}”："
        f"{'；'.join(share(figure) for figure in measure['figures'])}。"
        for measure in known
    ]
    if silent:
        names = "、".join(f"第{measure['number']}项“{measure['title']}”" for measure in silent)
        paragraphs.append(f"{names}：{NOT_REPORTED}。")
    return paragraphs


def attention(data: dict) -> list[str]:
    """What the figures themselves ask the reader to look at; an empty list when there is nothing."""
    figures = {figure["code"]: figure for figure in data["figures"]}
    found = []
    for code, text in (
        ("A1", "{}家应建会单位尚未建会"),
        ("R1", "{}家已建会单位尚未申报职工人数，入会率的分母因此偏小"),
        ("A4", "{}个基层工会委员会任期届满或没有届次记录"),
        ("A5", "{}个具备条件的工会没有有效的法人证书"),
        ("A3", "{}名在籍会员的必填信息不齐全"),
    ):
        missing = figures[code]["denominator"] - figures[code]["numerator"]
        if missing > 0:
            found.append(text.format(missing))
    worse = [figure for figure in data["figures"] if figure["tone"] == "danger"]
    # What should be few, such as permits that are overdue, is worse when it rises.
    courses = [(word, [row["title"] for row in worse if _course(row) == word]) for word in ("下降", "上升")]
    found += [f"{'、'.join(names)}较上期{word}" for word, names in courses if names]
    return [*found, *_blanks([measure for group in data["groups"] for measure in group["measures"]])]


def _blanks(measures: list[dict]) -> list[str]:
    """How many measures lack what only staff can enter, in one sentence."""
    labels = {"lead_unit": "牵头单位", "target": "目标", "deadline": "完成时限"}
    missing = {label: sum(not measure[name] for measure in measures) for name, label in labels.items()}
    parts = [f"{count}项未填{label}" for label, count in missing.items() if count]
    return [f"{len(measures)}项举措中，{'、'.join(parts)}"] if parts else []


def differences(figures: list[dict], earlier: list[dict]) -> list[str]:
    """Which figures of an earlier publication read otherwise now."""
    before = {figure["code"]: figure for figure in earlier}
    return [
        f"{figure['title']}由{before[figure['code']]['text']}{_old_sides(before[figure['code']], figure)}"
        f"更正为{figure['text']}"
        for figure in figures
        if figure["code"] in before and _facts(figure) != _facts(before[figure["code"]])
    ]


def _facts(figure: dict) -> tuple:
    return figure["numerator"], figure["denominator"]


def _old_sides(old: dict, new: dict) -> str:
    if old["text"] != new["text"] or old["denominator"] is None:
        return ""
    return f"（{old['numerator']}/{old['denominator']}，现为{new['numerator']}/{new['denominator']}）"
