"""Mends what MiniStack has saved before it reads it again.

It saves how far each function has read the table's stream, but not the stream, which begins again at nought: functions
would sleep until as many new records had come as there once were old ones. Without the positions they read the new
stream from its beginning, and nothing comes twice, because nothing old is in it.
"""

import contextlib
import json
from pathlib import Path

_EMPTY = {"__account_region_scoped__": True, "data": {}}


def forget_stream_positions(state: Path) -> None:
    """Forget them in the saved state, if there is one; a file that is not as expected is left as it is."""
    file = state / "lambda.json"
    with contextlib.suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        saved = json.loads(file.read_text())
        saved["payload"]["dynamodb_stream_positions"] = _EMPTY
        unfinished = file.with_suffix(".mended")
        unfinished.write_text(json.dumps(saved))
        unfinished.replace(file)
