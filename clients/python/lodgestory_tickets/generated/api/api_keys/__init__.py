"""What the API can do, by the tag `api_keys`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.api_key_list import ApiKeyList
from ...models.api_key_out import ApiKeyOut
from ...models.create_api_key import CreateApiKey
from ...models.created_api_key import CreatedApiKey
from ...models.list_api_keys_active import ListApiKeysActive, check_list_api_keys_active
from ...types import UNSET, Unset
from . import create_api_key as _create_api_key
from . import list_api_keys as _list_api_keys
from . import revoke_api_key as _revoke_api_key


class ApiKeys(Sends):
    def list_api_keys(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
        active: ListApiKeysActive | Unset = UNSET,
    ) -> Answer[ApiKeyList]:
        """List API keys, without their secrets"""
        return self._send(
            _list_api_keys.request(
                limit=limit,
                cursor=cursor,
                active=active,
            ),
            _list_api_keys.answer,
        )

    def create_api_key(
        self,
        body: CreateApiKey,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Answer[CreatedApiKey]:
        """Make an API key; its secret is shown once"""
        return self._send(
            _create_api_key.request(
                idempotency_key=idempotency_key,
                body=body,
            ),
            _create_api_key.answer,
        )

    def revoke_api_key(
        self,
        key_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Answer[ApiKeyOut]:
        """Revoke an API key; it stops working everywhere within 60 seconds"""
        return self._send(
            _revoke_api_key.request(
                key_id=key_id,
                idempotency_key=idempotency_key,
            ),
            _revoke_api_key.answer,
        )
