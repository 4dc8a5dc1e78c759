"""What a cold start must not do: build what the first request does not need. How long it takes, `make bench` prints."""

import json
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import json, os
for name in ("TABLE_NAME", "ENVIRONMENT", "CONSOLE_URL", "SIGNING_SECRET_ID", "CONTENT_BUCKET", "BULK_QUEUE_URL"):
    os.environ[name] = "none"
os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
import sys
from tickets_api import app
from fastapi.openapi.models import OpenAPI
from fastapi.routing import APIRoute
from tickets_api.schemas.fields import Body, Shape
from tickets_api.services import Services

def below(model):
    return {one for child in model.__subclasses__() for one in (child, *below(child))}

routes = app.build(Services.from_environment()).routes
print(json.dumps({
    "answers": len(below(Shape)),
    "built": [one.__name__ for one in {OpenAPI, *below(Shape)} if one.__pydantic_complete__],
    "bodies not built": [one.__name__ for one in below(Body) if not one.__pydantic_complete__],
    "routes": len(routes),
    "not a route": [str(one) for one in routes if not isinstance(one, APIRoute)],
    "modules": sorted(sys.modules),
}))
"""


@pytest.fixture(scope="module")
def started() -> Any:
    """What a fresh process has made when the function has started."""
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)  # noqa: S603 (this very Python)
    return json.loads(run.stdout)


def test_no_model_of_an_answer_or_of_a_document_is_built(started: Any) -> None:
    assert started["answers"] > 20
    assert started["built"] == []


def test_every_model_of_a_body_is_built_once_and_early(started: Any) -> None:
    """FastAPI makes a field of each; one that was built later would warn at the first request."""
    assert started["bodies not built"] == []


def test_the_routes_are_not_made_again_at_the_first_request(started: Any) -> None:
    """An included router would be one entry here, and make its routes once more."""
    assert started["routes"] > 30
    assert started["not a route"] == []


def test_what_makes_the_document_is_not_imported(started: Any) -> None:
    assert not {"tickets_api.openapi", "tickets_api.openapi_headers"} & set(started["modules"])


def test_who_has_no_search_cluster_loads_nothing_of_it(started: Any) -> None:
    search = ("opensearchpy", "ticketing.search", "tickets_api.finding_by_index")
    assert [name for name in started["modules"] if name.startswith(search)] == []
