"""Whom a page offers to tick: people of a union and those below it, or of a pasted column of names and numbers.

Names and numbers come by POST, so that none stands in an address.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404

from accounts.models import User
from core.forms import show_refusal
from unions.models import Union
from workers.models import IdentityDocument, Worker
from workers.pasting import find_pasted

OFFERED = 200  # people a page offers at once


@dataclass
class Picked:
    """The people offered, and the pasted lines that found nobody."""

    people: list[Worker] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    has_more: bool = False


def people_within(union: Union, by: User, permission: str):
    """People on the roll of the union and those below it whom the permission lets the user reach, by name, with
    union, firm and the document in use (``current_documents``)."""
    people = Worker.objects.within_reach(by, permission).on_roll()
    people = people.filter(anonymised_on=None, union__path__startswith=union.path)
    documents = IdentityDocument.objects.filter(is_current=True).defer("number", "number_index")
    current = Prefetch("documents", queryset=documents, to_attr="current_documents")
    people = people.select_related("union", "employer").defer("phone", "phone_index")
    return people.prefetch_related(current).order_by("pinyin", "pk")


def pick(form, people, by: User) -> Picked:
    """Those of the people whom the form (union, text) asks for; a refusal stands on the form."""
    if not form.is_valid():
        return _offer(people, [])
    union, text = form.cleaned_data["union"], form.cleaned_data["text"]
    if union is not None:
        people = people.filter(union__path__startswith=union.path)
    if not text.strip():
        return _offer(people, [])
    try:
        answers = find_pasted(text, by=by)
    except ValidationError as error:
        show_refusal(form, error)
        return Picked()
    keys = [key for answer in (*answers.found, *answers.ambiguous) for key in answer.keys]
    return _offer(people.filter(pk__in=keys), answers.missing)


def ticked(request, name: str = "worker") -> list[int]:
    """The keys of the people ticked, in their order; what is no key is left out."""
    texts = request.POST.getlist(name)
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 18]


def _offer(people, missing: list[str]) -> Picked:
    found = list(people[: OFFERED + 1])
    return Picked(found[:OFFERED], missing, len(found) > OFFERED)


def person_kept(user: User, pk: int, permission: str) -> Worker:
    """Somebody whose records the permission lets the user keep; 404 for anybody else."""
    reach = Worker.objects.within_reach(user, permission).filter(anonymised_on=None)
    return get_object_or_404(reach.defer("phone", "phone_index"), pk=pk)
