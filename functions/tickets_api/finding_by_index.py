"""Lists from the search index, as long as it answers."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aws_lambda_powertools import Logger

from ticketing import presenting
from ticketing.domain.instants import to_text
from ticketing.search import finder
from ticketing.search.breaker import Breaker
from ticketing.search.client import SEARCHING_S, SearchUnavailable, connect
from ticketing.search.finder import Listed, Wanted
from ticketing.search.mapping import ALIAS
from ticketing.search.queries import NotSayable
from ticketing.search.recent import Behind
from ticketing.search.tenant import Client, Tenant
from ticketing.store import living
from ticketing.store.walks import Budget
from tickets_api import facet_answers
from tickets_api.finding import Answered, Asked, freshness

if TYPE_CHECKING:
    from tickets_api.services import Services

_log = Logger()


@dataclass
class Index:
    """The search index and whether it is worth being asked. `alias` is another one only in tests."""

    client: Client
    alias: str = ALIAS
    breaker: Breaker = field(default_factory=Breaker)

    @classmethod
    def at(cls, endpoint: str) -> Self:
        return cls(connect(endpoint, timeout_s=SEARCHING_S))

    def answer(self, services: "Services", asked: Asked, budget: Budget) -> Answered | None:
        """A page; None if the index is away, is left alone for a while, or is not the one to ask. Raises Busy."""
        if not self.breaker.allows(services.monotonic()):
            return None
        try:
            answered = self._answer(services, asked, budget)
        except SearchUnavailable as error:
            self.breaker.failed(services.monotonic())
            _log.warning("search index away", extra={"reason": error.reason})
            return None
        except (NotSayable, Behind) as reason:
            _log.info("search index not asked", extra={"reason": type(reason).__name__})
            return None
        self.breaker.worked()
        return answered

    def _answer(self, services: "Services", asked: Asked, budget: Budget) -> Answered:
        listed = self._listed(services, asked, budget)
        rows, visible = presenting.rows(services.reads, asked.organisation_id, listed.page)
        met = [*listed.page.tickets, *listed.page.beyond]
        if visible < len(met):
            # A chat was deleted, and its tickets' documents do not know it yet: the list is made without them.
            alive = {one.id for one in living.of_living_chats(services.table, asked.organisation_id, met)}
            dead = {one.chat_id for one in met if one.id not in alive}
            listed = self._listed(services, asked, budget, dead)
            rows, visible = presenting.rows(services.reads, asked.organisation_id, listed.page)
        through = to_text(listed.indexed_through)
        told = freshness("index", through, listed.page.scanned, asked.query)
        totals = _totals(services, asked, listed, visible)
        return Answered(rows, listed.page.after, asked.query.sort, totals, told)

    def _listed(
        self, services: "Services", asked: Asked, budget: Budget, dead: AbstractSet[str] = frozenset()
    ) -> Listed:
        return finder.find(
            Tenant(self.client, asked.organisation_id, index=self.alias, clock=services.monotonic),
            services.table,
            asked.organisation_id,
            Wanted(asked.query, asked.after, asked.limit, asked.seen, asked.with_facets, dead),
            budget=budget,
            objects=services.objects,
        )


def _totals(services: "Services", asked: Asked, listed: Listed, visible: int) -> dict[str, Any]:
    """The size of the list: at least what can be seen here, if there is still something that cannot."""
    if listed.counted is not None:
        return facet_answers.shown(services.reads, asked.organisation_id, listed.counted)
    if not listed.page.is_first:
        return {}
    if visible < len(listed.page.tickets) + len(listed.page.beyond):
        return {"total": visible, "total_relation": "gte"}
    return {"total": listed.total, "total_relation": "eq" if listed.is_exact else "gte"}
