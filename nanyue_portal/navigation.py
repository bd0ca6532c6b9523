"""The frame of every page: navigation by permission, the site's name, the user's place."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from core.access import Permission
from training.certificate_listing import waiting
from training.permit_notice_listing import notices_waiting
from unions.models import Post
from workers import matters
from workers.matters import WAITING_CAP as CAP


@dataclass(frozen=True)
class Entry:
    """One line of the side bar; shown to holders of any of the permissions."""

    label: str
    icon: str
    url_name: str
    permissions: tuple[Permission, ...]
    count: Callable | None = None  # of a user: what waits there, shown as a badge


@dataclass
class Group:
    """A titled part of the side bar."""

    title: str
    entries: list = field(default_factory=list)


P = Permission
NAVIGATION = (
    (
        "组织",
        (
            Entry("首页看板", "house", "home", (P.VIEW_DASHBOARD,)),
            Entry("工会组织", "network", "unions:union_tree", (P.VIEW_ORGANISATION,)),
            Entry("用人单位", "building-2", "unions:employer_list", (P.VIEW_ORGANISATION,)),
            Entry("建会情况", "map-pin-check", "unions:uncovered_list", (P.VIEW_ORGANISATION,)),
            Entry("届期提醒", "bell-ring", "unions:reminder_list", (P.VIEW_ORGANISATION,)),
            Entry("任职与邀请", "user-plus", "unions:post_list", (P.MANAGE_POSTS,)),
        ),
    ),
    (
        "会员",
        (
            Entry("会员名册", "users", "workers:worker_list", (P.VIEW_ROLL,)),
            Entry("待办会籍", "inbox", "workers:matter_list", (P.EDIT_ROLL,), matters.waiting),
            Entry("季度点名", "clipboard-check", "workers:roll_call_list", (P.VIEW_ROLL,)),
            Entry("重复登记核实", "scale", "workers:conflict_list", (P.VIEW_ROLL,)),
            Entry("疑似重复", "copy-check", "workers:duplicate_list", (P.VIEW_ROLL,)),
        ),
    ),
    (
        "培训与技能",
        (
            Entry("培训班次", "graduation-cap", "training:class_list", (P.VIEW_TRAINING,)),
            Entry("技能证书", "award", "training:certificate_list", (P.VIEW_TRAINING,)),
            Entry("待核验证书", "badge-check", "training:certificate_queue", (P.DECIDE_TRAINING,), waiting),
            Entry("职称贯通", "route", "training:crossover_list", (P.VIEW_TRAINING,)),
            Entry("申报未核验", "badge-alert", "training:declared_list", (P.VIEW_TRAINING,)),
            Entry("特种作业操作证", "id-card", "training:permit_list", (P.VIEW_TRAINING,)),
            Entry(
                "操作证到期提醒",
                "alarm-clock",
                "training:permit_notice_list",
                (P.EDIT_TRAINING,),
                notices_waiting,
            ),
        ),
    ),
    (
        "表格与数据",
        (
            Entry("表格导入", "upload", "exchange:run_list", (P.IMPORT_FILES,)),
            Entry("导出文件", "download", "exchange:export_list", (P.EXPORT_FILES,)),
            Entry("代码表与规则", "book-marked", "codes:table_list", (P.VIEW_ROLL, P.EDIT_CODES)),
            Entry("个人信息处理", "lock-keyhole", "privacy:group_list", (P.VIEW_ROLL, P.MANAGE_PRIVACY)),
        ),
    ),
    (
        "改革与报告",
        (
            Entry("实施方案", "list-checks", "reform:plan_detail", (P.VIEW_PLAN,)),
            Entry("指标", "chart-column", "reports:indicator_list", (P.VIEW_REPORTS, P.VIEW_DRILLDOWN)),
            Entry("进展报告", "file-text", "reports:report_list", (P.VIEW_REPORTS,)),
            Entry("报告计划", "calendar-clock", "reports:schedule_list", (P.BUILD_REPORTS,)),
        ),
    ),
    (
        "系统",
        (
            Entry("后台任务", "list-todo", "core:job_list", (P.VIEW_JOBS,)),
            Entry("账号", "user-cog", "accounts:account_list", (P.MANAGE_ACCOUNTS,)),
            Entry("安全日志", "shield-check", "accounts:security_log", (P.VIEW_SECURITY_LOG,)),
            Entry("审计日志", "scroll-text", "accounts:audit_log", (P.VIEW_AUDIT_LOG,)),
            Entry("系统状态", "activity", "core:system_status", (P.VIEW_SYSTEM,)),
        ),
    ),
)


def portal_frame(request):
    """Context processor: site name, and (only when a template asks for them) navigation and place."""
    return {
        "site_name": settings.SITE_NAME,
        "mail_enabled": settings.MAIL_ENABLED,
        "portal_navigation": SimpleLazyObject(lambda: navigation_for(request.user, request.path)),
        "portal_home": SimpleLazyObject(lambda: home_of(request.user)),
        "portal_place": SimpleLazyObject(lambda: place_of(request.user)),
    }


def navigation_for(user, path: str) -> list[Group]:
    """Groups with the entries the user may open; the entry whose address leads ``path`` is current."""
    groups = []
    for title, entries in NAVIGATION:
        group = Group(title)
        for entry in entries:
            if any(user.has_perm(permission) for permission in entry.permissions):
                waiting = SimpleLazyObject(lambda entry=entry: _badge(entry, user)) if entry.count else ""
                line = {"label": entry.label, "icon": entry.icon, "url": reverse(entry.url_name)}
                group.entries.append(line | {"badge": waiting})
        if group.entries:
            groups.append(group)
    _mark_current(groups, path)
    return groups


def home_of(user) -> str:
    """Where the brand leads: the first page this user may open."""
    groups = navigation_for(user, "")
    return groups[0].entries[0]["url"] if groups else reverse("mfa_index")


def place_of(user) -> str:
    """Short name of the union of the user's first post in effect, or nothing."""
    if not user.is_authenticated:
        return ""
    names = (
        Post.objects.current().filter(user=user).order_by("start", "pk").values_list("union__name", flat=True)
    )
    return names.first() or ""


def _badge(entry: Entry, user) -> str:
    """How much waits there, or nothing."""
    found = entry.count(user)
    return f"{CAP}+" if found > CAP else str(found or "")


def _mark_current(groups, path: str) -> None:
    entries = [entry for group in groups for entry in group.entries]
    leading = [entry for entry in entries if _leads(entry["url"], path)]
    best = max(leading, key=lambda entry: len(entry["url"]), default=None)
    for entry in entries:
        entry["current"] = entry is best


def _leads(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
