"""The plain Django admin over the roll, to compare with. Only the benchmark's own process ever serves it.

Default settings but for the columns, search fields and filters, which are those of the portal's list. The one
addition is the row scope: without it an officer's list would be another list.
"""

from django.contrib.admin import AdminSite, ModelAdmin
from django.urls import include, path

from workers.models import DuplicatePair, Membership, Worker


class OpenSite(AdminSite):
    """Everybody who is signed in may do everything."""

    def has_permission(self, request):
        """Rights are not what is measured."""
        return True


class OpenAdmin(ModelAdmin):
    """As Django makes it, with the portal's scope."""

    def get_queryset(self, request):
        """Rows in the user's reach."""
        return super().get_queryset(request) & self.model.objects.visible_to(request.user)

    def has_view_permission(self, request, obj=None):
        """As above."""
        return True

    has_change_permission = has_add_permission = has_delete_permission = has_view_permission

    def has_module_permission(self, request):
        """As above."""
        return True


class WorkerAdmin(OpenAdmin):
    """The roll's list."""

    list_display = (
        *("name", "sex", "document", "phone_tail", "standing", "member_since", "skill_level", "education"),
        *("union", "employer"),
    )
    search_fields = (
        *("name", "pinyin", "initials", "phone_tail", "documents__number_tail", "employments__staff_number"),
        *("union__name", "employer__name"),
    )
    list_filter = (
        *("standing", "sex", "education", "skill_level", "political", "ethnicity", "employment_status"),
        *("household_type", "is_migrant", "is_key_post", "is_industrial", "union", "employer"),
    )

    def document(self, worker):
        """The tail of the number in use."""
        return worker.documents.defer("number").filter(is_current=True).first()


class MembershipAdmin(OpenAdmin):
    """Spells, the nearest thing to an as-at list."""

    list_display = ("worker", "union", "start", "end", "status")


class DuplicateAdmin(OpenAdmin):
    """Pairs of records."""

    list_display = ("low", "high", "state", "found_at")
    list_filter = ("state",)


site = OpenSite()
site.register(Worker, WorkerAdmin)
site.register(Membership, MembershipAdmin)
site.register(DuplicatePair, DuplicateAdmin)

urlpatterns = [path("admin/", site.urls), path("", include("nanyue_portal.urls"))]
