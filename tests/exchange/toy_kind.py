"""A kind of file that exists in the tests only: local values of a code table. The desk knows nothing of it."""

import hashlib
import json

from core.access import Permission
from core.exchange import FILL, KNOWN, SKIP, Cleaned, Column, Exchange
from core.models import Code
from core.widgets import CleanedWidget, CountWidget, YesNoWidget

TABLE = "employment_form"
ROWS = """
SELECT r.id, r.number, r."values" -> 'fields' ->> 'code', (r."values" -> 'fields')::text
FROM {rows} r WHERE {of_run} AND r.verdict = ANY(%(verdicts)s) ORDER BY r.number
"""
DECIDED = """
UPDATE {rows} r SET verdict = %(verdict)s, target_id = %(target)s, before = %(before)s::jsonb,
                    problems = r.problems || %(problems)s::jsonb
WHERE {of_run} AND r.id = %(id)s
"""
DONE = (
    "INSERT INTO {effects} (row_id, target_id, outcome, reason) VALUES (%(row)s, %(target)s, 'applied', '')"
)
WRITTEN = """
SELECT e.row_id, e.target_id, r.verdict, r.before::text FROM {effects} e JOIN {rows} r ON r.id = e.row_id
WHERE {of_run} AND e.outcome = 'applied'
"""
OUTCOME = "UPDATE {effects} SET outcome = 'reverted' WHERE row_id = %(row)s"


class ToyExchange(Exchange):
    """Code, name and rank of local values."""

    name = "toys"
    title = "本地代码"
    permission = Permission.EDIT_CODES
    key_column = "code"
    record = Code
    form_title = "本地代码表"
    purpose = "用工形式的本地代码。"
    example = {"code": "（示例）", "label": "某种用工", "rank": "1", "in_use": "是"}

    code_text = Column("code", "代码", CleanedWidget(longest=10), required=True, blank="error")
    label = Column("label", "名称", CleanedWidget(longest=20), required=True, blank="error")
    rank = Column("rank", "次序", CountWidget())
    in_use = Column("in_use", "是否使用", YesNoWidget())

    def finish(self, values, raw, problems):
        code = values.get("code", "")
        key = hashlib.sha256(code.encode()).digest() if code else None
        return Cleaned(key, {"shown": code, "fields": values}, problems)

    def compare(self, staged):
        known = {code.code: code for code in Code.objects.filter(table=TABLE)}
        for row, _, text, fields in staged.fetch(ROWS, verdicts=["new"]):
            verdict, before, problems = self._decided(known.get(text), json.loads(fields))
            staged.execute(
                DECIDED,
                id=row,
                verdict=verdict,
                target=known[text].pk if text in known else None,
                before=json.dumps(before),
                problems=json.dumps(problems),
            )

    def _decided(self, code, fields):
        if code is None:
            return "new", None, []
        if self.rule == SKIP:
            note = {"column": "代码", "value": code.code, "message": KNOWN, "level": "note", "code": "known"}
            return "skipped", None, [note | {"compared": True}]
        stored = {"label": code.name, "rank": code.rank}
        changed = {n: v for n, v in stored.items() if n in fields and fields[n] != v}
        if self.rule == FILL:
            changed = {name: value for name, value in changed.items() if not value}
        return "changed" if changed else "unchanged", {"fields": changed}, []

    def lock(self, staged):
        list(Code.objects.select_for_update().filter(table=TABLE))

    def apply(self, staged):
        for row, _, text, fields in staged.fetch(ROWS, verdicts=["new", "changed"]):
            said = json.loads(fields)
            code = Code.objects.filter(table=TABLE, code=text).first()
            code = code or Code(table=TABLE, code=text, is_local=True)
            code.name, code.rank = said["label"], said.get("rank", code.rank)
            code.save()
            staged.execute(DONE, row=row, target=code.pk)

    def undo(self, staged):
        for row, target, verdict, before in staged.fetch(WRITTEN):
            if verdict == "new":
                Code.objects.filter(pk=target).delete()
            else:
                was = json.loads(before)["fields"]
                names = {"label": "name", "rank": "rank"}
                Code.objects.filter(pk=target).update(**{names[name]: was[name] for name in was})
            staged.execute(OUTCOME, row=row)

    @classmethod
    def records(cls, user):
        return Code.objects.all()
