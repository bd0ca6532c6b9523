"""Several documents per person, with history: one in use, former ones, others valid beside it."""

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from core import crypto
from core.errors import RuleError
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory, citizen_number
from workers import queries, services
from workers.invariants import INVARIANTS
from workers.models import IdentityDocument
from workers.rules import KnownPerson, NeedsConfirmation, identity_index

BORN = dt.date(1985, 1, 1)
CARD_2017, CARD_2023 = "USA330185010112", "932682198501010017"
MAN = citizen_number(birth=BORN, sequence=361)
WOMAN = citizen_number(birth=BORN, sequence=362)
MARCH = dt.date(2024, 3, 1)
LATER = dt.date(2035, 5, 1)
PASSPORT = {"doc_type": "414", "number": "E12345678", "country": "VNM", "expires_on": LATER}
fold = importlib.import_module("workers.migrations.0006_citizen_number_is_one_person").fold


@pytest.fixture
def worker(union):
    firm = EmployerFactory(union=union)
    return WorkerFactory(employer=firm, name="试证件", document=MAN, birth_date=BORN)


def documents(worker):
    rows = worker.documents.order_by("pk")
    return [(row.doc_type, row.number, row.is_current, row.replaced_on) for row in rows]


def violations():
    return [text for title, check in INVARIANTS for text in check()]


def faults(error):
    return {field: texts[0] for field, texts in error.value.message_dict.items()}


def test_a_renewed_foreigners_card_changes_the_number_of_the_same_person(officer, union):
    worker = services.register_worker(
        name="Shi Jane", doc_type="553", number=CARD_2017, birth_date=BORN, sex="2", phone="16000000001",
        union=union, by=officer,
    )  # fmt: skip
    services.replace_document(worker=worker, doc_type="553", number=CARD_2023, on=MARCH, by=officer)
    assert documents(worker) == [("553", CARD_2017, False, MARCH), ("553", CARD_2023, True, None)]
    for number in (CARD_2017, CARD_2023):
        with pytest.raises(KnownPerson) as known:
            services.register_worker(
                name="Shi Jane",
                doc_type="553",
                number=number,
                birth_date=BORN,
                sex="2",
                union=union,
                by=officer,
            )
        assert known.value.worker == worker
    assert violations() == []


def test_a_passport_stands_beside_the_document_in_use_and_can_take_its_place(officer, worker):
    passport = services.record_document(worker=worker, by=officer, **PASSPORT)
    assert documents(worker) == [("111", MAN, True, None), ("414", "E12345678", False, None)]
    assert (passport.country, passport.expires_on) == ("VNM", LATER)
    services.use_document(document=passport, by=officer)
    assert documents(worker) == [("111", MAN, False, None), ("414", "E12345678", True, None)]
    with pytest.raises(RuleError, match="已是现用证件"):
        services.use_document(document=passport, by=officer)
    assert violations() == []
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["workers.document_add", "workers.document_use"]
    worker.refresh_from_db()
    assert worker.version == 3


@pytest.mark.parametrize(
    ("paper", "found"),
    [
        ({"country": ""}, {"country": "普通护照须填写签发国家或地区，见护照资料页"}),
        ({"expires_on": None}, {"expires_on": "护照须填写有效期至，见护照资料页"}),
        ({"country": "XYZ"}, {"country": "没有代码为“XYZ”的国家或地区，请从列表中选择"}),
        ({"expires_on": dt.date(2999, 1, 1)}, {"expires_on": "有效期至“2999-01-01”不合常理，请对照证件核对年份"}),
        (
            {"doc_type": "111", "number": MAN, "country": "CHN"},
            {"country": "这类证件不填签发国家或地区，请留空"},
        ),
        (
            {"number": "1234"},
            {
                "number": "普通护照的号码应为 5 至 9 位字母和数字，与所填不符。请核对号码和证件类别。（所填：****）"
            },
        ),
    ],
)  # fmt: skip
def test_country_and_expiry_are_asked_of_passports_only(officer, worker, paper, found):
    with pytest.raises(RuleError) as error:
        services.record_document(worker=worker, by=officer, **{**PASSPORT, **paper})
    assert faults(error) == found
    assert worker.documents.count() == 1


def test_a_passport_of_hong_kong_knows_its_home_and_a_permit_needs_no_expiry(officer, worker):
    passport = services.record_document(
        worker=worker, by=officer, doc_type="420", number="K12345678", expires_on=LATER
    )
    permit = services.record_document(worker=worker, by=officer, doc_type="516", number="H1234567801")
    assert (passport.country, permit.country, permit.expires_on) == ("HKG", "", None)


