"""What the API can do, by the tag `organisation`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.me import Me
from ...models.organisation_out import OrganisationOut
from ...models.patch_organisation import PatchOrganisation
from ...types import UNSET, Unset
from . import change_organisation as _change_organisation
from . import read_me as _read_me
from . import read_organisation as _read_organisation


class Organisation(Sends):
    def read_organisation(
        self,
        *,
        if_none_match: str | Unset = UNSET,
    ) -> Answer[OrganisationOut]:
        """Read the organisation and its settings"""
        return self._send(
            _read_organisation.request(
                if_none_match=if_none_match,
            ),
            _read_organisation.answer,
        )

    def change_organisation(
        self,
        body: PatchOrganisation,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[OrganisationOut]:
        """Change settings of the organisation; they have no effect yet"""
        return self._send(
            _change_organisation.request(
                idempotency_key=idempotency_key,
                if_match=if_match,
                body=body,
            ),
            _change_organisation.answer,
        )

    def read_me(
        self,
    ) -> Answer[Me]:
        """Who am I, and what may I do"""
        return self._send(_read_me.request(), _read_me.answer)
