"""The innovations of the demo town: of a few firms, in every kind and stage; two methods are on show, one spreads."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from competitions.models import Consent, Contributor, Innovation, Promotion, Publication
from core.papers import keep_paper
from demo.organisation import Town
from unions.models import Union
from workers.models import Standing, Worker

# kind, title, department, content, effect, yuan a year, stage, days ago (begun, adopted, done), state, other facts
ROWS = (
    ("method", "一次装夹双面加工法", "机加工车间", "设计可翻转的定位夹具，一次装夹完成两面加工，用基准销保证两面同轴。",
     "单件工时由 12 分钟降到 7 分钟，同轴度合格率由 92% 升到 99%。", 86000, "done", (None, None, 150), "accepted",
     {"level": "T", "document_number": "演示工发〔2026〕8号"}),
    ("method", "焊缝分段对称施焊法", "焊接班", "长焊缝分成四段，由中间向两端对称施焊，层间冷却到手温再焊下一层。",
     "变形返修由每月 18 件降到 3 件。", 42000, "done", (None, None, 80), "accepted", {"level": "E"}),
    ("method", "模具快速换装五步法", "冲压车间", "换模前在线外备齐模具和螺栓，线内只做松、吊、装、对、试五步。",
     "换模时间由 45 分钟缩短到 18 分钟。", None, "done", (None, None, 12), "entered", {"level": "E"}),
    ("project", "注塑机余热回收改造", "设备部", "回收注塑机冷却水余热，供烘料和冬季采暖。", "年节电约 6 万度。", 48000, "done",
     (300, None, 60), "accepted", {"investment": 120000, "level": "E"}),
    ("project", "装配线防错料架", "装配车间", "料架按工位亮灯取料，取错不能走下一步。", "", None, "open", (40, None, None), "entered",
     {"investment": 35000}),
    ("project", "自动打包工位", "仓储部", "在成品库加一台自动打包机。", "", None, "dropped", (200, None, None), "entered",
     {"stage_reason": "场地不足，改为外协"}),
    ("proposal", "冲压线加装定位销", "冲压车间", "在模具上加装定位销，减少错位。", "错位报废由每月 30 件降到 4 件。", 12000, "done",
     (120, 105, 70), "accepted", {"reward": 500}),
    ("proposal", "叉车通道改单行", "物流部", "车间东侧叉车通道改为单行，人车分开。", "", None, "adopted", (45, 30, None), "entered", {}),
    ("proposal", "夜班加一次热餐", "行政部", "夜班零点加一次热餐。", "", None, "open", (9, None, None), "entered", {}),
    ("proposal", "全部换成无纸点检", "质检部", "设备点检全部改用手机填写。", "", None, "dropped", (100, None, None), "entered",
     {"stage_reason": "部分车间信号不好，先试点再说"}),
    ("patent", "一种可翻转的定位夹具", "机加工车间", "两面加工用的可翻转定位夹具。", "", None, "done", (500, None, 130), "accepted",
     {"patent_kind": "utility", "patent_number": "ZL202520001234.1"}),
    ("patent", "一种防错料架", "装配车间", "带亮灯提示的防错料架。", "", None, "open", (30, None, None), "entered",
     {"patent_kind": "invention"}),
)  # fmt: skip
FIRMS = 3
ON_SHOW = 2
# One blank page: stands for the signed form.
FORM = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def fill_innovations(town: Town, *, by: User, today: dt.date) -> int:
    """Enter innovations with their people, by place and not by chance; returns how many. The caller holds the
    transaction."""
    unions = list(dict.fromkeys(town.covering.values()))[: FIRMS + 1]
    made = []
    for place, row in enumerate(ROWS):
        union = unions[place % FIRMS]
        people = _people(union)
        if people:
            made.append(
                _enter(union, row, people[place % len(people) :][:2] or people[:1], by=by, today=today)
            )
    for innovation in [one for one in made if one.is_method and one.state == "accepted"][:ON_SHOW]:
        _show(innovation, by=by, today=today)
        _spread(innovation, unions, by=by, today=today)
    return len(made)


def _people(union: Union) -> list[Worker]:
    people = Worker.objects.filter(union=union, standing=Standing.MEMBER).exclude(employer=None)
    return list(people.only("pk", "union", "employer").order_by("pk")[:12])


def _enter(union: Union, row: tuple, people: list[Worker], *, by: User, today: dt.date) -> Innovation:
    kind, title, department, content, effect, yuan, stage, days, state, others = row
    begun, adopted, done = (None if ago is None else today - dt.timedelta(days=ago) for ago in days)
    is_decided = state == "accepted"
    innovation = Innovation.objects.create(
        union=union, employer_id=people[0].employer_id, kind=kind, title=title, department=department,
        content=content, effect=effect, effect_yuan=yuan, stage=stage, begun_on=begun, adopted_on=adopted,
        done_on=done, state=state, decided_by=by if is_decided else None,
        decided_at=timezone.now() if is_decided else None, entered_by=by, **others,
    )  # fmt: skip
    roles = (Contributor.Role.LEAD, Contributor.Role.MEMBER)
    Contributor.objects.bulk_create(
        Contributor(innovation=innovation, worker=person, role=role, entered_by=by)
        for person, role in zip(people, roles, strict=False)
    )
    return innovation


def _show(innovation: Innovation, *, by: User, today: dt.date) -> None:
    author = innovation.contributors.get(role=Contributor.Role.LEAD)
    consent = Consent(
        contributor=author, given_on=today - dt.timedelta(days=5), shows_name=True, format="pdf", added_by=by
    )
    keep_paper(consent, FORM)
    text = f"{innovation.content}\n\n{innovation.effect}"
    Publication.objects.create(innovation=innovation, text=text, published_by=by)


def _spread(innovation: Innovation, unions: list[Union], *, by: User, today: dt.date) -> None:
    """To two other unions: one has confirmed what it brings, one has not yet."""
    others = [union for union in unions if union.pk != innovation.union_id][:2]
    for place, union in enumerate(others):
        confirmed = {
            "effect": "在同类机床上应用，单件工时减少三成左右", "confirmed_by": by, "confirmed_at": timezone.now(),
        }  # fmt: skip
        Promotion.objects.create(
            innovation=innovation,
            union=union,
            employer=union.employers.order_by("pk").first(),
            since=today - dt.timedelta(days=10 - place),
            entered_by=by,
            **({} if place else confirmed),
        )
