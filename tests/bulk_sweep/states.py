"""All that a struck case has left in the table, in words that two cases share: who recovers it knows nothing else."""

import zlib
from typing import Any

import orjson

from tests.bulk_sweep.floor import ORGANISATION, Case
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import Table

_VERSIONS = 6
"""More than a case makes of a ticket before anybody recovers it."""
_MOST = 100
_OF_THE_NOTIFIER = (keys.bulk_guests_key("").sk, keys.digest_key("", "").sk)
"""A deployed one is told of what is done, in its own time, and nobody who recovers asks for that."""


def state(table: Table, case: Case) -> str:
    """Its tickets and their history, the bulk action's record with all that belongs to it, and that of the answer."""
    wanted = [keys.idempotency_key(ORGANISATION, f"sweep-{case.bulk.id}")]
    for id_ in case.found:
        wanted += [keys.ticket_key(id_), *(keys.event_key(id_, version) for version in range(1, _VERSIONS + 1))]
    page = table.query(keys.bulk_key(case.bulk.id).pk, limit=_MOST)
    assert not page.has_more
    own = [item for item in page.items if not item["sk"].startswith(_OF_THE_NOTIFIER)]
    found = table.get_many(wanted) | {Key(item["pk"], item["sk"]): item for item in own}
    text = orjson.dumps([_plain(found[key]) for key in sorted(found)], option=orjson.OPT_SORT_KEYS).decode()
    return text.replace(case.bulk.id, "<bulk>").replace(case.ticket_prefix, "<ticket>")


def _plain(item: Item) -> Item:
    """Without the part of the janitor's work that an id falls into: it sees to all of them."""
    return {
        name: value.rpartition("#")[0] if name == keys.DUE_KIND else _unpacked(value) for name, value in item.items()
    }


def _unpacked(value: Any) -> Any:
    """What is packed names tickets, too."""
    return zlib.decompress(value).decode() if isinstance(value, bytes) else value
