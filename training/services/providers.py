"""Providers and their qualifications: kept by the town's staff for all unions."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.models import User
from core.access import Permission
from core.errors import RuleError
from core.forms import check_version
from training.models import Provider, Qualification
from training.rules.providers import PROVIDER_CLEANERS, QUALIFICATION_CLEANERS
from unions.rules import cleaned
from unions.scoping import reaches_all, require_editable

PROVIDER_FIELDS = ["name", "kind", "credit_code", "contact", "is_active"]
QUALIFICATION_FIELDS = ["name", "licence", "issuer", "valid_from", "valid_until"]


@transaction.atomic
def enter_provider(*, by: User, **facts) -> Provider:
    """Put an institution on the town's list. Raises RuleError by field, PermissionDenied for others than the town."""
    if not reaches_all(by, Permission.DECIDE_TRAINING):
        raise PermissionDenied
    provider = Provider(created_by=by, **cleaned(facts, PROVIDER_CLEANERS))
    provider.full_clean()
    provider.save()
    audit.record(
        by, "training.provider_enter", provider, changes=audit.differences(None, provider, PROVIDER_FIELDS)
    )
    return provider


@transaction.atomic
def edit_provider(*, provider: Provider, version: str, by: User, **facts) -> Provider:
    """Change facts of an institution. Raises RuleError (stale, by field)."""
    before = _locked(provider, by)
    check_version(before, version)
    after = Provider.objects.get(pk=before.pk)
    for name, value in cleaned(facts, PROVIDER_CLEANERS).items():
        setattr(after, name, value)
    after.full_clean()
    return _saved(before, after, PROVIDER_FIELDS, by, "training.provider_edit", after)


@transaction.atomic
def add_qualification(*, provider: Provider, by: User, **facts) -> Qualification:
    """Enter a licence of an institution. Raises RuleError by field."""
    provider = _locked(provider, by)
    row = Qualification(provider=provider, entered_by=by, **cleaned(facts, QUALIFICATION_CLEANERS))
    row.full_clean()
    row.save()
    changes = audit.differences(None, row, QUALIFICATION_FIELDS)
    audit.record(by, "training.qualification_add", provider, qualification=row.pk, changes=changes)
    return row


@transaction.atomic
def edit_qualification(*, qualification: Qualification, version: str, by: User, **facts) -> Qualification:
    """Correct a licence. Raises RuleError (stale, by field)."""
    provider = _locked(qualification.provider, by)
    before = Qualification.objects.select_for_update().get(pk=qualification.pk)
    check_version(before, version)
    after = Qualification.objects.select_related("provider").get(pk=before.pk)
    for name, value in cleaned(facts, QUALIFICATION_CLEANERS).items():
        setattr(after, name, value)
    after.full_clean()
    return _saved(before, after, QUALIFICATION_FIELDS, by, "training.qualification_edit", provider)


@transaction.atomic
def remove_qualification(*, qualification: Qualification, by: User) -> Provider:
    """Take away a licence that was entered by mistake; returns the institution."""
    provider = _locked(qualification.provider, by)
    row = provider.qualifications.get(pk=qualification.pk)
    found = audit.differences(None, row, QUALIFICATION_FIELDS)
    changes = {name: [after, None] for name, (_, after) in found.items()}
    audit.record(by, "training.qualification_remove", provider, qualification=row.pk, changes=changes)
    row.delete()
    return provider


def _locked(provider: Provider, by: User) -> Provider:
    provider = Provider.objects.select_for_update().get(pk=provider.pk)
    require_editable(provider, by)
    return provider


def _saved(before, after, fields: list[str], by: User, action: str, about: Provider):
    """The row with its version raised, unless nothing changed."""
    changes = audit.differences(before, after, fields)
    if not changes:
        return after
    after.version = F("version") + 1
    after.save()
    after.refresh_from_db()
    audit.record(by, action, about, changes=changes)
    return after


def refuse_retired(provider: Provider | None, *, stored: Provider | None = None) -> None:
    """Raise RuleError for an institution that is no longer in use, unless the record holds it already."""
    if provider and provider != stored and not provider.is_active:
        raise RuleError({"provider": f"“{provider.name}”已停用，请选择在用的承办机构"})
