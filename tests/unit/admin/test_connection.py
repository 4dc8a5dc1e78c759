"""Which engine a command calls."""

from scripts.admin.connection import LAPTOP_ENDPOINT, LAPTOP_STACK, Connection


def test_the_laptops_stack_is_looked_for_on_the_laptop() -> None:
    assert Connection.choose(LAPTOP_STACK, None, None, {}).endpoint_url == LAPTOP_ENDPOINT


def test_any_other_stack_is_looked_for_on_aws() -> None:
    assert Connection.choose("lodgestory-tickets-staging", None, None, {}).endpoint_url is None


def test_what_is_said_goes_before_the_environment() -> None:
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000"}
    assert Connection.choose("any", None, None, environment).endpoint_url == "http://127.0.0.1:5000"
    assert Connection.choose("any", "http://127.0.0.1:6000", None, environment).endpoint_url == "http://127.0.0.1:6000"


def test_an_emulator_never_gets_the_users_own_credentials() -> None:
    client = Connection("http://127.0.0.1:4566").client("dynamodb")
    assert client._request_signer._credentials.access_key == "test"
    assert client.meta.region_name == "us-east-1"


def test_another_computers_emulator_is_called_as_aws_is() -> None:
    client = Connection("http://emulator.example:4566", "eu-west-1").client("dynamodb")
    assert (client.meta.endpoint_url, client.meta.region_name) == ("http://emulator.example:4566", "eu-west-1")
