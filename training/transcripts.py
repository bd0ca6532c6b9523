"""The transcript (技能档案) of one person on paper, drawn when it is asked for: certificates, titles, finished classes, and what
was learned outside and online.

Only what the town has verified or approved stands on it. The code belongs to the facts as they were: the card on the person's page
shows the one that holds now, so a paper whose facts have changed since is told from one that still holds.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core import codes, pdf
from training.models import Certificate, Enrolment, Learner, OutsideLearning, Title
from workers.models import Worker

TEMPLATE = "training/transcript.html"


def draw(worker: Worker) -> bytes:
    """The transcript as PDF/A. Raises core.pdf.PrintError, or ImproperlyConfigured for a missing font."""
    document = worker.documents.filter(is_current=True).only("number_tail").first()
    levels = codes.names("skill_level")
    context = {
        "worker": worker,
        "tail": document.number_tail[-2:] if document else "",
        "certificates": [(row, levels.get(row.level, "不分等级")) for row in _certificates(worker)],
        "titles": _titles(worker),
        "classes": _classes(worker),
        "outside": _outside(worker),
        "courses": _courses(worker),
        "code": code_of(worker),
        "today": timezone.localdate(),
        "page_url": f"{settings.SITE_URL.rstrip('/')}{worker.get_absolute_url()}",
    }
    return pdf.render(TEMPLATE, context, title="职工技能档案")


def code_of(worker: Worker) -> str:
    """Twelve characters in three groups that belong to the facts on the transcript as they are now."""
    facts = [("worker", worker.pk, worker.name)]
    facts += _certificates(worker).values_list("pk", "version")
    facts += _titles(worker).values_list("pk", "version")
    facts += _classes(worker).values_list("pk", "result", "completed_on", "attended_hours")
    facts += _outside(worker).values_list("pk", "version")
    facts += _courses(worker).values_list("pk", "completed_on")
    digest = salted_hmac("training.transcript", repr(facts), algorithm="sha256").hexdigest()
    return "-".join(digest[start : start + 4].upper() for start in (0, 4, 8))


def _certificates(worker: Worker):
    return (
        Certificate.objects.filter(worker=worker).valid_on(timezone.localdate()).order_by("issued_on", "pk")
    )


def _titles(worker: Worker):
    return Title.objects.filter(worker=worker).held_on(timezone.localdate()).order_by("issued_on", "pk")


def _classes(worker: Worker):
    done = Enrolment.objects.filter(worker=worker).exclude(completed_on=None)
    return done.select_related("training_class").with_hours().order_by("completed_on", "pk")


def _outside(worker: Worker):
    return OutsideLearning.objects.counting().filter(worker=worker).order_by("completed_on", "pk")


def _courses(worker: Worker):
    done = Learner.objects.completed().filter(worker=worker)
    return done.select_related("course").order_by("completed_on", "pk")
