"""The table of role × permission. Nothing else decides what a role may do."""

from django.db import models

from core.access import Permission


class Role(models.TextChoices):
    """What a post lets a user do, over one union and all below it."""

    TOWN_STAFF = "town_staff", "镇总工会工作人员"
    CASE_HANDLER = "case_handler", "维权专办员"
    OFFICER = "officer", "企业工会干部"
    FEDERATION_OFFICER = "federation_officer", "工会联合会干部"
    GROUP_MEMBER = "group_member", "协调小组成员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


ROLL = {
    Permission.VIEW_ROLL,
    Permission.EDIT_ROLL,
    Permission.REVEAL_NUMBERS,
    Permission.IMPORT_FILES,
    Permission.EXPORT_FILES,
    Permission.VIEW_DRILLDOWN,
}
TRAINING = {Permission.VIEW_TRAINING, Permission.EDIT_TRAINING}
CONTESTS = {Permission.VIEW_CONTESTS, Permission.EDIT_CONTESTS}
ACTIVITIES = {Permission.VIEW_ACTIVITIES, Permission.EDIT_ACTIVITIES}
SUPERVISION = {Permission.VIEW_SUPERVISION, Permission.EDIT_SUPERVISION}
DECLARING = {Permission.VIEW_ORGANISATION, Permission.DECLARE_HEADCOUNTS}
COMMON = {Permission.VIEW_DASHBOARD, Permission.VIEW_PLAN, Permission.VIEW_JOBS}

# The three administrators (三员分立) read no business records; the coordination group reads figures only.
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.TOWN_STAFF: frozenset(
        COMMON
        | ROLL
        | {Permission.VIEW_ORGANISATION, Permission.EDIT_ORGANISATION, Permission.MANAGE_POSTS}
        | TRAINING
        | CONTESTS
        | ACTIVITIES
        | SUPERVISION
        | {Permission.DECLARE_HEADCOUNTS, Permission.DECIDE_TRAINING, Permission.DECIDE_CONTESTS}
        | {Permission.VIEW_REPORTS, Permission.BUILD_REPORTS, Permission.EDIT_PLAN}
        | {Permission.SETTLE_CONFLICTS, Permission.EDIT_CODES, Permission.MANAGE_PRIVACY}
    ),
    Role.CASE_HANDLER: frozenset(
        {Permission.VIEW_DASHBOARD, Permission.VIEW_PLAN, Permission.VIEW_ORGANISATION}
    ),
    Role.OFFICER: frozenset(COMMON | ROLL | TRAINING | CONTESTS | ACTIVITIES | SUPERVISION | DECLARING),
    Role.FEDERATION_OFFICER: frozenset(
        COMMON | ROLL | TRAINING | CONTESTS | ACTIVITIES | SUPERVISION | DECLARING
    ),
    Role.GROUP_MEMBER: frozenset({Permission.VIEW_DASHBOARD, Permission.VIEW_PLAN, Permission.VIEW_REPORTS}),
    Role.SYSTEM_ADMIN: frozenset({Permission.VIEW_SYSTEM}),
    Role.SECURITY_ADMIN: frozenset({Permission.MANAGE_ACCOUNTS, Permission.VIEW_SECURITY_LOG}),
    Role.AUDIT_ADMIN: frozenset({Permission.VIEW_AUDIT_LOG, Permission.VIEW_SECURITY_LOG}),
}


def roles_with(permission: str) -> frozenset[str]:
    """The roles that hold a permission."""
    return frozenset(role for role, held in ROLE_PERMISSIONS.items() if permission in held)