def test_a_document_that_has_run_out_needs_a_tick_and_a_reminder(officer, worker):
    gone = {**PASSPORT, "expires_on": dt.date(2024, 1, 1)}
    with pytest.raises(NeedsConfirmation) as asked:
        services.record_document(worker=worker, by=officer, **gone)
    assert asked.value.messages[0] == "该证件已于 2024-01-01 过期，请核对是否已换新证。"
    services.record_document(worker=worker, by=officer, confirmed=True, **gone)
    names = queries.code_names("id_document_type")
    papers = list(queries.documents_of(worker))
    assert queries.document_reminders(papers, names, dt.date(2026, 11, 23)) == [
        "普通护照已于 2024-01-01 过期。换领新证后请办理“更换证件”。"
    ]
    assert queries.document_reminders(papers, names, dt.date(2023, 12, 1)) == [
        "普通护照将于 2024-01-01 到期，请提醒本人换证。"
    ]
    assert queries.document_reminders(papers, names, dt.date(2023, 9, 1)) == []
    IdentityDocument.objects.filter(doc_type="414").update(country="", expires_on=None)
    papers = list(queries.documents_of(worker))
    assert queries.document_reminders(papers, names, MARCH) == [
        "普通护照缺少签发国家或地区、有效期，请补填。"
    ]


def test_a_citizen_number_is_one_person_on_every_paper(officer, worker, union):
    for paper in ("112", "113"):
        with pytest.raises(KnownPerson):
            services.register_worker(name="试再来", doc_type=paper, number=MAN, union=union, by=officer)
    services.replace_document(worker=worker, doc_type="112", number=MAN, on=MARCH, by=officer)
    assert documents(worker) == [("112", MAN, True, None)]
    services.replace_document(worker=worker, doc_type="111", number=MAN, on=MARCH, by=officer)
    assert documents(worker) == [("111", MAN, True, None)]
    with pytest.raises(RuleError, match="与现用证件的号码相同，无需更换"):
        services.replace_document(worker=worker, doc_type="111", number=MAN, on=MARCH, by=officer)
    with pytest.raises(RuleError, match="此人已登记过这个号码"):
        services.record_document(worker=worker, doc_type="113", number=MAN, by=officer)


@pytest.mark.parametrize(
    ("paper", "field", "part"),
    [
        ({"doc_type": "990", "number": MAN}, "number", "请把证件类别改为“居民身份证”"),
        ({"doc_type": "117", "number": "M330123456"}, "doc_type", "出生医学证明只用于帮扶档案中的子女"),
    ],
)
def test_papers_that_do_not_belong_on_the_roll_are_refused(officer, union, paper, field, part):
    with pytest.raises(RuleError) as error:
        services.register_worker(name="试某", union=union, by=officer, **paper)
    assert part in faults(error)[field]
    assert MAN not in str(error.value)


def test_a_mistaken_number_goes_and_is_free_for_its_true_owner(officer, worker, union):
    right = citizen_number(birth=dt.date(1986, 2, 2), sequence=364)
    with pytest.raises(RuleError) as error:
        services.replace_document(worker=worker, doc_type="111", number=right, on=MARCH, by=officer)
    assert set(error.value.message_dict) == {"birth_date", "sex"}
    with pytest.raises(RuleError, match="请写明事由"):
        services.replace_document(
            worker=worker, doc_type="111", number=right, on=MARCH, by=officer, mistaken=True
        )
    services.replace_document(
        worker=worker,
        doc_type="111",
        number=right,
        on=MARCH,
        by=officer,
        mistaken=True,
        note="录入时看错了行",
    )
    assert documents(worker) == [("111", right, True, None)]
    worker.refresh_from_db()
    assert (worker.birth_date, worker.sex) == (dt.date(1986, 2, 2), "2")
    owner = services.register_worker(name="试真主", doc_type="111", number=MAN, union=union, by=officer)
    assert owner != worker
    entry = AuditEntry.objects.get(action="workers.replace")
    assert entry.details["note"] == "原号码是录入错误，已注销：录入时看错了行"
    assert entry.details["changes"]["birth_date"] == ["1985-01-01", "1986-02-02"]
    assert MAN not in str(entry.details)
    assert violations() == []


def test_a_former_number_entered_by_mistake_is_struck_out_with_a_reason(officer, worker, union):
    other = citizen_number(birth=BORN, sequence=363)
    services.replace_document(worker=worker, doc_type="111", number=other, on=MARCH, by=officer)
    former, current = worker.documents.get(number_tail=MAN[-4:]), worker.documents.get(is_current=True)
    with pytest.raises(RuleError, match="现用证件不能直接注销"):
        services.strike_document(document=current, note="录入时看错", by=officer)
    for note, part in (("错", "请写明事由"), (f"误录{MAN}", "不要写证件号码")):
        with pytest.raises(RuleError, match=part):
            services.strike_document(document=former, note=note, by=officer)
    services.strike_document(document=former, note="录入时看错一位", by=officer)
    assert documents(worker) == [("111", other, True, None)]
    entry = AuditEntry.objects.get(action="workers.document_strike")
    assert entry.details == {"doc_type": "111", "note": "录入时看错一位"}
    services.register_worker(name="试真主", doc_type="111", number=MAN, union=union, by=officer)
    with pytest.raises(RuleError, match="已被他人注销"):
        services.use_document(document=former, by=officer)


def test_a_former_number_that_contradicts_the_record_is_not_taken_up_again(officer, worker):
    other = services.record_document(worker=worker, by=officer, **PASSPORT)
    services.use_document(document=other, by=officer)
    worker.sex = "2"
    worker.save(update_fields=["sex"])
    with pytest.raises(RuleError, match="性别填写的是 女，证件号码中是 男"):
        services.use_document(document=worker.documents.get(doc_type="111"), by=officer)


