from pathlib import Path

from scripts.laptop.search_node.node import settings


def test_the_node_listens_here_only_and_speaks_to_no_other() -> None:
    stated = settings(Path("/kept"), 9200, 9300)
    assert stated["network.host"] == "127.0.0.1"
    assert (stated["http.port"], stated["transport.port"]) == (9200, 9300)
    assert stated["discovery.type"] == "single-node"


def test_no_index_is_made_by_the_way() -> None:
    assert settings(Path("/kept"), 9200, 9300)["action.auto_create_index"] is False


def test_a_full_disk_does_not_make_it_read_only() -> None:
    assert settings(Path("/kept"), 9200, 9300)["cluster.routing.allocation.disk.threshold_enabled"] is False


def test_all_that_it_writes_lies_in_its_home() -> None:
    stated = settings(Path("/kept"), 9200, 9300)
    assert all(Path(stated[name]).is_relative_to("/kept") for name in ("path.data", "path.logs"))
