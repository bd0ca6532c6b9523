"""创新成果展示: only what was reviewed, only with the author's consent, only what the consents cover; off at once."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEntry
from competitions import services
from competitions.models import Consent, Innovation, Publication
from competitions.services.innovation_people import erase_contributions, move_contributions
from tests.factories.innovations import (
    ConsentFactory,
    ContributorFactory,
    InnovationFactory,
    PublicationFactory,
)
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.pictures import MARK, jpeg, picture

pytestmark = pytest.mark.django_db
LIST = reverse("showcase:list")


def form(content=b"%PDF-1.7 signed"):
    return SimpleUploadedFile("同意书.pdf", content)


def agree(contributor, by, **facts):
    usual = {"given_on": dt.date(2026, 9, 20), "file": form(), "shows_name": True, "shows_pictures": True}
    return services.record_consent(contributor=contributor, by=by, **(usual | facts))


def publish(innovation, by, text="一人一机也能完成的装夹办法。"):
    innovation.refresh_from_db()
    return services.publish_innovation(
        innovation=innovation, text=text, version=str(innovation.version), by=by
    )


def page(client, address) -> str:
    answer = client.get(address)
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


@pytest.fixture
def author(union):
    """The author of an accepted method, whose consent nobody has asked for yet."""
    worker = WorkerFactory(employer=EmployerFactory(union=union), name="试首创")
    method = InnovationFactory(union=union, state="accepted", title="一机两装夹", content="内部工艺参数")
    return ContributorFactory(innovation=method, worker=worker)


def test_only_the_town_publishes_and_only_with_the_authors_consent(client, author, officer, clerk):
    method, address = author.innovation, LIST
    with pytest.raises(ValidationError, match="还没有登记首创人的公开同意书"):
        publish(method, clerk)
    member = ContributorFactory(
        innovation=method, role="member", worker=WorkerFactory(employer=author.worker.employer, name="试参加")
    )
    agree(member, officer)
    with pytest.raises(ValidationError, match="还没有登记首创人的公开同意书"):
        publish(method, clerk)
    with pytest.raises(ValidationError) as caught:
        agree(author, officer, given_on=timezone.localdate() + dt.timedelta(days=1))
    assert list(caught.value.error_dict) == ["given_on"]
    agree(author, officer, shows_name=False)
    with pytest.raises(ValidationError, match="先登记撤回"):
        agree(author, officer, file=form(b"%PDF-1.7 another"))
    with pytest.raises(PermissionDenied):
        publish(method, officer)
    for state in ("entered", "returned"):
        other = ContributorFactory(innovation=InnovationFactory(
            union=method.union, state=state, decision_note="请补充" if state == "returned" else "",
        ))  # fmt: skip
        agree(other, officer)
        with pytest.raises(ValidationError, match="评审通过之后"):
            publish(other.innovation, clerk)
    assert "还没有公开展示的成果" in page(client, address)
    publication = publish(method, clerk)
    shown = page(client, publication.get_absolute_url())
    assert "一机两装夹" in page(client, address)
    assert "一人一机也能完成的装夹办法" in shown
    assert "试参加" in shown  # agreed to be named
    for secret in ("试首创", "内部工艺参数", str(author.worker.pk) + "/", clerk.name, officer.name):
        assert secret not in shown
        assert secret not in page(client, address)
    publish(method, clerk, "第二版文字")
    assert "第二版文字" in page(client, publication.get_absolute_url())
    told = AuditEntry.objects.filter(action__startswith="competitions.consent").values_list(
        "details", flat=True
    )
    assert [entry["workers"] for entry in told if entry["workers"] == [author.worker_id]] == [
        [author.worker_id]
    ]


def test_a_consent_that_is_withdrawn_works_at_once_and_for_good(
    client, author, officer, clerk, other_officer
):
    method = author.innovation
    consent = agree(author, officer)
    member = ContributorFactory(
        innovation=method, role="member", worker=WorkerFactory(employer=author.worker.employer, name="试参加")
    )
    theirs = agree(member, officer)
    address = publish(method, clerk).get_absolute_url()
    assert "试首创" in page(client, address)
    today = timezone.localdate()
    with pytest.raises(PermissionDenied):
        services.withdraw_consent(consent=consent, withdrawn_on=today, by=other_officer)
    for day in (consent.given_on - dt.timedelta(days=1), today + dt.timedelta(days=1)):
        with pytest.raises(ValidationError) as caught:
            services.withdraw_consent(consent=consent, withdrawn_on=day, by=officer)
        assert list(caught.value.error_dict) == ["withdrawn_on"]
    services.withdraw_consent(consent=theirs, withdrawn_on=today, by=officer)
    assert "试参加" not in page(client, address)
    assert "试首创" in page(client, address)
    with pytest.raises(ValidationError, match="请先登记撤回"):
        services.remove_consent(consent=consent, by=officer)
    services.withdraw_consent(consent=consent, withdrawn_on=today, by=officer)
    assert page(client, address) == "404"
    assert "一机两装夹" not in page(client, LIST)
    with pytest.raises(ValidationError, match="撤回"):
        services.withdraw_consent(consent=consent, withdrawn_on=today, by=officer)
    agree(author, officer, file=form(b"%PDF-1.7 anew"))
    assert page(client, address) == "404"  # the town publishes it again, or it stays off
    again = publish(method, clerk).get_absolute_url()
    assert "试首创" in page(client, again)
    name = consent.file.name
    services.remove_consent(consent=consent, by=officer)
    assert not Consent.objects.filter(pk=consent.pk).exists()
    assert name


def test_whatever_takes_the_ground_away_takes_it_off(client, author, officer, clerk):
    method = author.innovation
    agree(author, officer)
    address = publish(method, clerk).get_absolute_url()
    facts = {name: getattr(method, name) for name in ("title", "done_on")}
    method.refresh_from_db()
    services.edit_innovation(
        innovation=method, version=str(method.version), by=officer, content="改过的内容", **facts
    )
    assert page(client, address) == "404"
    method.refresh_from_db()
    services.accept_innovation(innovation=method, version=str(method.version), by=clerk)
    address = publish(method, clerk).get_absolute_url()
    services.take_off_innovation(innovation=method, by=officer)
    assert page(client, address) == "404"
    with pytest.raises(ValidationError, match="没有在公开展示"):
        services.take_off_innovation(innovation=method, by=officer)
    address = publish(method, clerk).get_absolute_url()
    # Even where a row was changed by other means, the page asks for review and consent itself.
    Innovation.objects.filter(pk=method.pk).update(state="entered", decided_at=None, decided_by=None)
    assert page(client, address) == "404"
    Innovation.objects.filter(pk=method.pk).update(
        state="accepted", decided_at=timezone.now(), decided_by=clerk
    )
    assert "一机两装夹" in page(client, address)
    Consent.objects.update(withdrawn_on=timezone.localdate())
    assert page(client, address) == "404"


def test_pictures_are_shown_as_far_as_the_authors_consent_covers_them(client, author, officer, clerk):
    method = author.innovation
    services.add_innovation_picture(
        innovation=method, file=picture(jpeg(size=(800, 400))), caption="装夹现场", by=officer
    )
    consent = agree(author, officer, shows_pictures=False)
    with pytest.raises(ValidationError, match="已被其他人修改"):  # as it was before the picture came
        services.publish_innovation(innovation=method, text="装夹", version=str(method.version), by=clerk)
    publication = publish(method, clerk)
    address = reverse("showcase:picture", args=[publication.pk, 1])
    assert "装夹现场" not in page(client, publication.get_absolute_url())
    assert client.get(address).status_code == 404
    Consent.objects.filter(pk=consent.pk).update(shows_pictures=True)
    assert "装夹现场" in page(client, publication.get_absolute_url())
    for query, size in (("", (800, 400)), ("?small", (480, 240))):
        answer = client.get(address + query)
        data = b"".join(answer.streaming_content)
        assert (answer["Content-Type"], answer["X-Robots-Tag"]) == ("image/jpeg", "noindex")
        assert MARK not in data
        assert Image.open(io.BytesIO(data)).size == size
    for position in (0, 2):
        assert client.get(reverse("showcase:picture", args=[publication.pk, position])).status_code == 404


def test_only_the_town_sets_the_showcase(officer):
    with pytest.raises(PermissionDenied):
        services.set_showcase(intro="", is_indexed=True, version="0", by=officer)


def test_search_engines_stay_out_until_the_town_lets_them_in(client, union, clerk):
    publication = PublicationFactory(union=union)
    for address in (LIST, publication.get_absolute_url()):
        answer = client.get(address)
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()
        assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]
    client.force_login(clerk)
    settings = reverse("competitions:showcase_edit")
    seen = client.get(settings).context["form"]["version"].value()
    client.post(settings, {"intro": "职工自己的办法", "is_indexed": "on", "version": seen})
    late = client.post(settings, {"intro": "晚了一步", "version": seen})
    assert "已被其他人修改" in late.content.decode()
    answer = Client().get(LIST)
    assert "X-Robots-Tag" not in answer
    assert "职工自己的办法" in answer.content.decode()
    assert 'name="robots"' not in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(answer.context["kept"]).objects.create(pk=2)


def test_the_pages_of_everybody_ask_a_flat_number_of_queries(client, union):
    def asked(address) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    first = PublicationFactory(union=union)
    counts = [asked(LIST), asked(first.get_absolute_url())]
    for _ in range(2):
        row = PublicationFactory(union=union)
        ConsentFactory(contributor=ContributorFactory(innovation=first.innovation, role="member"))
        ConsentFactory(contributor=ContributorFactory(innovation=row.innovation, role="member"))
    assert [asked(LIST), asked(first.get_absolute_url())] == counts
    assert counts[0] <= 6


def test_a_person_who_is_merged_or_forgotten_keeps_no_page_up(
    client, author, officer, clerk, union, django_capture_on_commit_callbacks
):
    kept = WorkerFactory(employer=author.worker.employer, name="试首创")
    member = ContributorFactory(innovation=author.innovation, worker=kept, role="member")
    older = agree(author, officer, shows_name=False)
    newer = agree(member, officer, given_on=dt.date(2026, 9, 25), file=form(b"%PDF-1.7 newer"))
    address = publish(author.innovation, clerk).get_absolute_url()
    elsewhere = ContributorFactory(innovation=InnovationFactory(union=union), worker=author.worker)
    move_contributions(kept, author.worker)
    rows = list(kept.contributions.order_by("pk").values_list("innovation", "role"))
    assert rows == sorted(
        [(author.innovation_id, "lead"), (elsewhere.innovation_id, "lead")], key=lambda r: r[0]
    )
    assert set(Consent.objects.in_force().values_list("pk", flat=True)) == {newer.pk}
    assert set(Consent.objects.values_list("contributor__worker", flat=True)) == {kept.pk}
    assert "试首创" in page(client, address)  # the newer form covers the name
    files = [older.file.name, newer.file.name]
    with django_capture_on_commit_callbacks(execute=True):
        erase_contributions([kept.pk], [])
    assert [default_storage.exists(name) for name in files] == [False, False]
    assert (Consent.objects.count(), Publication.objects.count()) == (0, 0)
    assert page(client, address) == "404"
    assert kept.contributions.count() == 2  # past figures stay
