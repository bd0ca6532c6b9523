"""House rules that a machine can see: sizes, inline code, forbidden words, templates in use."""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _tracked(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


PYTHON = [path for path in _tracked("*.py") if "migrations" not in path.parts]
TEMPLATES = _tracked("templates/*.html", "templates/**/*.html")


def _name(path) -> str:
    return str(path.relative_to(ROOT))


def _is_ours_to_measure(path) -> bool:
    return "tests" not in path.relative_to(ROOT).parts


def test_files_have_at_most_400_lines():
    long = [_name(path) for path in PYTHON if path.read_text(encoding="utf-8").count("\n") > 400]
    assert long == []


def test_functions_have_at_most_40_lines():
    long = [
        (_name(path), node.name, node.end_lineno - node.lineno + 1)
        for path in PYTHON
        if _is_ours_to_measure(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40
    ]
    assert long == []


def test_public_functions_say_what_they_promise():
    silent = [
        (_name(path), node.name)
        for path in PYTHON
        if _is_ours_to_measure(path) and path.name not in ("manage.py", "apps.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if _is_public(node) and not ast.get_docstring(node)
    ]
    assert silent == []


def _is_public(node) -> bool:
    if isinstance(node, ast.ClassDef):
        plain = node.name.endswith(("QuerySet", "Meta", "Config", "Form")) or node.name in (
            "Command",
            "Error",
        )
        return not plain and not node.name.startswith("_")
    return isinstance(node, ast.FunctionDef) and not node.name.startswith("_")


def test_no_module_is_called_utils_or_helpers():
    assert [path for path in PYTHON if path.stem in ("utils", "helpers", "misc", "common")] == []


def test_templates_hold_no_inline_code():
    found = []
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        inline = re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"))[^>]*>", text)
        inline += re.findall(r"\son\w+=\"|javascript:|hx-on", text)
        if "pdf" not in path.parts:  # printed: no policy of a browser applies
            inline += re.findall(r"<style|\sstyle=\"", text)
        found += [(_name(path), piece) for piece in inline]
    assert found == []


def _template_names_in_code():
    sources = [p.read_text(encoding="utf-8") for p in (*PYTHON, *TEMPLATES)]
    return set(re.findall(r"[\"']([\w/.-]+\.(?:html|txt|css))[\"']", "\n".join(sources)))


def test_every_template_is_used():
    used = _template_names_in_code()
    # Django and allauth look these up by name.
    named_elsewhere = re.compile(
        r"^(40[034]|403_csrf|500|429)\.html$|^(account|mfa|usersessions|allauth|django|socialaccount)/"
    )
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
    assert [name for name in names if name not in used and not named_elsewhere.match(name)] == []


def test_no_check_is_silenced_and_nothing_is_left_for_later():
    marks = re.compile("|".join(["# no" + "qa", "TO" + "DO", "FIX" + "ME", "x" + "fail", r"mark\.sk" + "ip"]))
    texts = {path: path.read_text(encoding="utf-8") for path in (*PYTHON, *TEMPLATES)}
    assert [_name(path) for path, text in texts.items() if marks.search(text)] == []


def test_people_named_in_the_source_plan_appear_nowhere():
    # Stored as code points so that this file does not name them either.
    named = ["8521 56fd 680b", "502a 6cfd 5e73", "5415 6587 5efa", "67ef 5c0f 7434",
             "5434 5fd7 826f", "6768 4e50 575a", "5f20 961c 8363", "90b5 7acb 5ba3"]  # fmt: skip
    people = ["".join(chr(int(code, 16)) for code in name.split()) for name in named]
    texts = [p for p in _tracked() if p.suffix in (".py", ".html", ".csv", ".md", ".js", ".json", ".yml")]
    assert [str(p) for p in texts for name in people if name in p.read_text(encoding="utf-8")] == []
