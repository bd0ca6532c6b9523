"""Subsidies: claims, what may be claimed for, sums, and the rules."""

from django.urls import path

from training.views import subsidies, subsidy_claims, subsidy_rules

urlpatterns = [
    path("subsidies/", subsidies.claim_list, name="claim_list"),
    path("subsidies/claimable/", subsidies.claimable_list, name="claimable_list"),
    path("subsidies/summary/", subsidies.subsidy_summary, name="subsidy_summary"),
    path("subsidies/new/", subsidy_claims.claim_create, name="claim_create"),
    path("subsidies/settle/<slug:act>/", subsidy_claims.claim_settle, name="claim_settle"),
    path("subsidies/<int:pk>/", subsidies.claim_detail, name="claim_detail"),
    path("subsidies/<int:pk>/withdraw/", subsidy_claims.claim_withdraw, name="claim_withdraw"),
    path("subsidies/<int:pk>/unpay/", subsidy_claims.claim_unpay, name="claim_unpay"),
    path("certificates/<int:pk>/subsidy/", subsidies.certificate_subsidy, name="certificate_subsidy"),
    path("subsidies/rules/", subsidy_rules.subsidy_rules, name="subsidy_rules"),
    path("subsidies/rules/<slug:kind>/new/", subsidy_rules.subsidy_rule_create, name="subsidy_rule_create"),
    path(
        "subsidies/rules/<slug:kind>/<int:pk>/end/", subsidy_rules.subsidy_rule_end, name="subsidy_rule_end"
    ),
    path(
        "subsidies/rules/<slug:kind>/<int:pk>/remove/",
        subsidy_rules.subsidy_rule_remove,
        name="subsidy_rule_remove",
    ),
]
