"""What the desk remembers is forgotten when a person says so."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from exchange.models import ColumnMemory, TextMemory
from unions.scoping import require_editable


@transaction.atomic
def forget_columns(*, memory: ColumnMemory, by: User) -> None:
    """Later files with this header are guessed again; runs that used it stay as they are."""
    require_editable(memory, by)
    audit.record(by, "exchange.columns_forgotten", memory, union_id=memory.union_id, kind=memory.kind)
    memory.delete()


@transaction.atomic
def forget_text(*, memory: TextMemory, by: User) -> None:
    """The text is unknown again in later files."""
    require_editable(memory, by)
    audit.record(
        by,
        "exchange.text_forgotten",
        memory,
        union_id=memory.union_id,
        kind=memory.kind,
        column=memory.attribute,
    )
    memory.delete()
