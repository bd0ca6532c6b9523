"""The ladder of a person, and the list of those one step below an open class."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.exchange.exports import rows_in_file
from tests.factories.classes import ClassFactory, EnrolmentFactory
from tests.factories.training import CertificateFactory
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from training.queries.ladder import ladder_of
from workers.models import Worker

TODAY = timezone.localdate()
NAMES = {"L2": "初级工", "L3": "中级工", "L4": "高级工", "L5": "技师", "L7": "特级技师"}


@pytest.fixture
def firm(union):
    return EmployerFactory(union=union)


@pytest.fixture
def worker(firm):
    return WorkerFactory(employer=firm, name="试点甲")


def rungs(worker, user, names=NAMES):
    found = ladder_of(worker, list(worker.certificates.all()), user, today=TODAY, names=names)
    return {rung.trade: rung for rung in found}


def told(worker, user):
    return {trade: (rung.level, rung.next_level, rung.missing) for trade, rung in rungs(worker, user).items()}


def test_each_trade_has_its_rung_and_says_what_is_missing(worker, officer):
    past = TODAY - dt.timedelta(days=10)
    CertificateFactory(worker=worker, level="L3")
    CertificateFactory(worker=worker, level="L4", valid_until=past)
    CertificateFactory(worker=worker, level="L5", state="entered")
    CertificateFactory(worker=worker, trade="焊工", level="L6")
    CertificateFactory(worker=worker, trade="钳工", level="L2", state="refused")
    CertificateFactory(worker=worker, trade="车工", level="L8")
    found = told(worker, officer)
    assert found.pop("电工") == (
        "L3",
        "L4",
        [
            "已登记的技师证书待镇总工会核验",
            f"高级工证书已于 {past} 到期，换证后重新登记",
            "电工高级工证书",
        ],
    )
    assert found == {
        "焊工": ("L6", "L7", ["特级技师由企业评价后聘任，聘任后登记证书"]),
        "钳工": (
            "",
            "L2",
            ["初级工证书未予认定，请按核验说明更正", "还没有有效的钳工等级证书，从初级工起登记"],
        ),
        "车工": ("L8", "", []),
    }
    found = rungs(worker, officer)
    assert [found[trade].enters_high_skill for trade in ("电工", "焊工", "钳工", "车工")] == [
        True,
        False,
        False,
        False,
    ]


def test_without_certificates_the_trade_of_the_job_is_taken(worker, officer):
    assert told(worker, officer) == {}
    worker.employments.update(occupation="电工")
    assert told(worker, officer) == {"电工": ("", "L2", ["还没有有效的电工等级证书，从初级工起登记"])}


def test_only_open_classes_of_trade_and_next_level_that_take_the_person_lead_on(
    worker, officer, clerk, union, federation, town, other_union
):
    CertificateFactory(worker=worker, level="L3")
    facts = {"trade": "电工", "level": "L4"}
    own = ClassFactory(union=union, title="本厂班", **facts)
    ClassFactory(union=union, trade="电工", level="L5")
    ClassFactory(union=union, trade="焊工", level="L4")
    ClassFactory(union=union, state="planned", **facts)
    ClassFactory(union=union, state="finished", **facts)
    closed = ClassFactory(union=federation, title="联合会内部班", **facts)
    above = ClassFactory(union=town, title="镇班", is_open_below=True, starts_on=dt.date(2026, 3, 1), **facts)
    ClassFactory(union=other_union, **facts)
    EnrolmentFactory(training_class=above, worker=worker)
    [rung] = rungs(worker, officer).values()
    assert [(one.title, one.is_enrolled) for one in rung.classes] == [("镇班", True), ("本厂班", False)]
    [rung] = rungs(worker, clerk).values()
    assert {one.pk for one in rung.classes} == {own.pk, closed.pk, above.pk}


def shown(client, user, **query):
    client.force_login(user)
    page = client.get(reverse("training:next_step_list"), query).context["page"]
    return [(row.worker.name, row.next_level, row.class_title, row.is_enrolled) for row in page]


@pytest.fixture
def near(worker, union):
    """Somebody one rung below an open class; the class."""
    CertificateFactory(worker=worker, level="L2", issued_on=dt.date(2020, 1, 1))
    CertificateFactory(worker=worker, level="L3")
    return ClassFactory(union=union, title="高级班", trade="电工", level="L4")


def test_the_list_names_people_one_step_below_an_open_class(
    client, officer, other_officer, clerk, firm, near, union, other_union
):
    far = WorkerFactory(employer=firm)
    CertificateFactory(worker=far, level="L2")
    done = WorkerFactory(employer=firm)
    CertificateFactory(worker=done, level="L3")
    CertificateFactory(worker=done, level="L4")
    for facts in ({"state": "entered"}, {"valid_until": dt.date(2025, 1, 1)}, {"trade": "焊工"}):
        CertificateFactory(worker=WorkerFactory(employer=firm), level="L3", **facts)
    elsewhere = WorkerFactory(employer=EmployerFactory(union=other_union))
    CertificateFactory(worker=elsewhere, level="L3")
    gone = WorkerFactory(employer=firm)
    CertificateFactory(worker=gone, level="L3")
    type(gone).objects.filter(pk=gone.pk).update(standing="left", member_since=None)
    assert shown(client, officer) == shown(client, clerk) == [("试点甲", "L4", "高级班", False)]
    assert shown(client, other_officer) == []
    assert shown(client, clerk, union=other_union.pk) == []
    assert shown(client, officer, level="L2") == []
    assert len(shown(client, officer, trade="电", standing="high")) == 1
    EnrolmentFactory(training_class=near, worker=Worker.objects.get(name="试点甲"))
    assert shown(client, officer, standing="free") == []
    assert shown(client, officer, standing="enrolled") == [("试点甲", "L4", "高级班", True)]


def test_the_first_of_two_equal_certificates_and_classes_is_told(client, officer, worker, union, near):
    CertificateFactory(worker=worker, level="L3")
    ClassFactory(union=union, title="早班", trade="电工", level="L4", starts_on=dt.date(2026, 3, 1))
    assert shown(client, officer) == [("试点甲", "L4", "早班", False)]


def test_the_page_the_card_and_the_file_say_it(client, officer, worker, near):
    client.force_login(officer)
    page = client.get(reverse("training:next_step_list")).content.decode()
    card = client.get(reverse("training:worker_skills", args=[worker.pk])).content.decode()
    for text in (page, card):
        assert "进入高技能人才" in text
        assert near.get_absolute_url() in text
    assert "电工高级工(三级)证书" in card
    rows = rows_in_file(
        officer, "next_steps", columns=("name", "level", "next_level", "high", "class", "enrolled")
    )
    assert [row[:6] for row in rows] == [["试点甲", "中级工(四级)", "高级工(三级)", "是", "高级班", "未报名"]]


def test_more_rows_ask_no_more_queries(client, officer, firm, worker, near, union):
    client.force_login(officer)
    counts = []
    for more in (0, 2):
        for place in range(more):
            CertificateFactory(worker=WorkerFactory(employer=firm), level="L3")
            CertificateFactory(worker=worker, trade=f"工种{place}", level="L3")
            ClassFactory(union=union, trade="电工", level="L4")
        for name, about in (("next_step_list", []), ("worker_skills", [worker.pk])):
            client.get(reverse(f"training:{name}", args=about))
            with CaptureQueriesContext(connection) as found:
                client.get(reverse(f"training:{name}", args=about))
            counts.append(len(found))
    assert counts[:2] == counts[2:]
