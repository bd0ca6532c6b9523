"""Audit entries as people read them."""

from dataclasses import dataclass

from django.apps import apps

from accounts.actions import action_label
from accounts.models import AuditEntry, User

NOTES = {
    "username": "用户名",
    "reason": "原因",
    "factor": "方式",
    "sessions": "会话数",
    "factors": "移除数",
    "path": "地址",
}
METHODS = {"password": "密码", "mfa": "验证码或通行密钥", "code": "邮件验证码"}


@dataclass(frozen=True)
class EntryLine:
    """One line of a log page; holds no values of business records."""

    entry: AuditEntry
    action: str
    about: str
    fields: list[str]
    notes: str


def read_entries(entries) -> list[EntryLine]:
    """The entries with their labels: what was done to what, which fields changed, notes of security events.

    One query for the names of all accounts that the entries are about.
    """
    entries = list(entries)
    account = User._meta.label_lower
    ids = {entry.object_id for entry in entries if entry.object_type == account}
    names = (
        {user.pk: f"{user.name}（{user.username}）" for user in User.objects.filter(pk__in=ids)}
        if ids
        else {}
    )
    return [
        EntryLine(
            entry=entry,
            action=action_label(entry.action),
            about=names.get(entry.object_id, "") if entry.object_type == account else _about(entry),
            fields=_fields(entry),
            notes=_notes(entry) if entry.category == AuditEntry.Category.SECURITY else "",
        )
        for entry in entries
    ]


def _model(entry):
    try:
        return apps.get_model(entry.object_type) if entry.object_type else None
    except LookupError:
        return None


def _about(entry) -> str:
    model = _model(entry)
    kind = str(model._meta.verbose_name) if model else entry.object_type
    return f"{kind} {entry.object_id}" if entry.object_id else kind


def _fields(entry) -> list[str]:
    changes = entry.details.get("changes")
    if not isinstance(changes, dict):
        return []
    model = _model(entry)
    labels = {field.name: str(field.verbose_name) for field in model._meta.fields} if model else {}
    return [labels.get(name, name) for name in changes]


def _notes(entry) -> str:
    details = entry.details
    parts = [f"{label}：{details[key]}" for key, label in NOTES.items() if details.get(key)]
    methods = details.get("methods") or ([details["method"]] if details.get("method") else [])
    if methods:
        parts.append("方式：" + "、".join(METHODS.get(method, method) for method in methods))
    return "；".join(parts)
