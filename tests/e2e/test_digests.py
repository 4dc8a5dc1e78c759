"""A bulk action on a deployed stack is told by one mail to each person, however large it is."""

from typing import Any

import httpx
import pytest

from tests.e2e.concurrency.hotel import founded
from tests.e2e.concurrency.stock import Stock, stocked
from tests.e2e.conftest import RunningStack
from tests.e2e.test_chain import all_mails, eventually

COLLEAGUES = ["mem_race_0", "mem_race_1"]


@pytest.fixture(scope="module")
def stock(stack: RunningStack) -> Stock:
    return stocked(founded(stack, "Busy Halls"))


@pytest.mark.parametrize("number", [49, 100, 120], ids=["one transaction", "by marks", "by the worker"])
def test_each_person_gets_one_mail_about_all_of_it(stack: RunningStack, stock: Stock, number: int) -> None:
    wanted = stock.tickets(number)
    headers = {"Authorization": f"Bearer {stock.hotel.key}"}
    with httpx.Client(base_url=stack.api_url, headers=headers, timeout=60) as http:
        # Names of this run alone: the inbox is shared with every other test.
        team = f"team_hall_{number}"
        for person in COLLEAGUES:
            body = {"name": person, "email": f"{person}.{number}@halls.example", "role": "user"}
            http.put(f"/v1/members/{person}", json=body).raise_for_status()
        http.put(f"/v1/teams/{team}", json={"name": "Hall", "lead": COLLEAGUES[0], "members": COLLEAGUES})
        for action, value in (("assign", team), ("status", "resolved")):
            asked = http.post("/v1/tickets/bulk", json={"action": action, "value": value, "ids": wanted})
            path = f"/v1/bulk/{asked.raise_for_status().json()['id']}"

            def state(path: str = path) -> Any:
                return http.get(path).raise_for_status().json()["state"]

            assert eventually(state, lambda found: found == "done") == "done"

    def subjects() -> dict[str, list[str]]:
        mails = [mail for mail in all_mails(stack.mailbox_url) if f".{number}@halls.example" in str(mail["To"])]
        by_person = {person: [mail["Subject"] for mail in mails if person in str(mail["To"])] for person in COLLEAGUES}
        return {person: sorted(found) for person, found in by_person.items()}

    found = eventually(subjects, lambda found: all(len(one) >= 2 for one in found.values()))
    told = [f"{number} tickets assigned to Hall", f"{number} tickets moved to Resolved"]
    assert found == dict.fromkeys(COLLEAGUES, told)
