"""What can be chosen of a deployment: parameters, the environments of samconfig.toml, the makefile that builds."""

import re

import pytest

from tests.unit.template.template import (
    ENVIRONMENTS,
    FUNCTIONS,
    PARAMETERS,
    RESOURCES,
    ROOT,
    SAMCONFIG,
    TEMPLATE,
    of_type,
    strings,
)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_described_defaulted_limited_and_in_the_deploy_guide(name: str) -> None:
    parameter = PARAMETERS[name]
    assert len(parameter["Description"]) > 20
    assert "Default" in parameter
    assert {"AllowedValues", "AllowedPattern", "MaxValue"} & parameter.keys()
    assert f"| `{name}` |" in (ROOT / "docs" / "deploy.md").read_text()


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_used(name: str) -> None:
    body = {key: value for key, value in TEMPLATE.items() if key != "Parameters"}
    assert any(text == name or f"${{{name}}}" in text for text in strings(body))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_samconfig_sets_known_parameters_to_allowed_values(environment: str) -> None:
    deploy = SAMCONFIG[environment]["deploy"]["parameters"]
    overrides = dict(entry.split("=", 1) for entry in deploy["parameter_overrides"])
    assert overrides["Environment"] == environment
    for name, value in overrides.items():
        parameter = PARAMETERS[name]
        assert value in map(str, parameter.get("AllowedValues", [value]))
        assert re.fullmatch(parameter.get("AllowedPattern", ".*"), value)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_samconfig_environment_is_all_that_a_deployment_needs(environment: str) -> None:
    deploy = SAMCONFIG[environment]["deploy"]["parameters"]
    assert deploy["stack_name"] == f"lodgestory-tickets-{environment}"
    assert deploy["capabilities"] == "CAPABILITY_IAM"
    assert deploy["resolve_s3"] is True
    assert deploy["fail_on_empty_changeset"] is False
    assert deploy["confirm_changeset"] is (environment == "production")
    assert deploy["tags"] == ["project=lodgestory-tickets", f"environment={environment}"]


def test_samconfig_builds_without_the_cache_that_keeps_old_layers_in_functions() -> None:
    assert SAMCONFIG["default"]["build"]["parameters"]["cached"] is False


def test_no_account_is_named() -> None:
    for name in ("template.yaml", "samconfig.toml"):
        assert not re.search(r"\b\d{12}\b", (ROOT / name).read_text())


def test_every_built_resource_has_its_makefile_target() -> None:
    built = {*of_type("AWS::Serverless::Function"), *of_type("AWS::Serverless::LayerVersion")}
    for name in built:
        metadata = RESOURCES[name]["Metadata"]
        assert (metadata["BuildMethod"], metadata["ContextPath"]) == ("makefile", "build")
    targets = re.findall(r"^build-(\w+):", (ROOT / "build" / "Makefile").read_text(), re.MULTILINE)
    assert set(targets) == built == {*FUNCTIONS, "CoreLayer"}
