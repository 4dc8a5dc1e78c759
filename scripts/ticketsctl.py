"""The administrator's command line: organisations, keys, demonstration data, failed batches, search, a look around.

It calls the services of a stack with the caller's own AWS credentials, never the API.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from scripts.admin import key_file, keys, organisations, redrive, search_index, seeding, show, show_text, stack, values
from scripts.admin.connection import LAPTOP_ENDPOINT, LAPTOP_STACK, Connection
from scripts.admin.keys import NewKey
from scripts.admin.organisations import NewOrganisation
from scripts.admin.problem import Problem, explain
from scripts.admin.redrive import Redrive
from scripts.admin.search_index import Searched
from scripts.admin.stack import Stack
from ticketing.domain.directory import Plan, Role
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.principal import Scope
from ticketing.errors import TicketingError
from ticketing.store import suppressions

_EXAMPLES: Final = f"""\
examples:
  python -m scripts.ticketsctl seed --keys-to .local/keys.json
  python -m scripts.ticketsctl show ticket tkt_dynfx4vjmdz7acst
  python -m scripts.ticketsctl --stack lodgestory-tickets-staging \\
      organisation create --name "Harbour Hotel" --plan paid \\
      --owner-name "Ana Souza" --owner-email ana@harbour.example
  python -m scripts.ticketsctl --stack lodgestory-tickets-staging \\
      key create --organisation org_… --name channel-manager \\
      --role user --scope tickets:read --expires 90
  python -m scripts.ticketsctl --stack lodgestory-tickets-staging \\
      redrive --function notifier --dry-run

Without --stack it is the laptop's: {LAPTOP_STACK}
at {LAPTOP_ENDPOINT}, started by `make run`. Other stacks are found in AWS
by the credentials and region of the environment, as with every AWS tool.
"""
_SHOWN_ONCE: Final = "The key is shown this once; only its hash is stored."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 if it did what was asked."""
    parsed = _parser().parse_args(arguments)
    connection = Connection.choose(parsed.stack, parsed.endpoint_url, parsed.region, os.environ)
    try:
        parsed.run(stack.find(parsed.stack, connection), parsed)
    except Problem as problem:
        return _fail(str(problem))
    except TicketingError as error:
        return _fail(error.detail)
    except (BotoCoreError, ClientError) as error:
        return _fail(explain(error, connection.where))
    except KeyboardInterrupt:
        return _fail(
            "Stopped. Every command can be repeated; `seed`, `reindex` and `redrive` complete what they began."
        )
    return 0


def _create_organisation(found: Stack, parsed: argparse.Namespace) -> None:
    now = _now()
    new = NewOrganisation(parsed.name, parsed.plan, parsed.owner_name, parsed.owner_email)
    organisation, owner = organisations.create(found.table, new, now)
    print(f"Organisation  {organisation.id}\nOwner         {owner.id}")
    if found.environment != "local":  # the laptop prints its own address: the one of the stack does not resolve there
        print(f"API           {found.api_url}")
    _print_key(keys.store(found, NewKey(organisation.id, "owner", Role.OWNER, member_id=owner.id), now))


def _list_organisations(found: Stack, _: argparse.Namespace) -> None:
    for organisation in organisations.everyone(found.table):
        print(f"{organisation.id}  {organisation.plan:<6}  {organisation.name}")


def _set_plan(found: Stack, parsed: argparse.Namespace) -> None:
    organisations.set_plan(found.table, parsed.id, parsed.plan)
    print(f"{parsed.id} is on the plan {parsed.plan}; every function knows it within 60 seconds.")


def _create_key(found: Stack, parsed: argparse.Namespace) -> None:
    now = _now()
    expires_at = now + timedelta(days=parsed.expires) if parsed.expires else None
    new = NewKey(parsed.organisation, parsed.name, parsed.role, parsed.member, parsed.scope, expires_at)
    _print_key(keys.create(found, new, now))


def _revoke_key(found: Stack, parsed: argparse.Namespace) -> None:
    keys.revoke(found, parsed.id, _now())
    print(f"{parsed.id} is revoked; it stops working everywhere within 60 seconds.")


def _show(found: Stack, parsed: argparse.Namespace) -> None:
    if parsed.what == "ticket":
        shown, lines = show.ticket(found.table, parsed.id), show_text.ticket
    elif parsed.what == "chat":
        shown, lines = show.chat(found.table, parsed.organisation, parsed.id), show_text.chat
    elif parsed.what == "bulk":
        shown, lines = show.bulk(found.table, parsed.id), show_text.bulk
    elif parsed.what == "address":
        shown, lines = show.address(found.table, parsed.organisation, parsed.id), show_text.address
    else:
        shown, lines = show.organisation(found.table, parsed.id), show_text.organisation
    told = json.dumps(shown, indent=2, ensure_ascii=False) if parsed.json else "\n".join(lines(shown))
    print(show_text.harmless(told))


