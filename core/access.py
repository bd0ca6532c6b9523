"""Who may call a view. Every view carries a policy; the build fails for a URL without one.

What a role may do is one table in ``unions.roles``; ``user.has_perm`` answers through
``unions.backends.PostBackend``. Which *rows* a user reaches is the business of ``unions.scoping``.
"""

import functools

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import models


class Permission(models.TextChoices):
    """Rights a role can hold. Rights over rows are limited further by scoping."""

    VIEW_DASHBOARD = "view_dashboard", "查看看板"
    VIEW_ORGANISATION = "view_organisation", "查看工会组织"
    EDIT_ORGANISATION = "edit_organisation", "维护工会组织"
    DECLARE_HEADCOUNTS = "declare_headcounts", "申报职工人数"
    MANAGE_POSTS = "manage_posts", "管理任职与邀请"
    VIEW_ROLL = "view_roll", "查看会员名册"
    EDIT_ROLL = "edit_roll", "维护会员名册"
    SETTLE_CONFLICTS = "settle_conflicts", "裁定重复登记"
    VIEW_TRAINING = "view_training", "查看培训与技能"
    EDIT_TRAINING = "edit_training", "维护培训与技能"
    DECIDE_TRAINING = "decide_training", "审核培训与技能"
    VIEW_CONTESTS = "view_contests", "查看竞赛与荣誉"
    EDIT_CONTESTS = "edit_contests", "维护竞赛与荣誉"
    DECIDE_CONTESTS = "decide_contests", "审核竞赛与荣誉"
    VIEW_ACTIVITIES = "view_activities", "查看活动"
    EDIT_ACTIVITIES = "edit_activities", "维护活动"
    VIEW_SUPERVISION = "view_supervision", "查看劳动保护监督"
    EDIT_SUPERVISION = "edit_supervision", "维护劳动保护监督"
    EDIT_CODES = "edit_codes", "维护代码表"
    MANAGE_PRIVACY = "manage_privacy", "管理个人信息保护"
    REVEAL_NUMBERS = "reveal_numbers", "查看完整证件号码"
    IMPORT_FILES = "import_files", "导入表格"
    EXPORT_FILES = "export_files", "导出表格"
    VIEW_REPORTS = "view_reports", "查看与下载报告"
    BUILD_REPORTS = "build_reports", "编制报告"
    VIEW_DRILLDOWN = "view_drilldown", "查看指标明细"
    VIEW_PLAN = "view_plan", "查看实施方案"
    EDIT_PLAN = "edit_plan", "维护实施方案"
    VIEW_JOBS = "view_jobs", "查看后台任务"
    VIEW_SYSTEM = "view_system", "查看系统状态"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号安全"
    VIEW_SECURITY_LOG = "view_security_log", "查看安全日志"
    VIEW_AUDIT_LOG = "view_audit_log", "查看审计日志"


def requires(*permissions: Permission):
    """Let in signed-in users who hold any of the permissions; 403 for the others."""

    def decorate(view):
        @functools.wraps(view)
        def guarded(request, *args, **kwargs):
            if not any(request.user.has_perm(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.policy = permissions
        return guarded

    return decorate


def signed_in(view):
    """Any signed-in user (LoginRequiredMiddleware sends the others to the login page)."""
    view.policy = ("signed in",)
    return view


def public(view):
    """One of the few views that need no login."""
    view = login_not_required(view)
    view.policy = ("public",)
    return view
