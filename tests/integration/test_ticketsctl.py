"""The command line against moto: what it stores, prints and refuses."""

import json
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from scripts import ticketsctl
from scripts.admin import seeding
from scripts.demonstration import organisations, well_known
from tests.fakes.quick_moto import quick_tables
from tests.fakes.tables import create_table
from tests.integration import half_done
from ticketing.domain.api_key import matches, parse
from ticketing.domain.directory import Plan, Role
from ticketing.domain.mail import digest
from ticketing.domain.principal import SCOPES_OF_ROLE
from ticketing.store import api_keys, clients, items, keys, suppressions
from ticketing.store.cached_reads import CachedReads
from ticketing.store.table import Table

STACK = "tickets-test"
TABLE = "tickets"
PEPPER = "c2VjcmV0"
CHATS = keys.chat_key("", "").pk.rstrip("#")
CREATE = (
    *("organisation", "create", "--name", "Harbour Hotel", "--plan", "paid"),
    *("--owner-name", "Ana Souza", "--owner-email", "ana@harbour.example"),
)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    def word_after(self, label: str) -> str:
        line = next(line for line in self.out.splitlines() if line.startswith(label))
        return line.removeprefix(label).strip()


type Run = Callable[..., Said]


@pytest.fixture
def table() -> Iterator[Table]:
    with mock_aws(), quick_tables():
        create_table(clients.dynamodb(), TABLE)
        deploy(STACK, "local")
        yield Table(clients.dynamodb(), TABLE)


