"""Pages of teams and studios: lists, one of them, members and yearly projects."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from competitions.forms.honours import DissolveForm, JoinForm, LeaveForm, ProjectForm, StudioForm, TeamForm
from competitions.listings.honours import StudioListing, TeamListing
from competitions.models import CollectiveHonour, Studio, StudioMember, StudioProject, Team
from competitions.queries.studios import projects_asked
from competitions.services import studios, teams
from competitions.views.recognised import detail_of, found_to_edit
from core import codes
from core.access import Permission, requires
from core.forms import attempt, show_refusal
from core.idempotency import once
from unions.forms import only_one
from unions.list_pages import list_page
from unions.models import Union
from workers.forms.finding import FindForm
from workers.models import Worker
from workers.picking import OFFERED, people_within, pick, ticked


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def team_list(request):
    """Teams of the unions in reach with their titles."""
    may = request.user.has_perm(Permission.EDIT_CONTESTS)
    return list_page(request, TeamListing(), "competitions/team_list.html", always=("name",), can_edit=may)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def team_detail(request, pk):
    """One team with its honours."""
    found = Team.objects.visible_to(request.user).select_related("union", "employer", "leader")
    team = get_object_or_404(found.defer("leader__phone", "leader__phone_index"), pk=pk)
    keeps = Team.objects.editable_by(request.user).filter(pk=pk).exists()
    context = {
        "team": team,
        "honours": CollectiveHonour.objects.visible_to(request.user).filter(team=team),
        "types": codes.names("honour_type"),
        "levels": codes.names("base_level"),
        "can_edit": keeps and not team.dissolved_on,
        "opens_leader": _opens(request.user, team.leader_id),
    }
    return render(request, "competitions/team_detail.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def team_create(request):
    """Register a team."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_CONTESTS)
    form = TeamForm(request.POST or None, by=request.user, unions=unions, initial={"union": only_one(unions)})
    if team := attempt(form, teams.enter_team, by=request.user):
        messages.success(request, "已登记班组")
        return redirect(team)
    return _form(request, form, "登记班组", "team_list")


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def team_edit(request, pk):
    """Correct a team."""
    team = _team(request.user, pk)
    form = TeamForm(request.POST or None, by=request.user, team=team)
    if attempt(form, teams.edit_team, team=team, by=request.user):
        messages.success(request, "已保存")
        return redirect(team)
    return _form(request, form, "修改班组", "team_list", back=team)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def team_dissolve(request, pk):
    """The team is no more."""
    team = _team(request.user, pk)
    form = DissolveForm(request.POST or None, team=team)
    if attempt(form, teams.dissolve_team, team=team, by=request.user):
        messages.success(request, "已登记撤销")
        return redirect(team)
    context = {"form": form, "title": "撤销班组", "back": team, "submit": "撤销"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def studio_list(request):
    """Studios of the unions in reach with this year's approved projects."""
    may = request.user.has_perm(Permission.EDIT_CONTESTS)
    more = {"can_edit": may, "asked": projects_asked(timezone.localdate())}
    return list_page(request, StudioListing(), "competitions/studio_list.html", always=("title",), **more)


@requires(Permission.VIEW_CONTESTS)
@never_cache
@require_safe
def studio_detail(request, pk):
    """One studio: members, and projects by year against what a year asks."""
    context = detail_of(request.user, "studio", pk)
    return render(request, "competitions/studio_detail.html", context)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def studio_create(request):
    """Record a studio as it was recognised."""
    unions = Union.objects.within_reach(request.user, Permission.EDIT_CONTESTS)
    initial = {"union": only_one(unions), "year": timezone.localdate().year}
    form = StudioForm(request.POST or None, by=request.user, unions=unions, initial=initial)
    if studio := attempt(form, studios.enter_studio, by=request.user):
        messages.success(request, "已登记工作室，待镇总工会核实。请登记成员和年度项目")
        return redirect(studio)
    return _form(request, form, "登记工作室", "studio_list", hint="请对照认定文件填写。")


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def studio_edit(request, pk):
    """Correct the facts; the town decides anew."""
    studio = found_to_edit(request.user, "studio", pk)
    form = StudioForm(request.POST or None, by=request.user, row=studio)
    if attempt(form, studios.edit_studio, studio=studio, by=request.user):
        messages.success(request, "已保存")
        return redirect(studio)
    hint = "已核实的修改后，要再核实一次。"
    return _form(request, form, "修改工作室", "studio_list", back=studio, hint=hint)


@requires(Permission.EDIT_CONTESTS)
@never_cache
@require_http_methods(["GET", "POST"])
@once
def studio_join(request, pk):
    """Tick people and take them into the studio. They are looked for by POST."""
    studio = found_to_edit(request.user, "studio", pk)
    finding = request.method == "POST" and request.POST.get("action") == "find"
    joining = request.method == "POST" and not finding
    unions = Union.objects.within_reach(request.user, Permission.EDIT_CONTESTS)
    form = FindForm(request.POST if finding else None, unions=unions.within(studio.union))
    join = JoinForm(request.POST if joining else None)
    if joining and join.is_valid() and _join(request, studio, join):
        return redirect(studio)
    inside = studio.members.filter(left_on=None).values("worker")
    people = people_within(studio.union, request.user, Permission.EDIT_CONTESTS)
    context = {
        "studio": studio,
        "form": form,
        "join": join,
        "picked": pick(form, people.exclude(pk__in=inside).exclude(pk=studio.leader_id), request.user),
        "offered": OFFERED,
        "ticked": set(ticked(request)),
    }
    return render(request, "competitions/studio_join.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def studio_leave(request, pk):
    """Somebody leaves the studio."""
    found = StudioMember.objects.editable_by(request.user).select_related("studio__union", "worker")
    member = get_object_or_404(found.defer("worker__phone", "worker__phone_index"), pk=pk)
    form = LeaveForm(request.POST or None)
    if attempt(form, studios.end_member, member=member, by=request.user):
        messages.success(request, "已登记退出")
        return redirect(member.studio)
    context = {
        "form": form,
        "title": f"退出：{member.worker.name}",
        "back": member.studio,
        "submit": "登记退出",
    }
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
@once
def studio_project_create(request, pk):
    """Record a project of a year."""
    studio = found_to_edit(request.user, "studio", pk)
    form = ProjectForm(request.POST or None, initial={"year": timezone.localdate().year})
    if attempt(form, studios.add_project, studio=studio, by=request.user):
        messages.success(request, "已登记项目")
        return redirect(studio)
    context = {"form": form, "title": "登记年度项目", "back": studio, "submit": "保存"}
    return render(request, "unions/action_form.html", context)


@requires(Permission.EDIT_CONTESTS)
@require_http_methods(["GET", "POST"])
def studio_project_edit(request, pk):
    """Correct a project or take it a step further."""
    found = StudioProject.objects.editable_by(request.user).select_related("studio__union")
    project = get_object_or_404(found, pk=pk)
    form = ProjectForm(request.POST or None, instance=project)
    if attempt(form, studios.edit_project, project=project, by=request.user):
        messages.success(request, "已保存")
        return redirect(project.studio)
    context = {"form": form, "title": "修改年度项目", "back": project.studio, "submit": "保存"}
    return render(request, "unions/action_form.html", context)


def _team(user, pk: int) -> Team:
    found = Team.objects.editable_by(user).select_related("union", "leader")
    return get_object_or_404(found.defer("leader__phone", "leader__phone_index"), pk=pk)


def _opens(user, worker_id: int | None) -> bool:
    return worker_id is not None and Worker.objects.visible_to(user).filter(pk=worker_id).exists()


def _join(request, studio: Studio, join: JoinForm) -> bool:
    try:
        done = studios.add_members(
            studio=studio, workers=ticked(request), by=request.user, **join.cleaned_data
        )
    except ValidationError as error:
        show_refusal(join, error)
        return False
    messages.success(request, f"已登记 {done} 名成员")
    return True


def _form(request, form, title: str, list_of: str, *, back=None, hint: str = ""):
    context = {"form": form, "title": title, "hint": hint, "back": back, "worker": None, "submit": "保存"}
    return render(request, "competitions/honour_form.html", context | {"list_url": f"competitions:{list_of}"})
