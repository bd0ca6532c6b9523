"""What the town says of innovations."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from competitions import services
from competitions.forms.innovations import ReturnForm
from competitions.views.innovations import kept_innovation
from core.access import Permission, requires
from unions.forms import attempt


@requires(Permission.DECIDE_CONTESTS)
@require_POST
def innovation_accept(request, pk):
    """Accept it as it was seen (``version``)."""
    innovation = kept_innovation(request.user, pk, Permission.DECIDE_CONTESTS)
    try:
        version = request.POST.get("version", "")
        services.accept_innovation(innovation=innovation, version=version, by=request.user)
        messages.success(request, "评审通过，已计入统计")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(innovation)


@requires(Permission.DECIDE_CONTESTS)
@require_http_methods(["GET", "POST"])
def innovation_return(request, pk):
    """Return it with the reason that its union reads."""
    innovation = kept_innovation(request.user, pk, Permission.DECIDE_CONTESTS)
    form = ReturnForm(request.POST or None, innovation=innovation)
    if attempt(form, services.return_innovation, innovation=innovation, by=request.user):
        messages.success(request, "已退回")
        return redirect(innovation)
    context = {"form": form, "title": "退回", "back": innovation, "submit": "退回"}
    context["hint"] = "登记的工会改正以后，会再次提交评审。"
    return render(request, "unions/action_form.html", context)
