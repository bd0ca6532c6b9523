"""What was remembered of files of ``union``: a header and a text."""

from exchange.models import ColumnMemory, TextMemory


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    about = {"kind": "workers", "union": cast["union"], "updated_by": cast["users"]["officer"]}
    columns = ColumnMemory.objects.create(
        fingerprint="f" * 64, titles=["员工", "证号"], columns={"0": "name", "1": "number"}, **about
    )
    text = TextMemory.objects.create(
        attribute="education", text="高中毕了业", key="高中毕了业", value="60", **about
    )
    return {"column_memory": columns.pk, "text_memory": text.pk}
