"""What a file of the roll may speak about: the unions its uploader writes to inside the file's union, and their firms."""

from core.access import Permission
from core.exchange import Exchange
from unions.models import FEDERATIONS, Employer, Union
from unions.naming import employer_key


class FileScope:
    """Unions and firms in reach, where the members of a firm are kept, and the firm of rows that name none."""

    def __init__(self, kind: Exchange):
        self.union = kind.union
        unions = Union.objects.within_reach(kind.by, Permission.EDIT_ROLL)
        if kind.union:
            unions = unions.within(kind.union)
        self.unions = {union.pk: union for union in unions}
        firms = Employer.objects.inside(self.unions).values_list("name_key", "pk", "union_id", "closed_on")
        self.firms = {key: (pk, union) for key, pk, union, _ in firms}
        self.closed = {pk: closed_on for _, pk, _, closed_on in firms if closed_on}
        self.homes = {pk: self._home(union) for pk, union in self.firms.values()}
        widget = kind.column("employer").widget
        widget.firms = self.firms
        if kind.union:
            widget.where = f"“{kind.union.name}”"

    def _home(self, union_id: int) -> int | None:
        """Where members of a firm are kept: its union, or the federation that holds people without a union."""
        for union in (self.unions[union_id], self.union):
            if union and (union.org_type not in FEDERATIONS or union.is_holding):
                return union.pk
        return None

    def default_firm(self, kind: Exchange) -> int | None:
        """The firm of rows that name none: the one in the 填表单位 line, else the union's only one."""
        stated = kind.facts.get("filled_by", "")
        if stated and (firm := self.firms.get(employer_key(stated))):
            return firm[0]
        known = [self.union.name, self.union.short_name] if self.union else []
        if stated and employer_key(stated) not in map(employer_key, filter(None, known)):
            where = f"“{self.union.name}”" if self.union else "本次导入的范围"
            kind.notices.append(f"表头的填表单位“{stated[:40]}”不在{where}内，请确认没有选错工会或文件")
            return None
        own = [pk for pk, union in self.firms.values() if self.union and union == self.union.pk]
        return own[0] if len(own) == 1 else None