def deploy(stack_name: str, environment: str) -> None:
    """A stack with our outputs; its one resource is only there because a stack must have one."""
    secret = clients.make("secretsmanager").create_secret(
        Name=stack_name, SecretString=json.dumps({"current": PEPPER, "previous": "b2xk"})
    )
    outputs = {"TableName": TABLE, "SigningSecretId": secret["ARN"], "ApiUrl": "https://api.example/live"}
    template = {
        "Parameters": {"Environment": {"Type": "String"}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    parameters = [{"ParameterKey": "Environment", "ParameterValue": environment}]
    clients.make("cloudformation").create_stack(
        StackName=stack_name, TemplateBody=json.dumps(template), Parameters=parameters
    )


@pytest.fixture
def run(table: Table, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str, stack: str = STACK) -> Said:
        code = ticketsctl.main(["--stack", stack, *arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same two organisations with fewer tickets: moto needs a minute for all of them."""
    few = tuple(replace(blueprint, chats=8, tickets=12) for blueprint in organisations.BLUEPRINTS)
    monkeypatch.setattr(seeding, "BLUEPRINTS", few)


def by_key() -> dict[tuple[str, str], dict[str, Any]]:
    """Everything that the table holds."""
    pages = clients.dynamodb().get_paginator("scan").paginate(TableName=TABLE)
    return {(item["pk"]["S"], item["sk"]["S"]): dict(item) for page in pages for item in page["Items"]}


def stored_tickets(table: Table, organisation_id: str) -> int:
    page = table.query_index(
        keys.BY_CREATED,
        hash_name=keys.ORGANISATION,
        hash_value=organisation_id,
        range_name=keys.LISTED_AT,
        before=None,
        limit=100,
    )
    return len(page.items)


@pytest.mark.usefixtures("small")
def test_seed_stores_it_all_and_a_second_seed_touches_nothing(run: Run, table: Table, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    first = run("seed", "--keys-to", str(file))
    assert first.code == 0
    assert "Lakeside Hotels: 12 of 12 tickets" in first.out
    assert stored_tickets(table, well_known.LAKESIDE) + stored_tickets(table, well_known.NORTHWIND) == 24
    before, written = by_key(), file.read_text()
    second = run("seed", "--keys-to", str(file))
    assert second.code == 0
    assert "nothing was touched" in second.out
    assert by_key() == before
    assert file.read_text() == written


@pytest.mark.usefixtures("small")
def test_the_key_file_is_the_owners_alone_and_its_keys_work(run: Run, table: Table, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    run("seed", "--keys-to", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    document = json.loads(file.read_text())
    assert {name: entry["id"] for name, entry in document.items()} == {
        "Lakeside Hotels": well_known.LAKESIDE,
        "Northwind Software": well_known.NORTHWIND,
    }
    assert list(tmp_path.iterdir()) == [file]
    for entry in document.values():
        for role in Role:
            presented = parse(entry["keys"][role])
            assert presented is not None
            key = api_keys.find(CachedReads(table), presented.id)
            assert key is not None
            assert matches(presented.secret, key.secret_hash, [PEPPER.encode()])
            assert (key.organisation_id, key.role, key.scopes) == (entry["id"], role, SCOPES_OF_ROLE[role])
            assert key.member_id == f"mem_{entry['id'].removeprefix('org_')}_{role}"


@pytest.mark.usefixtures("small")
def test_lost_keys_are_made_anew_and_nothing_else(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    run("seed")
    before = by_key()
    assert run("seed", "--keys-to", str(file)).code == 0
    assert file.exists()
    after = by_key()
    assert before.items() <= after.items()
    assert len(after) - len(before) == 2 * 2 * len(Role)  # a key and the organisation's pointer to it


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("stop_after", [1, 2, 3, 5, 8])
def test_an_interrupted_seed_is_completed_by_the_next(
    run: Run, monkeypatch: pytest.MonkeyPatch, stop_after: int
) -> None:
    monkeypatch.setattr(seeding, "_TICKETS_A_LINE", 5)
    said: list[str] = []

    def interrupt(line: str) -> None:
        said.append(line)
        if len(said) == stop_after:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ticketsctl, "_say", interrupt)
        assert run("seed").code == 1
    begun = by_key()
    assert run("seed").code == 0
    whole = by_key()
    changed = {key for key, item in begun.items() if whole[key] != item}
    assert changed <= {keys.counter_key(well_known.LAKESIDE), keys.counter_key(well_known.NORTHWIND)}
    assert len([sk for pk, sk in whole if pk.startswith(CHATS) and "#tkt_" in sk]) == 24


@pytest.mark.usefixtures("small")
def test_keys_of_an_earlier_stack_do_not_survive_a_new_seed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text("{}")
    run("seed", "--keys-to", str(file))
    assert json.loads(file.read_text()).keys() == {"Lakeside Hotels", "Northwind Software"}


def test_seed_is_refused_before_anything_is_stored_if_the_keys_have_no_place(run: Run, tmp_path: Path) -> None:
    said = run("seed", "--keys-to", str(tmp_path / "missing" / "keys.json"))
    assert said.code == 1
    assert "cannot be written" in said.err
    assert by_key() == {}


@pytest.mark.usefixtures("small")
def test_seed_keeps_away_from_production_and_asks_on_staging(run: Run) -> None:
    deploy("production", "production")
    deploy("staging", "staging")
    assert run("seed", "--yes", stack="production").code == 1
    assert run("seed", stack="staging").code == 1
    assert by_key() == {}
    assert run("seed", "--yes", stack="staging").code == 0


def test_a_new_organisation_has_an_owner_whose_key_works(run: Run, table: Table) -> None:
    said = run(*CREATE)
    assert said.code == 0
    assert "shown this once" in said.out
    organisation_id, owner_id = said.word_after("Organisation"), said.word_after("Owner")
    owner = items.member_from(table.get(keys.member_key(organisation_id, owner_id)) or {})
    assert (owner.name, owner.email, owner.role) == ("Ana Souza", "ana@harbour.example", Role.OWNER)
    presented = parse(said.word_after("Key  "))
    assert presented is not None
    assert presented.id == said.word_after("Key id")
    key = api_keys.find(CachedReads(table), presented.id)
    assert key is not None
    assert (key.member_id, key.scopes) == (owner_id, SCOPES_OF_ROLE[Role.OWNER])
    assert organisation_id in run("organisation", "list").out


def test_the_plan_changes_in_both_places_that_tell_it(run: Run, table: Table) -> None:
    organisation_id = run(*CREATE).word_after("Organisation")
    assert run("organisation", "set-plan", organisation_id, "unpaid").code == 0
    for key in (keys.organisation_key(organisation_id), keys.organisation_entry_key(organisation_id)):
        assert items.organisation_from(table.get(key) or {}).plan is Plan.UNPAID


def test_a_key_can_be_narrow_and_can_be_revoked_once(run: Run, table: Table) -> None:
    organisation_id = run(*CREATE).word_after("Organisation")
    create = ("key", "create", "--organisation", organisation_id, "--name", "export", "--role", "user")
    key_id = run(*create, "--scope", "tickets:read", "--expires", "90").word_after("Key id")
    key = api_keys.find(CachedReads(table), key_id)
    assert key is not None
    assert key.expires_at is not None
    assert (key.member_id, len(key.scopes), (key.expires_at - key.created_at).days) == (None, 1, 90)
    assert run("key", "revoke", key_id).code == 0
    revoked = api_keys.find(CachedReads(table), key_id)
    assert revoked is not None
    assert not revoked.is_live(key.created_at)
    assert run("key", "revoke", key_id).code == 1


def test_a_key_never_goes_above_its_role_or_its_member(run: Run) -> None:
    created = run(*CREATE)
    organisation_id, owner = created.word_after("Organisation"), created.word_after("Owner")
    create = ("key", "create", "--organisation", organisation_id, "--name", "n")
    assert "may not hold admin" in run(*create, "--role", "user", "--scope", "admin").err
    assert "not an active member" in run(*create, "--role", "user", "--member", "mem_nobody").err
    assert run(*create, "--role", "admin", "--member", owner).code == 0


@pytest.mark.usefixtures("small")
def test_a_users_key_is_never_an_admins(run: Run) -> None:
    run("seed")
    said = run(
        *("key", "create", "--organisation", well_known.LAKESIDE, "--name", "n"),
        *("--role", "admin", "--member", well_known.LAKESIDE_USER),
    )
    assert "cannot have the role admin" in said.err


@pytest.mark.usefixtures("small")
def test_show_ticket_tells_it_all_to_a_person_and_to_a_machine(run: Run) -> None:
    run("seed")
    readable = run("show", "ticket", well_known.LAKESIDE_TICKET)
    assert readable.code == 0
    assert f"Ticket {well_known.LAKESIDE_TICKET} · #1 · org_lakeside" in readable.out
    assert "Zoé Lefèvre" in readable.out
    assert "no link" not in readable.out
    shown = json.loads(run("show", "ticket", well_known.LAKESIDE_TICKET, "--json").out)
    assert shown["ticket"]["version"] == len(shown["events"])
    assert shown["ticket"]["remark_count"] == len(shown["remarks"])
    assert shown["chat"]["id"] == well_known.LAKESIDE_CHAT
    assert shown["chat_link"] is not None
    assert shown["mails"] == []


@pytest.mark.usefixtures("small")
def test_show_ticket_tells_who_was_mailed(run: Run, table: Table) -> None:
    run("seed")
    mail = {keys.ORGANISATION: "org_lakeside", "state": "sent", "attempt": 1, "at": "2026-01-01T00:00:00.000Z"}
    table.put_all([(keys.mail_key(well_known.LAKESIDE_TICKET, 1, "mem_ana"), mail)])
    assert "v1  mem_ana: sent, attempt 1" in run("show", "ticket", well_known.LAKESIDE_TICKET).out


@pytest.mark.usefixtures("small")
def test_an_address_that_bounced_is_shown_and_mailed_again_by_a_command(run: Run, table: Table) -> None:
    run("seed")
    of = (well_known.LAKESIDE, "Zoe@Guest.example")
    at = datetime(2026, 3, 1, 22, 10, tzinfo=UTC)
    table.write(suppressions.added(well_known.LAKESIDE, digest(well_known.LAKESIDE, of[1]), "bounced", at))
    assert (
        "Zoe@guest.example is mailed no more: it bounced at 2026-03-01T22:10:00.000Z" in run("show", "address", *of).out
    )
    assert run("unsuppress", *of).code == 0
    assert "Zoe@guest.example is mailed\n" in run("show", "address", *of).out
    again = run("unsuppress", *of)
    assert (again.code, "org_lakeside suppresses no mail to Zoe@guest.example" in again.err) == (1, True)


@pytest.mark.usefixtures("small")
def test_no_address_is_unsuppressed_for_an_organisation_that_there_is_not(run: Run) -> None:
    assert "There is no organisation org_none" in run("unsuppress", "org_none", "zoe@guest.example").err
    with pytest.raises(SystemExit):
        run("unsuppress", well_known.LAKESIDE, "no address")


@pytest.mark.usefixtures("small")
def test_show_chat_lists_its_tickets(run: Run) -> None:
    run("seed")
    said = run("show", "chat", well_known.LAKESIDE, well_known.LAKESIDE_CHAT)
    assert "Zoé Lefèvre" in said.out
    assert well_known.LAKESIDE_TICKET in said.out
    assert json.loads(run("show", "chat", well_known.LAKESIDE, well_known.LAKESIDE_CHAT, "--json").out)["is_alive"]


@pytest.mark.usefixtures("small")
def test_show_bulk_tells_how_far_it_is_and_what_it_still_marks(run: Run, table: Table) -> None:
    run("seed")
    bulk = half_done.prepare_at(table, well_known.LAKESIDE, well_known.LAKESIDE_TICKET)
    said = run("show", "bulk", bulk.id).out
    assert f"Bulk action {bulk.id} · priority · {well_known.LAKESIDE} · preparing" in said
    assert well_known.LAKESIDE_TICKET in said.partition("Still marked")[2]
    shown = json.loads(run("show", "bulk", bulk.id, "--json").out)
    assert (shown["marked"], shown["blockers"]) == ([well_known.LAKESIDE_TICKET], [])
    assert "There is no bulk action blk_none" in run("show", "bulk", "blk_none").err


@pytest.mark.usefixtures("small")
def test_no_guest_gives_orders_to_the_operators_terminal(run: Run, table: Table) -> None:
    run("seed")
    key = keys.chat_key(well_known.LAKESIDE, well_known.LAKESIDE_CHAT)
    chat = table.get(key)
    assert chat is not None
    name = "Zoé \x1b[2J\x9b1A\r\u202e👩‍🔧"
    table.put_all([(key, {**chat, "guest": {**chat["guest"], "name": name}})])
    for arguments in (("chat", well_known.LAKESIDE, well_known.LAKESIDE_CHAT), ("ticket", well_known.LAKESIDE_TICKET)):
        assert r"Zoé \u001b[2J\u009b1A\r\u202e👩‍🔧" in run("show", *arguments).out
        told = run("show", *arguments, "--json").out
        assert not set("\x1b\x9b\r\u202e") & set(told)
        assert json.loads(told)["chat"]["guest"]["name"] == name


@pytest.mark.usefixtures("small")
def test_show_organisation_never_shows_a_secret(run: Run, tmp_path: Path) -> None:
    run("seed", "--keys-to", str(tmp_path / "keys.json"))
    said = run("show", "organisation", well_known.LAKESIDE)
    assert "Alice Martin  user, inactive" in said.out
    assert "without a workflow" in said.out
    assert "demonstration-owner" in said.out
    machine = run("show", "organisation", well_known.LAKESIDE, "--json").out
    assert len(json.loads(machine)["api_keys"]) == 3
    assert "secret_hash" not in machine


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "ticket", "tkt_aaaaaaaaaaaaaaaa"), "no ticket tkt_aaaaaaaaaaaaaaaa"),
        (("show", "chat", "org_x", "chat_x"), "no chat chat_x"),
        (("show", "organisation", "org_x"), "no organisation org_x"),
        (("organisation", "set-plan", "org_x", "paid"), "no organisation org_x"),
        (("key", "create", "--organisation", "org_x", "--name", "n", "--role", "user"), "no organisation org_x"),
        (("key", "revoke", "aaaaaaaaaaaaaaaa"), "no key aaaaaaaaaaaaaaaa"),
    ],
)
def test_a_wrong_id_is_said_in_one_line(run: Run, arguments: Sequence[str], said: str) -> None:
    answer = run(*arguments)
    assert (answer.code, answer.out) == (1, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_an_unknown_stack_is_said_in_one_line(run: Run) -> None:
    answer = run("organisation", "list", stack="nowhere")
    assert answer.code == 1
    assert answer.err.startswith("ticketsctl: There is no stack nowhere at AWS")


def test_a_stack_that_is_not_ours_is_said_in_one_line(run: Run) -> None:
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    clients.make("cloudformation").create_stack(StackName="other", TemplateBody=json.dumps(template))
    assert "has no Environment" in run("organisation", "list", stack="other").err


@pytest.mark.parametrize(
    "arguments",
    [
        ("organisation", "create", "--name", "x", "--plan", "paid", "--owner-name", "n", "--owner-email", "no address"),
        ("key", "create", "--organisation", "o", "--name", "two\nlines", "--role", "user"),
        ("key", "create", "--organisation", "o", "--name", "n", "--role", "user", "--expires", "0"),
        ("organisation", "set-plan", "org_x", "free"),
    ],
)
def test_nonsense_is_refused_before_the_stack_is_looked_for(run: Run, arguments: Sequence[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2
