"""One race through the gateway, where every concurrent request gets a process of its own."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.e2e.conftest import RunningStack

HOTEL = "Lakeside Hotels"
CHAT = "chat_lakeside_0001"


def test_of_four_people_who_change_the_same_ticket_over_http_one_wins_and_three_are_told(stack: RunningStack) -> None:
    key = stack.organisations[HOTEL]["keys"]["user"]
    with httpx.Client(base_url=stack.api_url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
        created = http.post("/v1/tickets", json={"chat_id": CHAT, "issue": "maintenance"})
        path, seen = f"/v1/tickets/{created.json()['id']}", {"If-Match": created.headers["etag"]}

        def change(priority: str) -> httpx.Response:
            return http.patch(path, json={"priority": priority, "remark": priority}, headers=seen)

        with ThreadPoolExecutor(4) as people:
            answers = list(people.map(change, ["low", "high", "low", "high"]))
        print([answer.status_code for answer in answers])
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
        (won,) = [answer for answer in answers if answer.status_code == 200]
        assert http.get(path).json() == won.json()
        assert {one.json()["current_version"] for one in answers if one.status_code == 412} == {2}
