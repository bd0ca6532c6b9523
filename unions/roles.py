"""The table of role × permission. Nothing else decides what a role may do."""

from django.db import models

from core.access import Permission as P


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


ROLL = {P.VIEW_ROLL, P.EDIT_ROLL, P.REVEAL_NUMBERS, P.IMPORT_FILES, P.EXPORT_FILES, P.VIEW_DRILLDOWN}
COMMON = {P.VIEW_DASHBOARD, P.VIEW_PLAN, P.VIEW_JOBS}

# The three administrators (三员分立) read no business records; the coordination group reads figures only.
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.TOWN_STAFF: frozenset(
        COMMON
        | ROLL
        | {P.VIEW_ORGANISATION, P.EDIT_ORGANISATION, P.MANAGE_POSTS}
        | {P.VIEW_REPORTS, P.BUILD_REPORTS, P.EDIT_PLAN}
    ),
    Role.CASE_HANDLER: frozenset({P.VIEW_DASHBOARD, P.VIEW_PLAN, P.VIEW_ORGANISATION}),
    Role.OFFICER: frozenset(COMMON | ROLL | {P.VIEW_ORGANISATION}),
    Role.FEDERATION_OFFICER: frozenset(COMMON | ROLL | {P.VIEW_ORGANISATION}),
    Role.GROUP_MEMBER: frozenset({P.VIEW_DASHBOARD, P.VIEW_PLAN, P.VIEW_REPORTS}),
    Role.SYSTEM_ADMIN: frozenset({P.VIEW_SYSTEM}),
    Role.SECURITY_ADMIN: frozenset({P.MANAGE_ACCOUNTS, P.VIEW_SECURITY_LOG}),
    Role.AUDIT_ADMIN: frozenset({P.VIEW_AUDIT_LOG, P.VIEW_SECURITY_LOG}),
}


def roles_with(permission: str) -> frozenset[str]:
    """The roles that hold a permission."""
    return frozenset(role for role, held in ROLE_PERMISSIONS.items() if permission in held)
