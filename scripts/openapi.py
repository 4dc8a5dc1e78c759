"""Write docs/openapi.json from the routes and the error classes; its diff is reviewed like code."""

import json
import os
from pathlib import Path

FILE = Path(__file__).parent.parent / "docs" / "openapi.json"


def text() -> str:
    """The document as it is committed. No AWS is asked: the routes do not need it."""
    # Making the application makes clients, which want a region; nothing is called.
    for name in ("TABLE_NAME", "ENVIRONMENT", "CONSOLE_URL", "SIGNING_SECRET_ID", "CONTENT_BUCKET", "BULK_QUEUE_URL"):
        os.environ.setdefault(name, "none")
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    from tickets_api import app, openapi  # noqa: PLC0415 (its module reads the environment)
    from tickets_api.services import Services  # noqa: PLC0415

    document = openapi.document(app.build(Services.from_environment()))
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
    print(f"wrote {FILE.name}")
