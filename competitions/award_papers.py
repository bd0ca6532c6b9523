"""The certificate of award (获奖证书) of one person, drawn when it is asked for, with a code to check it by.

The code belongs to the facts as they are: a paper whose facts were corrected since is told from one that still holds.
A revoked award keeps the codes its papers had that day.
Anybody who holds the paper may check it, without an account; the page says no more than the paper, and masks the name.
Of a revoked one it says since when, and nothing else.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from competitions.models import Award, Entrant
from core import pdf

TEMPLATE = "competitions/award_paper.html"
# How many characters each part takes in the size of static/css/print/award.css; beyond that a smaller one, so that the
# longest names that the records allow stay on the one page.
SIZES = {
    "name": ((24, ""), (None, "long")),
    "text": ((84, ""), (190, "long"), (None, "longest")),
    "prize": ((14, ""), (None, "long")),
    "issuer": ((40, ""), (None, "long")),
}


def draw(entrant: Entrant) -> bytes:
    """The certificate as PDF/A; the entrant comes from ``queries.follow.with_award``. Raises core.pdf.PrintError, or
    ImproperlyConfigured for a missing font."""
    contest, award = entrant.event.contest, entrant.entry.award
    code, issuer = code_of(entrant, award), contest.hosts or contest.union.name
    address = reverse("competitions:award_check", args=[entrant.pk, code])
    context = {
        "entrant": entrant,
        "award": award,
        "contest": contest,
        "issuer": issuer,
        "code": code,
        "sizes": _sizes(entrant, issuer),
        "page_url": f"{settings.SITE_URL.rstrip('/')}{address}",
    }
    return pdf.render(TEMPLATE, context, title="获奖证书")


def _sizes(entrant: Entrant, issuer: str) -> dict[str, str]:
    """The class of each part by the length of what it says."""
    entry, event = entrant.entry, entrant.event
    said = {
        "name": entrant.worker.name,
        "text": f"作为{entry.union.name}“{entry.team_name}”成员，在{event.contest.title}（{event.title}）中荣获",
        "prize": entry.award.prize.title,
        "issuer": issuer,
    }
    return {
        part: next(size for most, size in SIZES[part] if most is None or len(text) <= most)
        for part, text in said.items()
    }


def code_of(entrant: Entrant, award: Award) -> str:
    """Twelve characters in three groups that belong to the facts on the certificate as they are now."""
    contest = entrant.event.contest
    facts = (
        *(entrant.pk, entrant.worker.name, entrant.entry.union.name, entrant.entry.team_name),
        *(award.code, award.prize.title, str(award.awarded_on)),
        *(contest.title, contest.hosts, entrant.event.title),
    )
    digest = salted_hmac("competitions.award", repr(facts), algorithm="sha256").hexdigest()
    return "-".join(digest[start : start + 4].upper() for start in (0, 4, 8))


def award_of(entrant: Entrant, code: str) -> Award | None:
    """The award whose certificate has the code: as it reads now, or of a revoked one as it read that day; the entrant
    comes from ``queries.follow.with_award``."""
    awards = list(entrant.entry.revoked_awards.select_related("prize"))
    if hasattr(entrant.entry, "award"):
        awards.append(entrant.entry.award)
    typed = code.upper()
    return next(
        (
            award
            for award in awards
            for known in (code_of(entrant, award), *award.revoked_codes)
            if constant_time_compare(typed, known)
        ),
        None,
    )
