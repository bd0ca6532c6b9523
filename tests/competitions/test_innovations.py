"""Innovations: entered, moved on, reviewed; who made them; their papers and pictures; where methods go."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEntry
from competitions import services
from competitions.invariants.innovations import INVARIANTS
from competitions.models import Contributor, Innovation, Promotion, Publication
from competitions.rules.patents import doubts
from tests.factories.innovations import (
    ConsentFactory,
    ContributorFactory,
    InnovationFactory,
    PromotionFactory,
    PublicationFactory,
)
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from tests.training.pictures import MARK, jpeg, picture
from unions.models import OrgType

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
METHOD = {"title": "一机两装夹", "content": "先调夹具，再校刀。", "done_on": dt.date(2026, 9, 1)}


def enter(union, by, kind="method", **facts):
    usual = (
        METHOD
        if kind == "method"
        else {"title": "改进工装", "content": "加定位销", "begun_on": dt.date(2026, 3, 1)}
    )
    return services.enter_innovation(union=union, kind=kind, by=by, **(usual | facts))


def moved(innovation, to, by, **facts):
    return services.move_innovation(
        innovation=innovation, to=to, version=str(innovation.version), by=by, **facts
    )


def refused(innovation, **facts) -> str:
    """The constraint that keeps the database from taking these facts."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Innovation.objects.filter(pk=innovation.pk).update(**facts)
    return caught.value.__cause__.diag.constraint_name.removeprefix("competitions_innovation_")


def test_a_project_goes_from_plan_to_review_and_an_edit_asks_anew(union, officer, clerk):
    firm = EmployerFactory(union=union)
    project = enter(union, officer, "project", begun_on=None, employer=firm, investment=Decimal("30000"))
    assert (project.stage, project.state, project.standing) == ("planned", "entered", "计划中")
    project = moved(project, "open", officer, on=dt.date(2026, 2, 1))
    with pytest.raises(ValidationError, match="完成之后才能评审通过"):
        services.accept_innovation(innovation=project, version=str(project.version), by=clerk)
    with pytest.raises(ValidationError) as caught:
        moved(project, "done", officer, on=dt.date(2026, 1, 31))
    assert "日期前后颠倒" in str(caught.value)
    project.refresh_from_db()
    project = moved(project, "done", officer, on=dt.date(2026, 8, 1))
    with pytest.raises(ValidationError, match="还没有登记负责人"):
        services.accept_innovation(innovation=project, version=str(project.version), by=clerk)
    worker = WorkerFactory(employer=firm)
    services.add_contributors(innovation=project, workers=[worker.pk], role="lead", by=officer)
    project.refresh_from_db()
    services.return_innovation(
        innovation=project, version=str(project.version), note="请补验收意见", by=clerk
    )
    project.refresh_from_db()
    assert (project.state, project.decision_note, project.decided_by) == ("returned", "请补验收意见", clerk)
    facts = {name: getattr(project, name) for name in ("title", "content", "begun_on", "done_on")}
    project = services.edit_innovation(
        innovation=project, version=str(project.version), by=officer, **(facts | {"effect": "停机减少一半"})
    )
    assert (project.state, project.decided_at, project.decision_note) == ("entered", None, "")
    project = services.accept_innovation(innovation=project, version=str(project.version), by=clerk)
    assert (project.state, project.decided_by) == ("accepted", clerk)
    with pytest.raises(ValidationError, match="已被其他人修改"):
        services.edit_innovation(innovation=project, version="1", by=officer, **facts)
    same = services.edit_innovation(
        innovation=project, version=str(project.version), by=officer, **(facts | {"effect": "停机减少一半"})
    )
    assert same.state == "accepted"
    told = AuditEntry.objects.filter(object_id=project.pk, action__startswith="competitions.innovation")
    assert [entry.action.rpartition("_")[2] for entry in told.order_by("pk")] == [
        *("enter", "move", "move", "decide", "edit", "decide"),
    ]
    assert worker.name not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_a_proposal_is_adopted_and_carried_out_or_not(union, officer):
    first, second, third = (enter(union, officer, "proposal", title=f"建议{n}") for n in range(3))
    assert first.standing == "待答复"
    with pytest.raises(ValidationError, match="不能这样变更"):
        moved(first, "done", officer, on=dt.date(2026, 5, 1))
    first = moved(
        moved(first, "adopted", officer, on=dt.date(2026, 4, 1)), "done", officer, on=dt.date(2026, 5, 1)
    )
    assert (first.adopted_on, first.done_on, first.standing) == (
        dt.date(2026, 4, 1),
        dt.date(2026, 5, 1),
        "已实施",
    )
    with pytest.raises(ValidationError) as caught:
        moved(second, "dropped", officer, reason="无")
    assert "reason" in caught.value.error_dict
    second = moved(second, "dropped", officer, reason="与现有工艺冲突")
    assert (second.stage, second.stage_reason, second.adopted_on) == ("dropped", "与现有工艺冲突", None)
    third = moved(
        moved(third, "adopted", officer, on=dt.date(2026, 4, 2)), "dropped", officer, reason="停产不再实施"
    )
    assert third.adopted_on == dt.date(2026, 4, 2)
    tomorrow = timezone.localdate() + DAY
    for facts in ({"on": None}, {"on": tomorrow}):
        with pytest.raises(ValidationError) as caught:
            moved(enter(union, officer, "proposal", title=f"建议{facts}"), "adopted", officer, **facts)
        assert list(caught.value.error_dict) == ["on"]