def _unsuppress(found: Stack, parsed: argparse.Namespace) -> None:
    organisations.get(found.table, parsed.organisation)
    if not suppressions.lift(found.table, parsed.organisation, parsed.address):
        raise Problem(f"{parsed.organisation} suppresses no mail to {parsed.address}.")
    print(
        f"{parsed.organisation} mails {parsed.address} again from now on; what was not sent meanwhile is not made up."
    )


def _seed(found: Stack, parsed: argparse.Namespace) -> None:
    seeding.check_allowed(found.environment, is_confirmed=parsed.yes)
    file: Path | None = parsed.keys_to
    if file is not None:
        key_file.check_place(file)
    now = _now()
    missing = seeding.missing(found.table)
    if missing and file is not None:
        file.unlink(missing_ok=True)  # keys of an earlier stack: if this run is cut off, the next makes new ones
    for blueprint in missing:
        seeding.store(found.table, blueprint, now, _say)
    if not missing:
        _say("The demonstration organisations are there; nothing was touched.")
    if file is None:
        _say("No keys were made: give --keys-to FILE for them.")
    elif file.exists():
        _say(f"{file} is left as it is.")
    else:
        key_file.write(file, key_file.make(found, now))
        _say(f"New keys for owner, admin and user of each organisation: {file}")


def _redrive(found: Stack, parsed: argparse.Namespace) -> None:
    work = Redrive.of(found, lambda line: _say(show_text.harmless(line)))
    batches = work.find(parsed.function, parsed.since)
    if not batches:
        _say("No failed batches wait.")
        return
    for line in redrive.summary(batches, _now()):
        _say(show_text.harmless(line))
    records = redrive.counted(sum(one.records for one in batches))
    waiting = f"{redrive.counted(len(batches), 'failed batch', 'failed batches')}, {records}"
    if parsed.dry_run:
        _say(f"{waiting}. Nothing was done.")
        return
    if not redrive.confirmed(f"Redrive {waiting}?", is_confirmed=parsed.yes, ask=input):
        raise Problem("Nothing was done.")
    left = work.run(batches, is_kept=parsed.keep)
    _say(f"Done: {len(batches) - left} of {len(batches)}.")
    if left:
        raise Problem(f"Of {waiting}, {left} stayed in the bucket. The functions' logs say why.")


def _reindex(found: Stack, parsed: argparse.Namespace) -> None:
    search_index.rebuild(
        Searched.of(found), _now, _say, goes_back=parsed.rollback, despite_refused=parsed.despite_refused
    )


def _drift_check(found: Stack, _: argparse.Namespace) -> None:
    differ = search_index.check(Searched.of(found), _say)
    if differ:
        raise Problem(f"{redrive.counted(differ, 'ticket', 'tickets')} differ: `make reindex` builds the index anew.")


def _print_key(made: keys.MadeKey) -> None:
    print(f"Key id        {made.id}\nKey           {made.text}\n\n{_SHOWN_ONCE}")


def _say(line: str) -> None:
    print(line, flush=True)


def _fail(message: str) -> int:
    print(f"ticketsctl: {message}", file=sys.stderr)
    return 1


def _now() -> datetime:
    return to_milliseconds(datetime.now(UTC))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.ticketsctl",
        description="Administer a Lodgestory Tickets stack, on AWS or on this computer.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stack", default=LAPTOP_STACK, metavar="NAME", help="CloudFormation stack (%(default)s)")
    parser.add_argument("--endpoint-url", metavar="URL", help="an emulator instead of AWS; also AWS_ENDPOINT_URL")
    parser.add_argument("--region", help="AWS region; also AWS_REGION or the profile's")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_organisation(commands.add_parser("organisation", help="create, list, set-plan"))
    _add_key(commands.add_parser("key", help="create, revoke"))
    _add_show(commands.add_parser("show", help="what the table holds: ticket, chat, organisation, bulk, address"))
    _add_unsuppress(commands.add_parser("unsuppress", help="mail an address again that bounced or complained"))
    _add_seed(commands.add_parser("seed", help="demonstration data: 2 organisations, 300 chats, 1,000 tickets"))
    _add_redrive(commands.add_parser("redrive", help="give the stream's failed batches to their functions again"))
    _add_reindex(commands.add_parser("reindex", help="build the search index anew, beside the one that is searched"))
    _add_drift_check(commands.add_parser("drift-check", help="compare the search index with the table"))
    return parser


