"""Nomination selections, their nominations, public notices, and the templates of shares."""

from django.urls import path

from competitions.views import nominations, notices, selections, share_rules

urlpatterns = [
    path("selections/", selections.selection_list, name="selection_list"),
    path("selections/new/", selections.selection_create, name="selection_create"),
    path("selections/<int:pk>/", selections.selection_detail, name="selection_detail"),
    path("selections/<int:pk>/edit/", selections.selection_edit, name="selection_edit"),
    path("selections/<int:pk>/shares/", selections.selection_shares, name="selection_shares"),
    path("selections/<int:pk>/required/", selections.selection_required, name="selection_required"),
    path("selections/<int:pk>/place/", selections.selection_place, name="selection_place"),
    path("selections/<int:pk>/move/", selections.selection_move, name="selection_move"),
    path("selections/<int:pk>/notice/", notices.selection_notice, name="selection_notice"),
    path("selections/<int:pk>/notice/print/", notices.selection_notice_print, name="selection_notice_print"),
    path(
        "selections/<int:pk>/notice/start/", selections.selection_notice_start, name="selection_notice_start"
    ),
    path("selections/<int:pk>/send/", selections.selection_send, name="selection_send"),
    path("selections/<int:pk>/retract/", selections.selection_retract, name="selection_retract"),
    path("selections/<int:pk>/cancel/", selections.selection_cancel, name="selection_cancel"),
    path("selections/<int:pk>/nominate/", nominations.nomination_create, name="nomination_create"),
    path("selections/<int:pk>/submit/", nominations.nomination_submit, name="nomination_submit"),
    path("selections/<int:pk>/decide/", nominations.nomination_decide, name="nomination_decide"),
    path("nominations/", nominations.nomination_list, name="nomination_list"),
    path("nominations/<int:pk>/", nominations.nomination_detail, name="nomination_detail"),
    path("nominations/<int:pk>/edit/", nominations.nomination_edit, name="nomination_edit"),
    path("nominations/<int:pk>/withdraw/", nominations.nomination_withdraw, name="nomination_withdraw"),
    path("nominations/<int:pk>/grant/", notices.nomination_grant, name="nomination_grant"),
    path("nominations/<int:pk>/decline/", notices.nomination_decline, name="nomination_decline"),
    path("nominations/<int:pk>/objections/new/", notices.objection_record, name="notice_objection_record"),
    path("nominations/<int:pk>/papers/", nominations.nomination_paper_create, name="nomination_paper_create"),
    path(
        "nominations/<int:pk>/papers/<int:paper>/",
        nominations.nomination_paper_download,
        name="nomination_paper_download",
    ),
    path(
        "nominations/<int:pk>/papers/<int:paper>/delete/",
        nominations.nomination_paper_delete,
        name="nomination_paper_delete",
    ),
    path("notice-objections/<int:pk>/settle/", notices.objection_settle, name="notice_objection_settle"),
    path("selections/share-rules/", share_rules.share_rule_list, name="share_rule_list"),
    path("selections/share-rules/new/", share_rules.share_rule_create, name="share_rule_create"),
    path("selections/share-rules/<int:pk>/end/", share_rules.share_rule_end, name="share_rule_end"),
    path("selections/share-rules/<int:pk>/remove/", share_rules.share_rule_remove, name="share_rule_remove"),
]