def test_facts_that_cannot_be_are_refused(union, other_union, officer, clerk):
    tomorrow = timezone.localdate() + DAY
    cases = (
        ({"done_on": tomorrow}, "done_on"), ({"level": "Z"}, "level"), ({"title": ""}, "title"),
        ({"employer": EmployerFactory(union=other_union)}, "employer"), ({"effect_yuan": Decimal("-1")}, "effect_yuan"),
        ({"done_on": None}, "__all__"),
    )  # fmt: skip
    for facts, field in cases:
        with pytest.raises(ValidationError) as caught:
            enter(union, officer, **facts)
        assert field in caught.value.error_dict, facts
    with pytest.raises(PermissionDenied):
        enter(other_union, officer)
    enter(union, officer)
    with pytest.raises(ValidationError, match="已登记同名、同日的成果"):
        enter(union, officer)
    with pytest.raises(ValidationError, match=f"不能晚于今天，现填 {tomorrow}"):
        enter(union, officer, "patent", begun_on=tomorrow, patent_kind="design")
    assert enter(union, officer, "project", begun_on=tomorrow).stage == "planned"
    gone = enter(union, officer, "proposal", reward=Decimal(200), level="T", patent_number="ZL1")
    assert (gone.reward, gone.level, gone.patent_number) == (
        200,
        "",
        "",
    )  # a proposal has no level and no number


def test_the_database_keeps_what_cannot_be(union):
    method, proposal = InnovationFactory(union=union), InnovationFactory(union=union, kind="proposal")
    day = dt.date(2026, 5, 5)
    assert refused(method, stage="open", done_on=None) == "stage_of_kind"
    assert refused(proposal, begun_on=None) == "begun"
    assert refused(proposal, done_on=None) == "done_has_day"
    assert refused(proposal, begun_on=dt.date(2026, 4, 2)) == "dates"
    assert refused(proposal, adopted_on=None) == "adopted"
    assert refused(method, adopted_on=day) == "adopted"
    assert refused(proposal, stage="dropped", done_on=None) == "dropped_why"
    assert refused(method, patent_kind="design") == "patent_facts"
    assert refused(method, reward=1) == "facts_of_kind"
    assert refused(proposal, level="T") == "facts_of_kind"
    assert refused(method, effect_yuan=-1) == "sums"
    assert refused(method, state="accepted") == "decided"
    twin = InnovationFactory(union=union, begun_on=None)
    assert refused(twin, title=method.title) == "once"
    planned = InnovationFactory(union=union, kind="project", stage="open")
    assert (
        refused(planned, state="accepted", decided_at=timezone.now(), decided_by=planned.entered_by)
        == "accepted_is_done"
    )


