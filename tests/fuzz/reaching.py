"""Cases reach what they are about: nothing else about them is made up that is refused before anything is looked at.

Without it most requests of the coverage phase would go to tickets that nobody has, and nearly every one that may have a
cursor would be refused for it alone.
"""

from collections.abc import Callable, MutableMapping
from typing import Any, Final
from zlib import crc32

from schemathesis import HookContext
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.case import Case
from schemathesis.generation.meta import CoveragePhaseData

from tests.fuzz.vocabulary import Words

OF_US_ALONE: Final = ("cursor", "Lodgestory-Seen", "If-Match", "Idempotency-Key")
"""Values that only we can make, or that mean something to us: of those that are made up, one in eight stays."""

_KEPT_OF: Final = 8

_ON_ITS_CHANNEL: Final = "PUT /v1/chats/{chat_id}"
"""A chat that is there stays on its channel, and the body names another; a new one may be on any."""


def map_case(words: Words) -> Callable[[HookContext, Case[Any]], Case[Any]]:
    """The hook of this name."""

    def reaching(context: HookContext, case: Case[Any]) -> Case[Any]:
        # Asked before anything is changed: afterwards schemathesis would judge anew what the case is.
        tried = case.meta.phase.data if case.meta else None
        wrong = {place for place in ParameterLocation if case.meta is not None and case.meta.is_negative_at(place)}
        is_coverage = isinstance(tried, CoveragePhaseData)
        about = None
        if isinstance(tried, CoveragePhaseData):
            about = tried.parameter
            if tried.parameter_location is not ParameterLocation.PATH and case.operation.label != _ON_ITS_CHANNEL:
                _go_to_what_is_there(case, words)
        holders: tuple[tuple[ParameterLocation, object], ...] = (
            (ParameterLocation.QUERY, case.query),
            (ParameterLocation.HEADER, case.headers),
            (ParameterLocation.BODY, case.body),
        )
        for place, holder in holders:
            # What is wrong in a place may be this very value; of a parameter the coverage phase says which one it is.
            is_told = is_coverage and place is not ParameterLocation.BODY
            if isinstance(holder, MutableMapping) and (is_told or place not in wrong):
                _leave_out(holder, words.known, about)
        return case

    return reaching


def _go_to_what_is_there(case: Case[Any], words: Words) -> None:
    for name in case.path_parameters or {}:
        ours = words.ours(case.operation.label, f"path.{name}")
        if ours is not None:
            case.path_parameters[name] = ours


def _leave_out(holder: MutableMapping[str, Any], known: frozenset[str], about: str | None) -> None:
    for name in OF_US_ALONE:
        if name in holder and name != about and not _stays(holder[name], known):
            del holder[name]


def _stays(value: object, known: frozenset[str]) -> bool:
    return (isinstance(value, str) and value in known) or crc32(repr(value).encode("utf-8", "replace")) % _KEPT_OF == 0
