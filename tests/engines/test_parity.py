"""Each engine answers as docs/engines.md says: what tests rest on there, it holds."""

import os

import pytest

from tests.engines import behaviours, parity
from tests.engines.engines import LOCAL, EngineMissing

IS_REQUIRED = os.environ.get("ENGINES") == "required"


@pytest.mark.parametrize("engine", LOCAL)
def test_an_engine_holds_what_the_page_says_of_it(engine: str) -> None:
    try:
        with LOCAL[engine]() as make_lab:
            found = parity.ask(engine, make_lab)
    except EngineMissing as missing:
        if IS_REQUIRED:
            pytest.fail(str(missing))
        pytest.skip(f"NOT TESTED: {missing}")
    print(f"{engine}: {list(found.values()).count('yes')} of {len(found)} behaviours hold")
    assert found == parity.kept()[engine], "if it is right, `make parity` writes the page anew"


def test_what_the_laptop_rests_on_holds_there_without_exception() -> None:
    assert set(parity.kept()["MiniStack"].values()) == {"yes"}


def test_no_behaviour_is_said_twice() -> None:
    words = [words for entries in behaviours.REGISTERED.values() for words, _ in entries]
    assert len(words) == len(set(words))
