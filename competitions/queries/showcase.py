"""What everybody reads of innovations. Nothing here needs an account, so nothing here tells more than the consents."""

from django.db.models import Prefetch

from competitions.models import Consent, Contributor, Innovation, InnovationPicture, Publication, Showcase


def showcase_settings() -> Showcase:
    """How the page is kept; what it is before anybody has changed it when there is no row."""
    return Showcase.objects.filter(pk=Showcase.ONLY).first() or Showcase(pk=Showcase.ONLY, version=0)


def shown():
    """Publications that everybody may see now, the newest first, with innovation and unit."""
    rows = Publication.objects.on_show().select_related("innovation__union", "innovation__employer")
    named = Consent.objects.in_force().filter(shows_name=True, contributor__worker__anonymised_on=None)
    people = Contributor.objects.filter(pk__in=named.values("contributor")).select_related("worker")
    people = people.defer("worker__phone", "worker__phone_index").order_by("role", "pk")
    first = InnovationPicture.objects.order_by("pk")
    return rows.prefetch_related(
        Prefetch("innovation__contributors", queryset=people, to_attr="named"),
        Prefetch("innovation__pictures", queryset=first, to_attr="every_picture"),
    ).order_by("-published_at", "-pk")


def pictures_of(publication: Publication) -> list[InnovationPicture]:
    """The pictures that the author's consent covers; needs a row of ``shown``."""
    return publication.innovation.every_picture if publication.with_pictures else []


def names_of(publication: Publication) -> list[tuple[str, str]]:
    """(part, name) of those who agreed to be named; needs a row of ``shown``."""
    words = publication.innovation.words
    return [
        (words.lead if row.role == Contributor.Role.LEAD else words.members, row.worker.name)
        for row in publication.innovation.named
    ]


def state_on_show(innovation: Innovation) -> str:
    """Whether everybody can see it, in words for its own union."""
    publication = Publication.objects.filter(innovation=innovation)
    if publication.on_show().exists():
        return "公开展示中"
    return "已发布，因同意书失效暂停展示" if publication.exists() else "没有公开展示"