def test_people_are_named_once_with_one_author(union, other_union, officer, other_officer):
    method = enter(union, officer)
    firm = EmployerFactory(union=union)
    lead, second, third = (WorkerFactory(employer=firm) for _ in range(3))
    stranger = WorkerFactory(employer=EmployerFactory(union=other_union))

    def add(*people, role="member", by=officer):
        return services.add_contributors(
            innovation=method, workers=[one.pk for one in people], role=role, by=by
        )

    for people, role, fault in (
        ((), "lead", "请勾选"), ((lead, second), "lead", "只能有一人"), ((stranger,), "member", "不在您的管理范围"),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match=fault):
            add(*people, role=role)
    add(lead, role="lead")
    for people, role, fault in (
        ((second,), "lead", "只能有一人"),
        ((lead, third), "member", "已登记在这项成果中"),
    ):
        with pytest.raises(ValidationError, match=fault):
            add(*people, role=role)
    rows = add(second, third)
    with pytest.raises(PermissionDenied):
        add(stranger, by=other_officer)
    assert [(row.worker, row.part) for row in method.contributors.all()] == [
        (lead, "首创人"), (second, "共同首创人"), (third, "共同首创人"),
    ]  # fmt: skip
    services.remove_contributor(contributor=rows[1], by=officer)
    ConsentFactory(contributor=rows[0])
    with pytest.raises(ValidationError, match="公开同意书"):
        services.remove_contributor(contributor=rows[0], by=officer)
    assert method.contributors.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Contributor.objects.filter(pk=rows[0].pk).update(role="lead")


