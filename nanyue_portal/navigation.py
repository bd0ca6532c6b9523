"""The frame of every page: navigation by permission, the site's name, the user's place."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from competitions.queries import results
from competitions.queries.honours import waiting as honours_waiting
from competitions.queries.recheck_notices import rechecks_waiting
from competitions.queries.result_notices import result_notices_waiting
from core.access import Permission
from nanyue_portal.badges import badges_of
from training.listings.permit_notices import notices_waiting
from training.models import Candidate, Certificate, OutsideLearning, SkillLeader, SubsidyClaim, Title
from training.queries.waiting import to_decide
from unions.scoping import posts_of
from workers import matters


@dataclass(frozen=True)
class Entry:
    """One line of the side bar; shown to holders of any of the permissions."""

    label: str
    icon: str
    url_name: str
    permissions: tuple[Permission, ...]
    waiting: Callable | None = None  # of a user: the querysets of what waits there, whose sum is the badge
    also: tuple[str, ...] = ()  # beginnings of further addresses whose pages belong to it


@dataclass
class Group:
    """A titled part of the side bar."""

    title: str
    entries: list = field(default_factory=list)
    is_open: bool = False

    @property
    def has_waiting(self) -> bool:
        """Something waits behind one of its entries."""
        return any(str(entry["badge"]) for entry in self.entries)


P = Permission
FEW = 14  # entries that are shown without folding
CONTEST_PAGES = tuple(
    f"/competitions/{name}/"
    for name in (
        "events",
        "stages",
        "seats",
        "criteria",
        "judges",
        "conflicts",
        "absences",
        "seats",
        "entries",
        "objections",
        "prizes",
    )
)
INNOVATION_PAGES = tuple(
    f"/competitions/{name}/"
    for name in ("contributors", "consents", "innovation-papers", "innovation-pictures", "showcase")
)
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
            Entry(
                "会员名册",
                "users",
                "workers:worker_list",
                (P.VIEW_ROLL,),
                also=("/training/workers/", "/competitions/workers/"),
            ),
            Entry("待办会籍", "inbox", "workers:matter_list", (P.EDIT_ROLL,), matters.waiting),
            Entry("季度点名", "clipboard-check", "workers:roll_call_list", (P.VIEW_ROLL,)),
            Entry("重复登记核实", "scale", "workers:conflict_list", (P.VIEW_ROLL,)),
            Entry("疑似重复", "copy-check", "workers:duplicate_list", (P.VIEW_ROLL,)),
        ),
    ),
    (
        "职工培训",
        (
            Entry(
                "培训班次",
                "graduation-cap",
                "training:class_list",
                (P.VIEW_TRAINING,),
                also=("/training/enrolments/", "/training/sessions/"),
            ),
            Entry("培训计划", "calendar-range", "training:plan_list", (P.VIEW_TRAINING,)),
            Entry("培训需求", "clipboard-list", "training:survey_list", (P.VIEW_TRAINING,)),
            Entry("承办机构", "landmark", "training:provider_list", (P.VIEW_TRAINING,)),
            Entry("校企合作", "file-pen-line", "training:agreement_list", (P.VIEW_TRAINING,)),
            Entry("实训基地", "school", "training:base_list", (P.VIEW_TRAINING,)),
            Entry(
                "网上课堂",
                "monitor-play",
                "training:course_list",
                (P.VIEW_TRAINING,),
                also=("/training/learners/",),
            ),
            Entry(
                "校外学习",
                "library",
                "training:learning_list",
                (P.VIEW_TRAINING,),
                to_decide(OutsideLearning),
            ),
        ),
    ),
    (
        "技能等级",
        (
            Entry("技能证书", "award", "training:certificate_list", (P.VIEW_TRAINING,)),
            Entry(
                "待核验证书",
                "badge-check",
                "training:certificate_queue",
                (P.DECIDE_TRAINING,),
                to_decide(Certificate, Title),
            ),
            Entry("申报未核验", "badge-alert", "training:declared_list", (P.VIEW_TRAINING,)),
            Entry("技能档案", "file-user", "training:transcript_list", (P.VIEW_TRAINING,)),
            Entry("差一步", "trending-up", "training:next_step_list", (P.VIEW_TRAINING,)),
            Entry("职称", "badge", "training:title_list", (P.VIEW_TRAINING,)),
            Entry("职称贯通", "route", "training:crossover_list", (P.VIEW_TRAINING,)),
            Entry(
                "技能提升补贴",
                "hand-coins",
                "training:claim_list",
                (P.VIEW_TRAINING,),
                to_decide(SubsidyClaim),
            ),
        ),
    ),
    (
        "技能人才",
        (
            Entry("关键岗位", "hard-hat", "training:key_post_list", (P.VIEW_TRAINING,)),
            Entry("师带徒", "handshake", "training:apprenticeship_list", (P.VIEW_TRAINING,)),
            Entry("培养对象", "sprout", "training:candidate_list", (P.VIEW_TRAINING,), to_decide(Candidate)),
            Entry("技能带头人", "medal", "training:leader_list", (P.VIEW_TRAINING,), to_decide(SkillLeader)),
        ),
    ),
    (
        "安全与劳动保护",
        (
            Entry(
                "隐患整改",
                "shield-alert",
                "rights:hazard_list",
                (P.VIEW_SUPERVISION,),
                also=("/rights/inspections/",),
            ),
            Entry(
                "新员工安全培训",
                "construction",
                "training:new_staff_list",
                (P.VIEW_TRAINING,),
                also=("/training/employers/",),
            ),
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
        "竞赛",
        (
            Entry("竞赛", "trophy", "competitions:contest_list", (P.VIEW_CONTESTS,), also=CONTEST_PAGES),
            Entry("参赛人员", "users-round", "competitions:entrant_list", (P.VIEW_CONTESTS,)),
            Entry("竞赛成绩", "medal", "competitions:result_list", (P.VIEW_CONTESTS,), results.waiting),
            Entry(
                "成绩通知",
                "bell",
                "competitions:result_notice_list",
                (P.EDIT_CONTESTS,),
                result_notices_waiting,
            ),
            Entry("奖牌榜", "list-ordered", "competitions:medal_list", (P.VIEW_CONTESTS,)),
            Entry("我的评分", "scale", "competitions:my_home", (P.VIEW_CONTESTS,)),
            Entry("获奖人员", "scroll", "competitions:award_list", (P.VIEW_CONTESTS,)),
            Entry("兑现跟踪", "circle-check-big", "competitions:promise_list", (P.VIEW_CONTESTS,)),
            Entry("奖励政策", "gift", "competitions:entitlement_list", (P.VIEW_CONTESTS,)),
        ),
    ),
    (
        "荣誉与创新",
        (
            Entry(
                "个人荣誉",
                "star",
                "competitions:honour_list",
                (P.VIEW_CONTESTS,),
                also=("/competitions/honour-types/",),
            ),
            Entry("集体荣誉", "flag", "competitions:collective_honour_list", (P.VIEW_CONTESTS,)),
            Entry(
                "待核实荣誉",
                "badge-check",
                "competitions:recognition_queue",
                (P.DECIDE_CONTESTS,),
                honours_waiting,
            ),
            Entry(
                "复核提醒",
                "alarm-clock",
                "competitions:recheck_notice_list",
                (P.EDIT_CONTESTS,),
                rechecks_waiting,
            ),
            Entry("班组", "users", "competitions:team_list", (P.VIEW_CONTESTS,)),
            Entry(
                "工作室",
                "flask-conical",
                "competitions:studio_list",
                (P.VIEW_CONTESTS,),
                also=("/competitions/studio-members/", "/competitions/studio-projects/"),
            ),
            Entry(
                "创新成果",
                "lightbulb",
                "competitions:innovation_list",
                (P.VIEW_CONTESTS,),
                also=INNOVATION_PAGES,
            ),
            Entry(
                "先进操作法",
                "sparkles",
                "competitions:method_list",
                (P.VIEW_CONTESTS,),
                also=("/competitions/promotions/",),
            ),
            Entry("推荐评选", "vote", "competitions:selection_list", (P.VIEW_CONTESTS,)),
            Entry(
                "推荐对象",
                "user-check",
                "competitions:nomination_list",
                (P.VIEW_CONTESTS,),
                also=("/competitions/notice-objections/",),
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
            Entry("活动", "party-popper", "reform:activity_list", (P.VIEW_ACTIVITIES,)),
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
    """Groups with the entries the user may open; the entry whose address leads ``path`` is current. Who has many
    entries sees those of the current group, and the titles of the others."""
    groups, counts = [], {}
    badges = SimpleLazyObject(lambda: badges_of(user, counts))
    for title, entries in NAVIGATION:
        group = Group(title)
        for entry in entries:
            if _is_for(user, entry):
                url, badge = reverse(entry.url_name), ""
                if entry.waiting:
                    counts[url] = entry.waiting
                    badge = SimpleLazyObject(lambda url=url: badges[url])
                line = {"label": entry.label, "icon": entry.icon, "url": url, "leads": (url, *entry.also)}
                group.entries.append(line | {"badge": badge})
        if group.entries:
            groups.append(group)
    _mark_current(groups, path)
    _open(groups)
    return groups


def home_of(user) -> str:
    """Where the brand leads: the first page this user may open."""
    entries = (entry for _, entries in NAVIGATION for entry in entries if _is_for(user, entry))
    first = next(entries, None)
    return reverse(first.url_name if first else "mfa_index")


def place_of(user) -> str:
    """Short name of the union of the user's first post in effect, or nothing."""
    return next((name for _, _, name in posts_of(user)), "")


def _is_for(user, entry: Entry) -> bool:
    return any(user.has_perm(permission) for permission in entry.permissions)


def _mark_current(groups, path: str) -> None:
    entries = [entry for group in groups for entry in group.entries]
    leading = [(len(url), entry) for entry in entries for url in entry["leads"] if _leads(url, path)]
    best = max(leading, key=lambda pair: pair[0], default=(0, None))[1]
    for entry in entries:
        entry["current"] = entry is best


def _open(groups: list[Group]) -> None:
    is_short = sum(len(group.entries) for group in groups) <= FEW
    for group in groups:
        group.is_open = is_short or any(entry["current"] for entry in group.entries)
    if groups and not any(group.is_open for group in groups):
        groups[0].is_open = True


def _leads(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
