from pathlib import Path

from scripts.laptop.deploy import architecture, parameter_overrides, senders, time_to_live_attributes
from scripts.laptop.deployed import Deployed

ROOT = Path(__file__).parents[3]


def test_what_samconfig_says_is_kept_but_for_this_computers_processor() -> None:
    samconfig = '[local.deploy.parameters]\nparameter_overrides = ["Environment=local", "Architecture=z80"]\n'
    assert parameter_overrides(samconfig)[:2] == ["Environment=local", f"Architecture={architecture()}"]


def test_overrides_may_be_one_text_or_missing() -> None:
    as_text = '[local.deploy.parameters]\nparameter_overrides = "Environment=local LogLevel=DEBUG"\n'
    assert parameter_overrides(as_text)[:2] == ["Environment=local", "LogLevel=DEBUG"]
    assert parameter_overrides("")[0] == f"Architecture={architecture()}"


def test_what_tickets_are_searched_in_is_always_said_or_the_stack_would_keep_what_it_had() -> None:
    assert parameter_overrides("", "http://127.0.0.1:9200")[-1] == "SearchEndpoint=http://127.0.0.1:9200"
    assert parameter_overrides("")[-1] == 'SearchEndpoint=""'


def test_the_projects_own_samconfig_deploys_the_local_environment() -> None:
    assert "Environment=local" in parameter_overrides((ROOT / "samconfig.toml").read_text())


def test_the_templates_time_to_live_is_found() -> None:
    assert time_to_live_attributes((ROOT / "template.yaml").read_text()) == ["expires_at"]


def test_every_parameter_that_is_an_address_sends() -> None:
    stack = Deployed(
        outputs={"TableName": "tickets", "ApiId": "abc"},
        parameters={"MailSender": "tickets@example.com", "Environment": "local"},
        functions={},
    )
    assert senders(stack) == ["tickets@example.com"]