def test_expiry_and_country_are_filled_in_later(officer, worker):
    services.record_document(worker=worker, by=officer, **PASSPORT)
    passport = worker.documents.get(doc_type="414")
    services.edit_document(document=passport, country="USA", expires_on=LATER, by=officer)
    passport.refresh_from_db()
    assert (passport.country, passport.number) == ("USA", "E12345678")
    assert AuditEntry.objects.get(action="workers.document_edit").details["changes"] == {
        "country": ["VNM", "USA"]
    }


def test_nobody_outside_touches_documents(other_officer, officer, worker):
    paper = services.record_document(worker=worker, by=officer, **PASSPORT)
    calls = (
        lambda by: services.record_document(worker=worker, by=by, **{**PASSPORT, "number": "E1"}),
        lambda by: services.use_document(document=paper, by=by),
        lambda by: services.edit_document(document=paper, country="USA", expires_on=LATER, by=by),
        lambda by: services.strike_document(document=paper, note="录入时看错", by=by),
    )
    for call in calls:
        with pytest.raises(PermissionDenied):
            call(other_officer)
    assert worker.documents.count() == 2


def test_the_pages_lead_from_the_person_and_back(client, officer, worker):
    client.force_login(officer)
    address = reverse("workers:document_create", args=[worker.pk])
    assert client.get(address).status_code == 200
    answer = client.post(address, PASSPORT | {"country": ""})
    assert answer.context["form"].errors == {"country": ["普通护照须填写签发国家或地区，见护照资料页"]}
    assert client.post(address, PASSPORT).url == worker.get_absolute_url()
    passport = worker.documents.get(doc_type="414")
    page = client.get(worker.get_absolute_url()).content.decode()
    assert ("越南" in page, "2035-05-01" in page, "E12345678" in page, "••••••78" in page) == (
        True, True, False, True,
    )  # fmt: skip
    edit = reverse("workers:document_edit", args=[worker.pk, passport.pk])
    assert "selected>越南" in client.get(edit).content.decode()
    assert client.post(edit, {"country": "USA", "expires_on": "2030-01-01"}).status_code == 302
    assert client.post(reverse("workers:document_use", args=[worker.pk, passport.pk])).status_code == 302
    card = worker.documents.get(doc_type="111")
    strike = reverse("workers:document_strike", args=[worker.pk, card.pk])
    assert "请写明事由" in client.post(strike, {"note": "错"}).content.decode()
    assert client.post(strike, {"note": "录入时看错一位"}).status_code == 302
    assert documents(worker) == [("414", "E12345678", True, None)]


def test_a_document_of_somebody_else_is_not_found_under_a_person(client, officer, worker, union):
    foreign = WorkerFactory(employer=worker.employer).documents.get()
    client.force_login(officer)
    for name in ("document_use", "document_edit", "document_strike"):
        assert client.get(reverse(f"workers:{name}", args=[worker.pk, foreign.pk])).status_code == 404


def test_the_person_page_asks_no_more_for_three_documents_than_for_one(client, officer, worker):
    client.force_login(officer)
    client.get(worker.get_absolute_url())
    with CaptureQueriesContext(connection) as one:
        client.get(worker.get_absolute_url())
    services.record_document(worker=worker, by=officer, **PASSPORT)
    services.record_document(worker=worker, by=officer, doc_type="516", number="H12345678")
    AuditEntry.objects.all()
    with CaptureQueriesContext(connection) as three:
        client.get(worker.get_absolute_url())
    assert len(three) <= len(one) + 1  # the names of those who wrote the two new lines of the history


def old_index(row):
    return crypto.blind_index(f"{row.doc_type}:{row.number}", purpose="identity")


def paper_of(worker, number, *, doc_type="112", is_current=False):
    row = IdentityDocument(
        worker=worker, doc_type=doc_type, number=number, number_tail=number[-4:], is_current=is_current
    )
    row.number_index = old_index(row)
    row.save()
    return row


def test_rows_of_before_are_indexed_anew(worker):
    paper, book = paper_of(worker, WOMAN), paper_of(worker, "300123456", doc_type="113")
    same = paper_of(worker, MAN)
    fold(apps, None)
    paper.refresh_from_db()
    book.refresh_from_db()
    assert bytes(paper.number_index) == identity_index("111", WOMAN)
    assert bytes(book.number_index) == old_index(book)
    assert not IdentityDocument.objects.filter(pk=same.pk).exists()  # the number is there as the card in use
    fold(apps, None)
    assert worker.documents.count() == 3


def test_a_number_of_two_people_stops_the_re_indexing_and_is_reported(worker):
    other = WorkerFactory(employer=worker.employer)
    row = paper_of(other, MAN)
    with pytest.raises(RuleError) as error:
        fold(apps, None)
    assert f"{other.pk} 与 {worker.pk}" in error.value.message
    assert MAN not in error.value.message
    row.refresh_from_db()
    assert bytes(row.number_index) == old_index(row)
