"""From a finished bulk action to its mails: one digest for everybody whom it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from notifier import facts, mail, mailing, recipients
from notifier.delivery import Delivery
from notifier.facts import DigestTold
from notifier.mail import Mail
from notifier.mailing import Mailing
from notifier.recipients import Left, Recipient
from notifier.rules import Audience, Digest, digest_for
from ticketing.domain import bulk_resolving
from ticketing.domain.bulk import Bulk, Kind, Phase, Step, Target
from ticketing.domain.bulk_audience import Part
from ticketing.domain.directory import Team
from ticketing.domain.ids import is_member_id, is_team_id
from ticketing.store import bulk_guests, bulks, directory, items, keys
from ticketing.store.attributes import Item
from ticketing.store.bulk_protocol import SIZES
from ticketing.store.keys import Key

_PARTS = {Audience.ASSIGNEE: Part.ASSIGNEE, Audience.CREATOR: Part.CREATOR, Audience.WATCHERS: Part.WATCHER}

type Shares = dict[str, dict[Part, int]]
"""By member: of how many tickets they are what."""


@dataclass(frozen=True, slots=True)
class Digests:
    delivery: Delivery
    console_url: str

    def tell(self, bulk_id: str, only: str | None = None) -> None:
        """Send the digests of a bulk action, and see to it that its guests are mailed when it can be undone no more.

        With `only`, the one digest to that member, whose fault is then raised.
        """
        bulk = bulks.get(self.delivery.table, bulk_id)
        if bulk is None or bulk.phase is not Phase.DONE:
            return
        steps = bulks.plan_of(self.delivery.table, bulk, SIZES.page).steps if _needs_plan(bulk) else ()
        if only is None and bulk_resolving.tells_guests(bulk, steps):
            bulk_guests.note(self.delivery.table, bulk)
        digest = digest_for(bulk.action.kind)
        if digest is None or bulk.audience is None:
            return
        target = _target(bulk, steps)
        named = self._named(bulk, target)
        about = facts.digest_told(bulk, target, named, self.console_url)
        self._send(bulk, digest, _shares(bulk, digest, named), about, only)

    def later(self, bulk_id: str, delay: timedelta) -> None:
        """Come back to a bulk action after a while."""
        self.delivery.later(_again(bulk_id, None), delay)

    def _send(self, bulk: Bulk, digest: Digest, shares: Shares, about: DigestTold, only: str | None) -> None:
        letters = _mailing(bulk, shares, about)
        if only is not None:
            shares = {id_: share for id_, share in shares.items() if id_ == only}
        found = self.delivery.table.get_many(keys.member_key(bulk.organisation_id, id_) for id_ in shares)
        members = map(items.member_from, found.values())
        decided: Sequence[Recipient | Left] = [
            recipients.decide_member(member, bulk.actor.id, [digest]) for member in members
        ]
        if only is not None and not decided:
            mailing.withdraw(self.delivery, letters, only, digest.template)
        mailing.send(self.delivery, letters, decided, is_alone=only is not None)

    def _named(self, bulk: Bulk, target: Target) -> dict[Key, Item]:
        """Who did it, whose the tickets are or were, and the teams among the assignees, in one read."""
        organisation_id = bulk.organisation_id
        assignees = bulk.audience.counts[Part.ASSIGNEE] if bulk.audience is not None else ()
        people = {id_ for id_ in assignees if is_team_id(id_)}
        if is_member_id(bulk.actor.id):
            people.add(bulk.actor.id)
        if bulk.action.kind is Kind.ASSIGN and isinstance(target, str):
            people.add(target)
        return self.delivery.table.get_many(directory.person_or_team_key(organisation_id, id_) for id_ in people)


def _needs_plan(bulk: Bulk) -> bool:
    """Whether the action itself does not say what its tickets were given."""
    return bulk.action.kind is Kind.STATUS or (bulk.action.kind is Kind.ASSIGN and bulk.undo_of is not None)


def _target(bulk: Bulk, steps: Sequence[Step]) -> Target:
    """What its tickets were given, if that is one thing; of an undo, what it took from them."""
    if not steps:
        return bulk.action.value if isinstance(bulk.action.value, str) else None
    targets = {step.target if bulk.undo_of is None else step.previous for step in steps}
    return targets.pop() if len(targets) == 1 else None


def _shares(bulk: Bulk, digest: Digest, named: dict[Key, Item]) -> Shares:
    """Whom it concerns, a team's tickets being those of its lead and members."""
    shares: Shares = {}
    counts = bulk.audience.counts if bulk.audience is not None else {}
    for part in (_PARTS[audience] for audience in digest.audiences):
        for id_, count in sorted(counts[part].items()):
            for member_id in _members(bulk, id_, named):
                share = shares.setdefault(member_id, {})
                share[part] = share.get(part, 0) + count
    return shares


def _members(bulk: Bulk, id_: str, named: dict[Key, Item]) -> Sequence[str]:
    if is_member_id(id_):
        return [id_]
    item = named.get(keys.team_key(bulk.organisation_id, id_)) if is_team_id(id_) else None
    if item is None:
        return []
    team: Team = items.team_from(item)
    return list(dict.fromkeys([team.lead, *team.members]))


def _mailing(bulk: Bulk, shares: Shares, about: DigestTold) -> Mailing:
    def write(recipient: Recipient) -> Mail:
        if recipient.member is None:
            message = "a digest goes to members only"
            raise ValueError(message)
        words = facts.for_digest(recipient.member, shares[recipient.id], about)
        return mail.compose(recipient.template, recipient.address, words, thread=bulk.id)

    return Mailing(
        bulk.organisation_id,
        bulk.finished_at or bulk.asked_at,
        key=lambda recipient_id: keys.digest_key(bulk.id, recipient_id),
        write=write,
        again=lambda recipient_id: _again(bulk.id, recipient_id),
    )


def _again(bulk_id: str, recipient_id: str | None) -> dict[str, Any]:
    return {"bulk_id": bulk_id, "recipient_id": recipient_id}
