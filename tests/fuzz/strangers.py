"""A check of our own, beside those of schemathesis: no answer tells anything of the other organisation.

`object_level_authorization` would compare what several callers of one organisation get, which is the same for all of
them here; it has nothing to compare. The other organisation has things of the same names as ours, and all that it says
of itself holds one word.
"""

from typing import Any

import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case

from tests.integration.hall import SECRET


@schemathesis.check
def tells_nothing_of_others(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    assert SECRET not in response.text, "The answer tells of another organisation"
