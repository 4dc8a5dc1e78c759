import io
import re
from pathlib import Path

import pytest

from scripts.laptop import search
from scripts.laptop.console import Console
from scripts.laptop.place import Place
from scripts.laptop.ports import free_ports
from scripts.laptop.problem import Problem
from scripts.laptop.search import ADDRESS, Search, Wanted, wanted

ROOT = Path(__file__).parents[3]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(root=tmp_path / "stack", port=4999)


def test_without_a_word_tickets_are_searched_in_the_table() -> None:
    assert not Wanted().has_own_node
    assert wanted("table", 9200, {"OPENSEARCH_URL": "http://localhost:9200"}).url is None


def test_a_node_is_started_unless_one_is_named() -> None:
    assert wanted("opensearch", 9201, {}).has_own_node
    named = wanted("opensearch", 9201, {"OPENSEARCH_URL": "https://search.example:9200/"})
    assert (named.has_own_node, named.url) == (False, "https://search.example:9200")


@pytest.mark.parametrize(
    "url", ["search.example", "http://search.example", "https://me:word@search.example", "https://a/b"]
)
def test_an_address_that_the_template_does_not_take_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(Problem, match="OPENSEARCH_URL is not an address") as told:
        wanted("opensearch", 9200, {"OPENSEARCH_URL": url})
    assert "word@" not in str(told.value)


def test_the_template_takes_the_same_addresses() -> None:
    (pattern,) = re.findall(
        r"AllowedPattern: \^\((https://.*)\)\?\$$", (ROOT / "template.yaml").read_text(), re.MULTILINE
    )
    assert pattern.startswith(ADDRESS.pattern)


def test_a_taken_port_is_told_with_both_ways_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "is_free", lambda _: False)
    with pytest.raises(Problem) as told:
        search.check(place, Wanted("opensearch", 9200), Console(io.StringIO()))
    assert "SEARCH_PORT=9201" in str(told.value)
    assert "OPENSEARCH_URL=http://127.0.0.1:9200" in str(told.value)


def test_without_java_it_says_so_before_anything_is_built(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.laptop.search_node.java._candidates", lambda _: iter(()))
    with pytest.raises(Problem, match="OpenSearch needs Java 17 to 23"):
        search.check(place, Wanted("opensearch", free_ports(1)[0]), Console(io.StringIO()))


def test_neither_the_table_nor_one_that_is_named_needs_java(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.laptop.search_node.java._candidates", lambda _: iter(()))
    search.check(place, Wanted(), Console(io.StringIO()))
    search.check(place, Wanted("opensearch", url="http://localhost:9200"), Console(io.StringIO()))


def test_one_that_is_named_and_does_not_answer_is_told_and_used(place: Place) -> None:
    said = io.StringIO()
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    with search.running(place, Wanted("opensearch", url=url), Console(said)) as found:
        assert found == Search(url, None, is_in_step=False)
    assert f"{url} does not answer" in said.getvalue()


def test_an_index_that_nobody_writes_any_more_is_removed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)  # root may keep it elsewhere
    (place.search / "data").mkdir(parents=True)
    place.search_note.touch()
    with search.running(place, Wanted(), Console(io.StringIO())) as found:
        assert found == Search()
    assert not place.search.exists()
    assert not place.search_note.exists()
