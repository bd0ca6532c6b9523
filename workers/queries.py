"""Reads over the roll. Lists and pages show tails of numbers; nothing here decrypts."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Prefetch

from accounts.actions import action_label
from accounts.models import AuditEntry
from accounts.queries import history_of
from core.idnumbers import PASSPORTS
from core.models import Code
from unions.models import Employer, Union
from workers.models import Employment, IdentityDocument, Worker

SOON = dt.timedelta(days=90)  # a passport takes about a month to renew
CODE_TABLES = {
    "ethnicity": "ethnicity",
    "education": "education",
    "skill_level": "skill_level",
    "political": "political_affiliation",
    "employment_status": "employment_status",
    "household_type": "household_type",
}
HISTORY_TABLES = CODE_TABLES | {"form": "employment_form"}
LIST_TABLES = ("education", "skill_level", "political_affiliation")
DETAIL_TABLES = (
    *CODE_TABLES.values(),
    "id_document_type",
    "country",
    "membership_change_reason",
    "membership_status",
    "employment_form",
)


def roll_of(user):
    """The roll as this user sees it, for a list: union, firm and document in use come with each row."""
    current = IdentityDocument.objects.filter(is_current=True).defer("number", "number_index")
    return (
        Worker.objects.visible_to(user)
        .defer("phone", "phone_index")
        .filter(anonymised_on=None)
        .select_related("union", "employer")
        .prefetch_related(Prefetch("documents", queryset=current, to_attr="current_documents"))
        .order_by("-pk")
    )


def documents_of(worker: Worker):
    """All documents, the one in use first, without their numbers."""
    return worker.documents.defer("number", "number_index").order_by(
        "-is_current", F("replaced_on").desc(nulls_first=True), "-pk"
    )


def document_reminders(documents, names: dict[str, dict[str, str]], today: dt.date) -> list[str]:
    """What is to be mended about the valid documents: those that have run out or do so within three months, and
    passports without the two facts that imports do not bring."""
    found = []
    for paper in documents:
        name = names["id_document_type"].get(paper.doc_type, paper.doc_type)
        if paper.replaced_on:
            continue
        if paper.expires_on and paper.expires_on < today:
            found.append(f"{name}已于 {paper.expires_on} 过期。换领新证后请办理“更换证件”。")
        elif paper.expires_on and paper.expires_on < today + SOON:
            found.append(f"{name}将于 {paper.expires_on} 到期，请提醒本人换证。")
        if paper.doc_type in PASSPORTS and not (paper.expires_on and paper.country):
            found.append(f"{name}缺少签发国家或地区、有效期，请补填。")
    return found


def code_names(*tables: str) -> dict[str, dict[str, str]]:
    """Names of the codes of several tables in one query: ``{table: {code: name}}``."""
    found: dict[str, dict[str, str]] = {table: {} for table in tables}
    for table, code, name in Code.objects.filter(table__in=tables).values_list("table", "code", "name"):
        found[table][code] = name
    return found


@dataclass
class HistoryLine:
    """One audit entry about a record, for its page: (title, before, after) per changed fact."""

    at: object
    actor: str
    label: str
    changes: list[tuple[str, str, str]]
    notes: list[str]


def history(worker: Worker, names: dict[str, dict[str, str]], limit: int = 50) -> list[HistoryLine]:
    """What was done to a record, newest first, in words; of an anonymised one only that something was done.

    Who looked into it is ``workers.privacy.seen_by``.
    """
    entries = list(history_of(worker).exclude(category=AuditEntry.Category.ACCESS)[:limit])
    places = _names_of_places(entries)
    shown = list if worker.anonymised_on is None else _nothing
    return [
        HistoryLine(
            entry.at,
            str(entry.actor) if entry.actor else "系统",
            action_label(entry.action),
            [_in_words(field, change, names, places) for field, change in shown(_changes(entry))],
            shown(_notes(entry, names)),
        )
        for entry in entries
    ]


def _nothing(found) -> list:
    """What the trail says of an anonymised person: that something was done, not what it was."""
    return []


def _changes(entry):
    changes = entry.details.get("changes") or {}
    return [(field, change) for field, change in changes.items() if change != [None, ""]]


def _in_words(field: str, change, names, places) -> tuple[str, str, str]:
    title = TITLES.get(field, field)
    if isinstance(change, str):
        return title, "", change
    return title, *(_value(field, value, names, places) for value in change)


def _value(field: str, value, names, places) -> str:
    if value in (None, ""):
        return "（空）"
    if field in HISTORY_TABLES:
        return names.get(HISTORY_TABLES[field], {}).get(value, value)
    if field in places:
        return places[field].get(value, str(value))
    if field in CHOICES:
        return CHOICES[field].get(value, str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _notes(entry, names) -> list[str]:
    details = entry.details
    reasons = names.get("membership_change_reason", {})
    found = [
        CHOICES["change"].get(details.get("change", ""), ""),
        details.get("employer", "") if isinstance(details.get("employer"), str) else "",
        names.get("id_document_type", {}).get(details.get("doc_type", ""), ""),
        reasons.get(details.get("reason", ""), details.get("reason", "")),
        details.get("note", ""),
        *(details.get(key) or "" for key in ("on", "start", "end")),
    ]
    return [text for text in found if text]


def _names_of_places(entries) -> dict[str, dict[int, str]]:
    """Unions and firms that the entries name by key, in two queries at most."""
    wanted: dict[str, set[int]] = {"union": set(), "employer": set()}
    for entry in entries:
        for field, change in _changes(entry):
            if field in wanted and isinstance(change, list):
                wanted[field] |= {value for value in change if isinstance(value, int)}
    models = {"union": Union, "employer": Employer}
    return {
        field: dict(models[field].objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
        for field, keys in wanted.items()
    }


TITLES = {
    field.name: str(field.verbose_name)
    for model in (Employment, Worker)
    for field in model._meta.concrete_fields
} | {
    "number": "证件号码",
    "membership": "会籍",
    "transfer": "接转",
}
CHOICES = {
    field.name: dict(field.choices)
    for field in Worker._meta.concrete_fields
    if field.choices and field.name in ("sex", "standing")
} | {
    "change": dict(
        Worker._meta.get_field("memberships").related_model._meta.get_field("start_change").choices
    )
}
