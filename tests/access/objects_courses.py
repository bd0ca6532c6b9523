"""A draft of ``union`` with a file and a question, and a published course in which the worker learns."""

from django.core.files.base import ContentFile

from tests.training.teaching import draft, learning, published
from training.services.course_parts import put_file


def make(cast) -> dict[str, int]:
    """Keys by the names of the matrix."""
    officer, union = cast["users"]["officer"], cast["union"]
    course = draft(union, officer, title="试验草稿课程")
    section = course.sections.first()
    put_file(section=section, file=ContentFile(b"\x89PNG\r\n\x1a\n a drawing"), by=officer)
    learner, _ = learning(published(union, officer, title="试验课程"), cast["worker"], officer)
    return {
        "course": course.pk,
        "course_section": section.pk,
        "question": course.questions.first().pk,
        "learner": learner.pk,
    }
