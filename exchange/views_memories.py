"""What the desk remembers of earlier files: listed, filtered, deleted."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.access import Permission, requires
from core.exchange import kinds
from core.pages import paginate
from exchange import memories, services
from exchange.models import ColumnMemory, TextMemory
from unions.models import Union

TABS = {"columns": ColumnMemory, "texts": TextMemory}


@requires(Permission.IMPORT_FILES)
@require_safe
def memory_list(request):
    """Remembered columns or texts in the user's reach, the newest first."""
    what = request.GET.get("what", "columns")
    what = what if what in TABS else "columns"
    found = TABS[what].objects.visible_to(request.user).select_related("union", "updated_by")
    kind, union = request.GET.get("kind", ""), request.GET.get("union", "")
    unions = Union.objects.filter(pk__in=found.values("union")).order_by("name")
    if kind in kinds():
        found = found.filter(kind=kind)
    if union == "town":
        found = found.filter(union=None)
    elif union.isascii() and union.isdigit():
        found = found.filter(union=union[:18])
    page = paginate(request, found.order_by("-pk"))
    context = {
        "what": what,
        "page": page,
        "lines": memories.LINES[what](page.items, by=request.user),
        "kinds": [(name, found.title) for name, found in kinds().items()],
        "kind": kind,
        "unions": [(str(pk), name) for pk, name in unions.values_list("pk", "name")],
        "union": union,
    }
    return render(request, "exchange/memory_list.html", context)


@requires(Permission.IMPORT_FILES)
@require_POST
def column_memory_delete(request, pk):
    """Forget the columns of a header."""
    memory = get_object_or_404(ColumnMemory.objects.editable_by(request.user), pk=pk)
    services.forget_columns(memory=memory, by=request.user)
    messages.success(request, "已删除。以后同样表头的文件重新自动识别。")
    return redirect("exchange:memory_list")


@requires(Permission.IMPORT_FILES)
@require_POST
def text_memory_delete(request, pk):
    """Forget what a text means."""
    memory = get_object_or_404(TextMemory.objects.editable_by(request.user), pk=pk)
    services.forget_text(memory=memory, by=request.user)
    messages.success(request, f"已删除。以后“{memory.text}”重新作为未识别的写法列出。")
    return redirect(f"{reverse('exchange:memory_list')}?what=texts")
