"""How online courses are cleaned and judged: their facts, files, questions, and the time that counts."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from core.characters import refusal
from core.errors import RuleError
from core.text import clean_label, clean_short, clean_text
from training.models import CourseSection, Question

MOST_PER_BEAT = 30  # seconds that one sign of presence can add, however long ago the last one was
COURSE_TABLES = {"kind": "training_kind", "level": "skill_level"}
MOST_TEXT = 20_000
MOST_OPTIONS = 6
TRUE, FALSE = "对", "错"
_PAPERS = (
    (b"%PDF-", CourseSection.Format.PDF),
    (b"\xff\xd8\xff", CourseSection.Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", CourseSection.Format.PNG),
)
_MATROSKA = b"\x1aE\xdf\xa3"


def clean_named(value, *, what: str, longest: int = 100) -> str:
    """A name of at most so many characters. Raises TextError for nothing or too much."""
    name = clean_short(value, longest=longest)
    if not name:
        raise refusal("blank", f"没有填写{what}", "请填写")
    return name


def clean_body(value) -> str:
    """The text of a section with its line breaks. Raises TextError for too much."""
    lines = [clean_text(line) for line in str(value or "").splitlines()]
    text = "\n".join(lines).strip()
    if len(text) > MOST_TEXT:
        raise refusal("too_long", f"正文最多 {MOST_TEXT} 字，现有 {len(text)} 字", "请分成几个章节")
    return text


COURSE_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_named, what="课程名称"),
    "intro": partial(clean_short, longest=500),
    "trade": partial(clean_label, longest=50),
}
SECTION_CLEANERS: dict[str, Callable] = {
    "title": partial(clean_named, what="章节名称"),
    "text": clean_body,
}


def format_of(head: bytes) -> str | None:
    """What a file is by its first bytes (64 at least); None for what a course does not take."""
    if head[4:8] == b"ftyp":
        return CourseSection.Format.MP4
    if head.startswith(_MATROSKA) and b"webm" in head[:64]:
        return CourseSection.Format.WEBM
    return next((form for start, form in _PAPERS if head.startswith(start)), None)


def counted_seconds(last: dt.datetime | None, now: dt.datetime) -> int:
    """What a sign of presence adds to the time learned: whole seconds since the last one, MOST_PER_BEAT at most. Nothing
    without a last one, and nothing for one that arrives out of order; so the sum never exceeds the time on the wall."""
    if last is None:
        return 0
    return max(0, min(int((now - last).total_seconds()), MOST_PER_BEAT))


def checked_options(kind: str, options: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The options of a question (text, right), cleaned. Raises RuleError under ``options`` when they cannot be answered."""
    found = [(clean_short(text, longest=200), right) for text, right in options]
    if kind == Question.Kind.TRUE_FALSE:
        found = [(TRUE, found[0][1] if found else False), (FALSE, found[1][1] if len(found) > 1 else False)]
    found = [(text, right) for text, right in found if text]
    rights = sum(right for _, right in found)
    if len(found) < 2:
        raise RuleError({"options": "请至少填写两个选项"})
    if len({text for text, _ in found}) < len(found):
        raise RuleError({"options": "选项不能相同"})
    if kind == Question.Kind.MULTIPLE and rights < 2:
        raise RuleError({"options": "多选题至少有两个正确选项，请勾选；只有一个的请改为单选题"})
    if kind != Question.Kind.MULTIPLE and rights != 1:
        raise RuleError({"options": f"请勾选一个正确选项，现勾选了 {rights} 个"})
    return found


def mark(right: Mapping[int, set[int]], ticked: Mapping[int, set[int]]) -> int:
    """Out of 100, rounded down: a question counts when exactly its right options are ticked."""
    won = sum(ticked.get(question, set()) == options for question, options in right.items())
    return 100 * won // len(right) if right else 0
