import pytest

from launch.console import Step, run_steps
from launch.stamps import drop_stamp, fingerprint, is_stamped, stamping, write_stamp


def test_fingerprint_follows_names_and_contents(tmp_path):
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "a.css").write_text("red")
    first = fingerprint([folder, "text"])
    assert fingerprint([folder, "text"]) == first
    (folder / "a.css").write_text("blue")
    second = fingerprint([folder, "text"])
    assert second != first
    (folder / "a.css").rename(folder / "b.css")
    assert fingerprint([folder, "text"]) != second


def test_fingerprint_keeps_parts_apart():
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])


def test_fingerprint_ignores_compiled_python(tmp_path):
    (tmp_path / "a.py").write_text("")
    before = fingerprint([tmp_path])
    (tmp_path / "a.pyc").write_bytes(b"\0")
    assert fingerprint([tmp_path]) == before


def test_stamp_counts_only_for_the_same_inputs(tmp_path):
    stamp = tmp_path / "folder" / "step"
    assert not is_stamped(stamp, "x")
    write_stamp(stamp, "x")
    assert is_stamped(stamp, "x")
    assert not is_stamped(stamp, "y")
    drop_stamp(stamp)
    assert not is_stamped(stamp, "x")


def test_an_unreadable_stamp_means_not_done(tmp_path):
    (tmp_path / "step").write_bytes(b"\xff\xfe")
    assert not is_stamped(tmp_path / "step", "x")


def test_a_file_that_arrives_during_the_work_is_not_counted_as_done(tmp_path):
    stamp, source = tmp_path / "step", tmp_path / "source.py"
    source.write_text("old")
    with stamping(stamp, fingerprint([source])):
        assert not stamp.exists()
        source.write_text("new")
    assert stamp.exists()
    assert not is_stamped(stamp, fingerprint([source]))


def test_failed_work_leaves_no_stamp(tmp_path):
    stamp = tmp_path / "step"
    write_stamp(stamp, "x")
    with pytest.raises(ZeroDivisionError), stamping(stamp, "x"):
        raise ZeroDivisionError
    assert not stamp.exists()


def test_only_steps_that_are_due_run_and_are_counted(capsys):
    done = []
    steps = [
        Step("one", lambda: True, lambda note: done.append("one")),
        Step("two", lambda: False, lambda note: done.append("two")),
        Step("three", lambda: True, lambda note: done.append("three")),
    ]
    assert run_steps(steps) == 2
    assert done == ["one", "three"]
    output = capsys.readouterr().out
    assert "[1/2] one" in output
    assert "[2/2] three" in output
    assert "two" not in output
