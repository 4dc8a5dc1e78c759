from pathlib import Path

from scripts.laptop.fingerprint import of_files


def project(folder: Path) -> Path:
    (folder / "functions" / "notifier").mkdir(parents=True)
    (folder / "functions" / "notifier" / "app.py").write_text("handler = None\n")
    (folder / "template.yaml").write_text("Resources: {}\n")
    return folder


def name(folder: Path, *texts: str) -> str:
    return of_files(folder, ["template.yaml", "functions"], *texts)


def test_equal_sources_have_equal_names_wherever_they_lie(tmp_path: Path) -> None:
    assert name(project(tmp_path / "a")) == name(project(tmp_path / "b"))


def test_a_changed_new_or_renamed_file_changes_the_name(tmp_path: Path) -> None:
    root = project(tmp_path)
    names = [name(root)]
    (root / "functions" / "notifier" / "app.py").write_text("handler = 1\n")
    names.append(name(root))
    (root / "functions" / "notifier" / "rules.py").write_text("")
    names.append(name(root))
    (root / "functions" / "notifier" / "rules.py").rename(root / "functions" / "rules.py")
    names.append(name(root))
    names.append(name(root, "another processor"))
    assert len(set(names)) == len(names)


def test_byte_code_and_editors_leftovers_do_not_count(tmp_path: Path) -> None:
    root = project(tmp_path)
    before = name(root)
    (root / "functions" / "__pycache__").mkdir()
    (root / "functions" / "__pycache__" / "app.pyc").write_bytes(b"\0")
    (root / "functions" / ".app.py.swp").write_bytes(b"\0")
    assert name(root) == before
