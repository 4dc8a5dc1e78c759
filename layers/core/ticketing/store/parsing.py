"""DynamoDB's answers, read ten times as fast as by botocore (`make bench` prints what a page costs).

botocore walks each attribute value by the service's model: most of what a page of a list would cost. Here an answer
that holds items is taken as its JSON says it; `attributes.decode` reads it in one pass. Errors, and the answers of all
other operations and services, stay botocore's, and so do retries and checksums, which look at the raw response.
"""

from http import HTTPStatus
from typing import Any

import orjson
from botocore.parsers import JSONParser, ResponseParser, ResponseParserFactory

_HOLD_ITEMS = frozenset({"BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"})
"""No other service has operations of these names."""


class ParserFactory(ResponseParserFactory):
    """What a botocore session makes its parsers by."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        return _Parser() if protocol_name == "json" else super().create_parser(protocol_name)


class _Parser(JSONParser):
    """For services that speak JSON; a parser is made for each answer."""

    def parse(self, response: Any, shape: Any) -> Any:
        if response["status_code"] != HTTPStatus.OK or response["context"].get("operation_name") not in _HOLD_ITEMS:
            return super().parse(response, shape)
        try:
            read = orjson.loads(response["body"])
        except orjson.JSONDecodeError:
            # botocore reads anything: what is wrong with an answer must get as far as the check of its checksum.
            return super().parse(response, shape)
        metadata = super().parse({**response, "body": b"{}"}, shape)
        # A name without a value is as good as none, as botocore has it.
        return {name: value for name, value in read.items() if value is not None} | metadata