def _add_organisation(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    create = commands.add_parser("create", help="an organisation with its first owner and their key")
    create.add_argument("--name", required=True, type=values.name)
    create.add_argument("--plan", required=True, type=Plan, choices=list(Plan))
    create.add_argument("--owner-name", required=True, type=values.name)
    create.add_argument("--owner-email", required=True, type=values.email)
    create.set_defaults(run=_create_organisation)
    commands.add_parser("list", help="all organisations, by id").set_defaults(run=_list_organisations)
    set_plan = commands.add_parser("set-plan", help="tickets are part of every paid plan")
    set_plan.add_argument("id", metavar="ORGANISATION")
    set_plan.add_argument("plan", type=Plan, choices=list(Plan))
    set_plan.set_defaults(run=_set_plan)


def _add_key(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    create = commands.add_parser("create", help="an API key, shown once")
    create.add_argument("--organisation", required=True, metavar="ID")
    create.add_argument("--name", required=True, type=values.key_name, help="what history calls it if it has no member")
    create.add_argument("--role", required=True, type=Role, choices=list(Role))
    create.add_argument("--member", metavar="ID", help="the member that it acts as")
    create.add_argument(
        "--scope", action="append", default=[], type=Scope, choices=list(Scope), help="repeatable; all of the role"
    )
    create.add_argument("--expires", type=values.days, metavar="DAYS", help="never, if not given")
    create.set_defaults(run=_create_key)
    revoke = commands.add_parser("revoke", help="end a key's life")
    revoke.add_argument("id", metavar="KEY_ID", help="16 letters and digits, the third part of a key")
    revoke.set_defaults(run=_revoke_key)


def _add_show(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    ticket = commands.add_parser("ticket", help="fields, chat, history, remarks, mails")
    ticket.add_argument("id", metavar="TICKET")
    chat = commands.add_parser("chat", help="guest and tickets")
    chat.add_argument("organisation", metavar="ORGANISATION")
    chat.add_argument("id", metavar="CHAT")
    organisation = commands.add_parser("organisation", help="members, teams, channels, keys")
    organisation.add_argument("id", metavar="ORGANISATION")
    bulk = commands.add_parser("bulk", help="how far a bulk action is, what blocks it, which tickets it still marks")
    bulk.add_argument("id", metavar="BULK")
    address = commands.add_parser("address", help="whether an organisation mails an address, and if not, why")
    address.add_argument("organisation", metavar="ORGANISATION")
    address.add_argument("id", metavar="ADDRESS", type=values.address)
    for command in (ticket, chat, organisation, bulk, address):
        command.add_argument("--json", action="store_true", help="the items as they are stored")
        command.set_defaults(run=_show)


def _add_unsuppress(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "End the suppression of an address for one organisation. Only when its mailbox was mended, or when whoever "
        "complained asks for it: what bounces again counts against the whole account."
    )
    parser.add_argument("organisation", metavar="ORGANISATION")
    parser.add_argument("address", metavar="ADDRESS", type=values.address)
    parser.set_defaults(run=_unsuppress)


def _add_seed(parser: argparse.ArgumentParser) -> None:
    parser.description = "Store the demonstration data. Repeatable: what is there is never touched, half is completed."
    parser.add_argument("--keys-to", type=Path, metavar="FILE", help="make keys and write them here (mode 600)")
    parser.add_argument("--yes", action="store_true", help="also on staging; production is always refused")
    parser.set_defaults(run=_seed)


def _add_redrive(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Give failed batches to the functions that gave them up. Repeatable: nobody is mailed twice, and an object is "
        "removed only when all of its records were taken."
    )
    parser.add_argument("--function", choices=list(redrive.FUNCTIONS), help="of this one alone")
    parser.add_argument("--since", type=values.day, metavar="DATE", help="given up on that day (UTC) or later")
    parser.add_argument("--dry-run", action="store_true", help="only show what waits")
    parser.add_argument("--keep", action="store_true", help="move what is done below done/, instead of deleting it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=_redrive)


def _add_reindex(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Build a new search index from the table, compare the two, and search the new one from then on. Searches and "
        "changes go on all the while. Repeatable: a run that was stopped goes on with what it has built."
    )
    parser.add_argument("--rollback", action="store_true", help="bring the index before this one up to date instead")
    parser.add_argument("--despite-refused", action="store_true", help="leave out tickets whose documents are refused")
    parser.set_defaults(run=_reindex)


def _add_drift_check(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Compare the search index with the table, and name what is missing, stale or too much. The exit code is 1 if "
        "anything is. The stack does the same every night."
    )
    parser.set_defaults(run=_drift_check)


if __name__ == "__main__":
    sys.exit(main())