def test_papers_stay_once_accepted_and_pictures_lose_what_the_camera_wrote(
    officer, other_officer, clerk, union
):
    method = PublicationFactory(union=union).innovation
    with pytest.raises(PermissionDenied):
        services.add_innovation_paper(
            innovation=method, file=SimpleUploadedFile("a.pdf", b"%PDF-1.7"), by=other_officer
        )
    paper = services.add_innovation_paper(
        innovation=method, file=SimpleUploadedFile("a.pdf", b"%PDF-1.7"), by=officer
    )
    with pytest.raises(ValidationError, match="评审通过的成果，附件不能删除"):
        services.remove_innovation_paper(paper=paper, by=officer)
    content = jpeg(size=(2000, 1000))
    assert MARK in content
    kept = services.add_innovation_picture(
        innovation=method, file=picture(content), caption="装夹", by=officer
    )
    for field, size in ((kept.file, (1600, 800)), (kept.thumbnail, (480, 240))):
        with default_storage.open(field.name, "rb") as file:
            data = file.read()
        assert MARK not in data
        assert Image.open(io.BytesIO(data)).size == size
    assert not Publication.objects.exists()  # the town has not seen the new picture
    for file, caption, fault in (
        (picture(content), "装夹", "已经上传过"), (picture(b"%PDF"), "装夹", "不是 JPG 或 PNG"), (picture(), "", "不能为空"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as caught:
            services.add_innovation_picture(innovation=method, file=file, caption=caption, by=officer)
        assert fault in str(caught.value), fault
    services.remove_innovation_picture(picture=kept, by=officer)
    assert not method.pictures.exists()


def test_a_method_is_taken_over_and_confirmed_by_the_other_unit(
    union, other_union, officer, other_officer, clerk
):
    method = InnovationFactory(union=union, state="accepted", done_on=dt.date(2026, 9, 1))
    since = dt.date(2026, 9, 2)

    def add(by=other_officer, **facts):
        return services.add_promotion(
            **({"innovation": method, "union": other_union, "since": since, "by": by} | facts)
        )

    for facts, field in (
        ({"since": dt.date(2026, 8, 31)}, "since"), ({"since": timezone.localdate() + DAY}, "since"),
        ({"union": union, "by": officer}, "union"), ({"employer": EmployerFactory(union=union)}, "employer"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as caught:
            add(**facts)
        assert list(caught.value.error_dict) == [field], facts
    for wrong in (
        InnovationFactory(union=union),
        InnovationFactory(union=union, kind="project", state="accepted"),
    ):
        with pytest.raises(ValidationError, match="只有评审通过的先进操作法"):
            add(innovation=wrong)
    with pytest.raises(PermissionDenied):
        add(by=officer)
    row = add()
    with pytest.raises(ValidationError, match="已登记应用这项操作法"):
        add()
    with pytest.raises(PermissionDenied):
        services.confirm_promotion(promotion=row, effect="合格率提高", by=officer)
    with pytest.raises(ValidationError) as caught:
        services.confirm_promotion(promotion=row, effect=" ", by=other_officer)
    assert list(caught.value.error_dict) == ["effect"]
    row = services.confirm_promotion(
        promotion=row, effect="合格率提高", effect_yuan=Decimal("8000"), by=other_officer
    )
    assert (row.confirmed_by, row.effect_yuan) == (other_officer, 8000)
    taken_over = (
        Innovation.objects.with_promotions().values_list("taken_over", flat=True).filter(pk=method.pk)
    )
    assert taken_over.get() == 1
    Innovation.objects.filter(pk=method.pk).update(
        union=other_union
    )  # what was another unit's is its own now
    assert taken_over.get() == 0
    Innovation.objects.filter(pk=method.pk).update(union=union)
    with pytest.raises(ValidationError, match="已确认过"):
        services.confirm_promotion(promotion=row, effect="合格率提高", by=clerk)
    with pytest.raises(PermissionDenied):
        services.remove_promotion(promotion=row, by=officer)
    assert list(Promotion.objects.visible_to(officer)) == [row]
    services.remove_promotion(promotion=row, by=other_officer)
    assert not Promotion.objects.exists()


def test_the_methods_own_unit_never_counts_as_another_however_it_is_written(union, town, officer, clerk):
    joint = UnionFactory(parent=town, org_type=OrgType.JOINT)
    firm, other = EmployerFactory(union=union), EmployerFactory(union=joint)
    third = EmployerFactory(union=joint)
    for (home, home_firm), (place, place_firm), is_other in (
        ((union, firm), (union, None), False),  # the firm's own union, the firm left out
        ((union, None), (union, firm), False),
        ((union, firm), (town, firm), False),  # the same firm, entered by the union above
        ((union, firm), (town, None), True),
        ((joint, other), (joint, third), True),
        ((joint, other), (joint, None), True),  # all firms of the joint union
        ((joint, other), (joint, other), False),
        ((joint, None), (joint, None), False),
    ):
        method = InnovationFactory(
            union=home, employer=home_firm, state="accepted", done_on=dt.date(2026, 9, 1)
        )
        facts = {"union": place, "employer": place_firm, "since": dt.date(2026, 9, 2), "by": clerk}
        case = (home.org_type, home_firm, place.org_type, place_firm)
        if is_other:
            services.add_promotion(innovation=method, **facts)
            continue
        with pytest.raises(ValidationError, match="就是首创单位自己") as caught:
            services.add_promotion(innovation=method, **facts)
        assert list(caught.value.error_dict) == ["union"], case
        PromotionFactory(innovation=method, union=place, employer=place_firm)  # one that was kept before
        assert Innovation.objects.with_promotions().get(pk=method.pk).taken_over == 0, case


@pytest.mark.parametrize(
    ("number", "kind", "said"),
    [
        ("", "invention", 0),
        ("ZL201710601862.3", "invention", 0),
        ("201710601862.3", "", 0),
        ("cn 2017106018623", "invention", 0),
        ("ZL95115608.X", "invention", 0),
        ("ZL201710601862.4", "invention", 1),
        ("ZL201710601862.3", "design", 1),
        ("ZL201710601863.3", "design", 2),
        ("US1234567", "invention", 1),
        ("ZL20171060186.3", "invention", 1),
    ],
)
def test_a_number_of_a_patent_that_looks_wrong_is_told(number, kind, said):
    assert len(doubts(number, kind)) == said


def test_the_invariants_find_what_they_are_for(union, other_union):
    bare = InnovationFactory(union=union, state="accepted", level="ZZ")
    hidden = PublicationFactory(innovation=ContributorFactory(innovation__union=union).innovation)
    PublicationFactory(union=union)
    project = InnovationFactory(union=union, kind="project", state="entered")
    own = PromotionFactory(innovation=bare, union=union)
    odd = PromotionFactory(innovation=project, union=other_union)
    PromotionFactory(innovation=hidden.innovation, union=other_union)
    sister = InnovationFactory(union=union, employer=EmployerFactory(union=union))
    PromotionFactory(innovation=sister, union=union, employer=EmployerFactory(union=union))
    absorbed = WorkerFactory(employer=EmployerFactory(union=union))
    row = ContributorFactory(innovation=project, worker=absorbed)
    kept = WorkerFactory(employer=EmployerFactory(union=union))
    type(kept).objects.filter(pk=absorbed.pk).update(
        merged_into=kept, standing="left", member_since=None, employer=None
    )
    assert [fault for _, check in INVARIANTS for fault in check()] == [
        f"Innovation {bare.pk}: accepted without an author",
        f"Publication {hidden.pk}: of what may not be shown",
        *(f"Promotion {pk}: not of a method to another unit" for pk in (own.pk, odd.pk)),
        f"Contributor {row.pk}: of a merged record",
        f"competitions.Innovation {bare.pk}: level='ZZ' not in innovation_level",
    ]
