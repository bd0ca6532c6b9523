"""What everybody may see of innovations: consents of people, publishing, taking off, and how the page is kept."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from competitions.models import Consent, Contributor, Innovation, Publication, Showcase
from competitions.services.innovations import locked_innovation, take_off, tell
from core.access import Permission
from core.errors import RuleError
from core.forms import check_version
from core.papers import accept_paper, delete_paper
from core.text import clean_lines
from unions.scoping import reaches_all, require_editable


@transaction.atomic
def record_consent(
    *, contributor: Contributor, given_on: dt.date, file, by: User, shows_name: bool, shows_pictures: bool
) -> Consent:
    """Keep the signed form of somebody who agrees to be shown, and what it covers. Raises RuleError by field, and
    while another form of the person is in force."""
    innovation = locked_innovation(contributor.innovation, by)
    contributor = _named(innovation, contributor)
    if contributor.worker.anonymised_on:
        raise RuleError("此人的档案已匿名化，不能再登记同意书")
    if given_on > timezone.localdate():
        raise RuleError({"given_on": f"同意日期不能晚于今天，现填 {given_on}"})
    consent = Consent(contributor=contributor, given_on=given_on, added_by=by)
    consent.shows_name, consent.shows_pictures = shows_name, shows_pictures
    accept_paper(consent, file, of="同意书")
    require_editable(consent, by)
    about = {"shows_name": shows_name, "shows_pictures": shows_pictures}
    tell(by, "competitions.consent_record", innovation, workers=[contributor.worker_id], **about)
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, withdrawn_on: dt.date, by: User) -> Consent:
    """The person no longer agrees. What was shown with the author's consent is off at once, and stays off until the
    town publishes it again; another one's name goes at once. The form stays as the proof of the past."""
    contributor = Contributor.objects.select_related("innovation").get(pk=consent.contributor_id)
    innovation = Innovation.objects.select_for_update(of=("self",)).get(pk=contributor.innovation_id)
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if not Consent.objects.editable_by(by).filter(pk=consent.pk).exists():
        raise PermissionDenied
    if consent.withdrawn_on:
        raise RuleError(f"已登记 {consent.withdrawn_on} 撤回，请刷新页面")
    if not consent.given_on <= withdrawn_on <= timezone.localdate():
        text = f"撤回日期应在同意日期 {consent.given_on} 以后、今天以前（含当天），现填 {withdrawn_on}"
        raise RuleError({"withdrawn_on": text})
    consent.withdrawn_on = withdrawn_on
    consent.save(update_fields=["withdrawn_on"])
    tell(by, "competitions.consent_withdraw", innovation, workers=[contributor.worker_id])
    if contributor.role == Contributor.Role.LEAD:
        take_off(innovation, by)
    return consent


@transaction.atomic
def remove_consent(*, consent: Consent, by: User) -> Innovation:
    """Delete a form that was kept for the wrong person or innovation. Raises RuleError while it is in force."""
    innovation = locked_innovation(consent.contributor.innovation, by)
    consent = Consent.objects.get(pk=consent.pk, contributor__innovation=innovation)
    if consent.withdrawn_on is None:
        raise RuleError("同意书还有效，请先登记撤回")
    tell(by, "competitions.consent_remove", innovation, sha256=consent.sha256)
    delete_paper(consent)
    return innovation


@transaction.atomic
def publish_innovation(*, innovation: Innovation, text: str, version: str, by: User) -> Publication:
    """The town shows it to everybody with this text; again, with another text. Raises RuleError unless it was accepted
    and its author's consent is in force."""
    innovation = locked_innovation(innovation, by, Permission.DECIDE_CONTESTS)
    check_version(innovation, version)
    if innovation.state != Innovation.State.ACCEPTED:
        raise RuleError("评审通过之后才能公开展示")
    consents = Consent.objects.in_force().filter(contributor__innovation=innovation)
    if not consents.filter(contributor__role=Contributor.Role.LEAD).exists():
        raise RuleError(f"还没有登记{innovation.words.lead}的公开同意书，不能公开展示")
    text = clean_lines(text)
    if not text:
        raise RuleError({"text": "请填写展示文字"})
    publication = Publication.objects.filter(innovation=innovation).first() or Publication(
        innovation=innovation
    )
    publication.text, publication.published_by = text, by
    publication.full_clean()
    publication.save()
    require_editable(publication, by)
    tell(by, "competitions.innovation_publish", innovation)
    return publication


@transaction.atomic
def take_off_innovation(*, innovation: Innovation, by: User) -> Innovation:
    """Show it no longer. Raises RuleError when it is not on show."""
    innovation = locked_innovation(innovation, by)
    if not take_off(innovation, by):
        raise RuleError("没有在公开展示，请刷新页面")
    return innovation


@transaction.atomic
def set_showcase(*, intro: str, is_indexed: bool, version: str, by: User) -> Showcase:
    """Change the words at the head of the page, and whether search engines may take it in. Raises RuleError ``stale``,
    and PermissionDenied unless the user decides for the whole town."""
    if not reaches_all(by, Permission.DECIDE_CONTESTS):
        raise PermissionDenied
    Showcase.objects.get_or_create(pk=Showcase.ONLY, defaults={"version": 0})
    kept = Showcase.objects.select_for_update().get(pk=Showcase.ONLY)
    check_version(kept, version)
    before = {"intro": kept.intro, "is_indexed": kept.is_indexed}
    kept.intro, kept.is_indexed, kept.version = clean_lines(intro), is_indexed, kept.version + 1
    kept.full_clean()
    kept.save()
    changes = {
        name: [value, getattr(kept, name)] for name, value in before.items() if value != getattr(kept, name)
    }
    audit.record(by, "competitions.showcase_set", kept, changes=changes)
    return kept


def _named(innovation: Innovation, contributor: Contributor) -> Contributor:
    found = innovation.contributors.select_related("worker").defer("worker__phone", "worker__phone_index")
    found = found.filter(pk=contributor.pk).first()
    if found is None:
        raise RuleError("此人已不在这项成果中，请刷新页面")
    return found
