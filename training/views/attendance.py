"""The page on which attendance at a session is ticked, made for a phone in the classroom."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Permission, requires
from core.pages import paginate
from training import services
from training.models import Session

LINES = 500  # people on one screen


@requires(Permission.EDIT_TRAINING)
@never_cache
@require_http_methods(["GET", "POST"])
def attendance_edit(request, pk):
    """Tick who is there. Only what was changed since the page was loaded is sent on, so that two people may tick
    at once; it can be saved as often as wanted."""
    found = Session.objects.editable_by(request.user).select_related("training_class__union")
    session = get_object_or_404(found, pk=pk)
    if request.method == "POST":
        _save(request, session)
        return redirect(request.get_full_path())
    rows = session.training_class.enrolments.enrolled().select_related("worker", "union")
    rows = rows.defer("worker__phone", "worker__phone_index").order_by("worker__pinyin", "pk")
    page = paginate(request, rows, LINES, filled=("worker__pinyin",))
    ticked = set(session.attendances.values_list("enrolment", flat=True))
    here = [row.pk for row in page if row.pk in ticked]
    noted = session.attendances.filter(enrolment__in=here).select_related("noted_by")
    notes = {note.enrolment_id: note for note in noted}
    context = {
        "session": session,
        "training_class": session.training_class,
        "lines": [(row, notes.get(row.pk)) for row in page],
        "page": page,
        "total": session.training_class.enrolments.enrolled().count(),
        "ticked": ticked,
        "was": ",".join(map(str, here)),
        "elsewhere": len(ticked) - len(here),
    }
    return render(request, "training/attendance_edit.html", context)


def _save(request, session: Session) -> None:
    was, now = _keys(request, "was"), _keys(request, "present")
    try:
        new, gone = services.note_attendance(
            session=session, came=now - was, missed=was - now, by=request.user
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return
    total = session.attendances.count()
    changed = f"（新登记 {new} 人，取消 {gone} 人）" if new or gone else "（没有改动）"
    messages.success(request, f"已保存，到课 {total} 人{changed}")


def _keys(request, name: str) -> set[int]:
    texts = ",".join(request.POST.getlist(name)).split(",")
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 18}
