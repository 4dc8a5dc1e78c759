from pathlib import Path

import pytest

from scripts.laptop.emulator import Emulator, emulator_environment
from scripts.laptop.place import Place
from scripts.laptop.ports import free_ports, is_free
from scripts.laptop.problem import Problem


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(root=tmp_path / "stack", port=4999)


def test_the_emulator_listens_here_only_enforces_policies_and_keeps_its_data(place: Place) -> None:
    environment = emulator_environment(place)
    wanted = {
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
    }
    assert wanted.items() <= environment.items()


def test_all_that_it_writes_lies_in_the_place(place: Place) -> None:
    environment = emulator_environment(place)
    for name in ("HOME", "TMPDIR", "STATE_DIR", "S3_DATA_DIR"):
        assert Path(environment[name]).is_relative_to(place.root), name


def test_nothing_of_the_users_environment_reaches_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    assert not [name for name in emulator_environment(place) if name.startswith("AWS_") or "PROXY" in name]


def test_a_taken_port_is_told_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.laptop.emulator._LEAVING_S", 0)
    monkeypatch.setattr("scripts.laptop.emulator.is_free", lambda _: False)
    with pytest.raises(Problem, match=r"Port 4999 .* taken.*\n.*\n  make run PORT=5000"):
        Emulator(Place(root=tmp_path, port=4999)).start()


def test_free_ports_are_free_and_different() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3
    assert all(is_free(port) for port in ports)
