"""创新成果展示: what everybody reads without an account. Each request asks anew what may be shown, so that a consent
that was withdrawn works at once; nothing is cached."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from competitions.queries.showcase import names_of, pictures_of, showcase_settings, shown
from competitions.views.innovation_files import picture_response
from core import codes
from core.access import public

SIZE = 12
NO_INDEX = "noindex, nofollow"


@public
@never_cache
@require_safe
def showcase_list(request):
    """What is on show, the newest first."""
    page = Paginator(shown(), SIZE).get_page(request.GET.get("page"))
    cards = [{"row": row, "pictures": pictures_of(row)[:1]} for row in page]
    return _page(request, "showcase/list.html", {"page": page, "cards": cards})


@public
@never_cache
@require_safe
def showcase_innovation(request, pk):
    """One innovation; what is not on show is not found, like what never was."""
    row = get_object_or_404(shown(), pk=pk)
    context = {
        "row": row,
        "innovation": row.innovation,
        "names": names_of(row),
        "pictures": pictures_of(row),
        "levels": codes.names("innovation_level"),
    }
    return _page(request, "showcase/innovation.html", context)


@public
@never_cache
@require_safe
def showcase_picture(request, pk, position):
    """A picture by its place (from 1), as far as the author's consent covers pictures; ``?small`` is its thumbnail."""
    pictures = pictures_of(get_object_or_404(shown(), pk=pk))
    if not 1 <= position <= len(pictures):
        raise Http404
    picture = pictures[position - 1]
    response = picture_response((picture.thumbnail if "small" in request.GET else picture.file).name)
    response["X-Robots-Tag"] = "noindex"
    return response


def _page(request, template: str, context: dict):
    kept = showcase_settings()
    context |= {"kept": kept, "robots": "" if kept.is_indexed else NO_INDEX}
    response = render(request, template, context)
    if context["robots"]:
        response["X-Robots-Tag"] = NO_INDEX
    return response
