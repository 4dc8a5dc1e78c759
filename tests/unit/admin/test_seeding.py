"""Where demonstration data may go."""

import pytest

from scripts.admin.problem import Problem
from scripts.admin.seeding import check_allowed


def test_never_into_production_whatever_is_said() -> None:
    with pytest.raises(Problem, match="production"):
        check_allowed("production", is_confirmed=True)


def test_into_staging_only_when_it_is_confirmed() -> None:
    with pytest.raises(Problem, match="--yes"):
        check_allowed("staging", is_confirmed=False)
    check_allowed("staging", is_confirmed=True)


def test_onto_the_laptop_at_once() -> None:
    check_allowed("local", is_confirmed=False)
