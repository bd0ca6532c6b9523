"""A citizen number is one person, whether on an identity card, a temporary card or a household register.

The blind index of such a number was made with the type of the paper; it is now made with that of the identity
card. Where this shows that one number was entered for two people, nothing is changed: the message lists the
records, and somebody must decide (merge them, or strike the number that was a mistake).
"""

from django.db import migrations

from core import crypto
from core.errors import RuleError

PAPERS = ("112", "113")
LISTED = 50


def index_of(doc_type: str, number: str) -> bytes:
    return crypto.blind_index(f"{doc_type}:{number}", purpose="identity")


def fold(apps, schema_editor):
    documents = apps.get_model("workers", "IdentityDocument").objects
    clashes = []
    for paper in documents.filter(doc_type__in=PAPERS).order_by("pk").iterator():
        if len(paper.number) != 18:
            continue
        index = index_of("111", paper.number)
        if bytes(paper.number_index) == index:
            continue
        other = documents.filter(number_index=index).exclude(pk=paper.pk).first()
        if other is None:
            documents.filter(pk=paper.pk).update(number_index=index)
        elif other.worker_id != paper.worker_id:
            clashes.append((paper.worker_id, other.worker_id))
        elif paper.is_current:  # the same person's card of before, and this one in use
            documents.filter(pk=other.pk).delete()
            documents.filter(pk=paper.pk).update(number_index=index)
        else:
            documents.filter(pk=paper.pk).delete()
    if clashes:
        pairs = "、".join(f"{one} 与 {two}" for one, two in clashes[:LISTED])
        raise RuleError(
            f"有 {len(clashes)} 个公民身份号码登记在两名职工名下（职工记录编号：{pairs}）。"
            "请先在升级前的版本中合并记录或更正号码，再运行 migrate；本次没有改动任何数据。"
        )


def unfold(apps, schema_editor):
    documents = apps.get_model("workers", "IdentityDocument").objects
    for paper in documents.filter(doc_type__in=PAPERS).iterator():
        documents.filter(pk=paper.pk).update(number_index=index_of(paper.doc_type, paper.number))


class Migration(migrations.Migration):
    dependencies = [("workers", "0005_roll_call_entries")]

    operations = [migrations.RunPython(fold, unfold)]
