"""The update template of the kind ``employments``: the main job of each person of the roll's page."""

from dataclasses import replace

from core.form_layouts import FormLayout, Head
from core.listing import Column
from workers.employment_resources import EmploymentExchange
from workers.form_listings import FORM, FURTHER, WorkerUpdateListing
from workers.listings import ON_PAGE

KIND = EmploymentExchange.columns()
KNOWN = {column.key: column for column in (*FORM, *FURTHER)}
END = Column(
    "end",
    KIND["end"].column_name,
    lambda row, names: "",
    width=KIND["end"].width,
    reads=("pk",),
    attribute="end",
)
UPDATE = FormLayout(
    title="{town}职工就业信息更新表",
    heads=tuple(
        Head(
            name,
            f"{column.column_name}\n（{column.hint}）" if column.hint else column.column_name,
            column.width,
        )
        for name, column in KIND.items()
    ),
    numbering=6,
    heights=(32, 28, 46, 18),
)


class EmploymentUpdateListing(WorkerUpdateListing):
    """People of the roll's page who have a job, with its facts; an end typed in means that they have left."""

    name = "employment_update"
    title = "就业信息更新表"
    form = UPDATE
    kind = "employments"
    columns = tuple(
        replace(KNOWN[name], fixed=ON_PAGE) if name == "name" else KNOWN.get(name, END) for name in KIND
    )

    def filtered(self, user, query):
        """As the page of the roll shows them; people without a job have no row."""
        return super().filtered(user, query).exclude(employer=None)
