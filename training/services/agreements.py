"""Agreements of unions with schools (校企合作协议) and their papers."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from core.papers import accept_paper, delete_paper
from training.models import Agreement, AgreementPaper, Provider
from training.rules.providers import AGREEMENT_CLEANERS, AGREEMENT_TABLES
from unions.models import Union
from unions.rules import cleaned
from unions.scoping import require_editable
from workers.rules import stated_reason

AGREEMENT_FIELDS = ["partner", "title", "mode", "signed_on", "starts_on", "ends_on"]


@transaction.atomic
def enter_agreement(*, union: Union, by: User, **facts) -> Agreement:
    """Record an agreement that a union signed. Raises RuleError by field."""
    union = Union.objects.select_for_update(no_key=True).get(pk=union.pk)
    if union.dissolved_on:
        raise RuleError({"union": f"该工会已于 {union.dissolved_on} 撤销"})
    facts = cleaned(facts, AGREEMENT_CLEANERS)
    refuse_unusable(facts, AGREEMENT_TABLES)
    agreement = Agreement(union=union, created_by=by, **facts)
    agreement.full_clean()
    _refuse_partner(agreement.partner)
    agreement.save()
    require_editable(agreement, by)
    changes = audit.differences(None, agreement, AGREEMENT_FIELDS)
    audit.record(by, "training.agreement_enter", agreement, union_id=union.pk, changes=changes)
    return agreement


@transaction.atomic
def edit_agreement(*, agreement: Agreement, version: str, by: User, **facts) -> Agreement:
    """Correct an agreement. Raises RuleError (stale, by field)."""
    before = _locked(agreement, by)
    check_version(before, version)
    facts = cleaned(facts, AGREEMENT_CLEANERS)
    refuse_unusable(facts, AGREEMENT_TABLES, stored=before)
    after = Agreement.objects.select_related("partner").get(pk=before.pk)
    for name, value in facts.items():
        setattr(after, name, value)
    after.full_clean()
    if after.partner_id != before.partner_id:
        _refuse_partner(after.partner)
    changes = audit.differences(before, after, AGREEMENT_FIELDS)
    if not changes:
        return after
    after.version = F("version") + 1
    after.save()
    after.refresh_from_db()
    require_editable(after, by)
    audit.record(by, "training.agreement_edit", after, union_id=after.union_id, changes=changes)
    return after


@transaction.atomic
def end_agreement(*, agreement: Agreement, on: dt.date, note: str, version: str, by: User) -> Agreement:
    """Say that an agreement ended before its time; ``on`` is the first day without it. Raises RuleError."""
    agreement = _locked(agreement, by)
    check_version(agreement, version)
    if agreement.ended_on:
        raise RuleError(f"该协议已于 {agreement.ended_on} 终止")
    if agreement.ends_on and on > agreement.ends_on:
        raise RuleError({"on": f"协议期至 {agreement.ends_on}，到期即止，不用登记终止"})
    agreement.ended_on, agreement.end_note = on, stated_reason(note, "note")
    agreement.version += 1
    agreement.full_clean()
    agreement.save()
    require_editable(agreement, by)
    changes = {"ended_on": [None, str(on)], "end_note": ["", agreement.end_note]}
    audit.record(by, "training.agreement_end", agreement, union_id=agreement.union_id, changes=changes)
    return agreement


@transaction.atomic
def add_paper(*, agreement: Agreement, file, by: User) -> AgreementPaper:
    """Keep a scan with the agreement, named by us. Raises RuleError for what is too large or of another kind."""
    agreement = _locked(agreement, by)
    paper = accept_paper(AgreementPaper(agreement=agreement, added_by=by), file, of="协议")
    require_editable(paper, by)
    _record_paper(by, "training.agreement_paper_add", paper)
    return paper


@transaction.atomic
def remove_paper(*, paper: AgreementPaper, by: User) -> Agreement:
    """Delete a scan; returns the agreement."""
    agreement = _locked(paper.agreement, by)
    paper = agreement.papers.get(pk=paper.pk)
    _record_paper(by, "training.agreement_paper_remove", paper)
    delete_paper(paper)
    return agreement


def _locked(agreement: Agreement, by: User) -> Agreement:
    found = Agreement.objects.select_for_update(of=("self",)).select_related("union", "partner")
    agreement = found.get(pk=agreement.pk)
    require_editable(agreement, by)
    return agreement


def _refuse_partner(partner: Provider) -> None:
    if partner.kind != Provider.Kind.SCHOOL:
        raise RuleError({"partner": f"“{partner.name}”登记为{partner.get_kind_display()}，合作方应为院校"})
    if not partner.is_active:
        raise RuleError({"partner": f"“{partner.name}”已停用，请选择在用的院校"})


def _record_paper(by: User, action: str, paper: AgreementPaper) -> None:
    agreement = paper.agreement
    audit.record(by, action, agreement, union_id=agreement.union_id, paper=paper.pk, sha256=paper.sha256)
