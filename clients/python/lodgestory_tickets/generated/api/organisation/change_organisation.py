from typing import Any

import httpx

from ...models.organisation_out import OrganisationOut
from ...models.patch_organisation import PatchOrganisation
from ...types import UNSET, Unset


def request(
    *,
    body: PatchOrganisation,
    idempotency_key: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/organisation",
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def answer(response: httpx.Response) -> OrganisationOut:
    response_200 = OrganisationOut.from_dict(response.json())

    return response_200
