"""The way to a cluster of AWS is signed, and fails by the one error that lists know, also before a call is made."""

from typing import Any

import pytest
from botocore.exceptions import CredentialRetrievalError
from botocore.session import Session

from ticketing.search import client
from ticketing.search.client import SearchUnavailable, connect, trouble
from ticketing.search.tenant import Search, Tenant

DOMAIN = "https://search-tickets-abc.eu-central-1.es.amazonaws.com"
NO_CREDENTIALS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"}


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that nobody gave credentials."""
    for name in NO_CREDENTIALS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Session, "get_credentials", lambda _: None)


@pytest.mark.usefixtures("nobody")
def test_without_credentials_a_client_is_made_and_each_search_is_unavailable() -> None:
    found = connect(DOMAIN, timeout_s=1)
    for _ in range(2):
        with pytest.raises(SearchUnavailable):
            Tenant(found, "org_a").ask(Search({"match_all": {}}, 1))


def test_credentials_that_cannot_be_had_now_are_asked_for_again_with_the_next_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[Any] = [CredentialRetrievalError(provider="container", error_msg="secret"), None]

    def get_credentials(_: Session) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(Session, "get_credentials", get_credentials)
    signer = client._signer("search-tickets-abc.eu-central-1.es.amazonaws.com")
    assert signer is not None
    for _ in range(2):
        with pytest.raises(SearchUnavailable) as raised, trouble():
            signer("POST", DOMAIN, b"{}")
        assert "secret" not in repr(raised.value)
    assert answers == []


def test_a_call_to_a_domain_is_signed_for_its_region_and_no_other_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    signer = client._signer("search-tickets-abc.eu-central-1.es.amazonaws.com")
    assert signer is not None
    told = signer("POST", f"{DOMAIN}/tickets/_msearch", b"{}")
    assert "/eu-central-1/es/aws4_request" in told["Authorization"]
    assert client._signer("localhost") is None
