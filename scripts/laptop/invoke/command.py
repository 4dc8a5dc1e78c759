"""Finds what the running stack knows of a function, and calls the built one."""

import json
import sys
from pathlib import Path
from typing import Any

from scripts.laptop import stack_file
from scripts.laptop.aws import client
from scripts.laptop.console import Console
from scripts.laptop.invoke import runtime
from scripts.laptop.invoke.event import event_files, listed, read_event
from scripts.laptop.lock import holder
from scripts.laptop.place import REGION, Place
from scripts.laptop.problem import Problem
from scripts.laptop.stack_file import StackFacts


def invoke(place: Place, function: str, event_file: str) -> int:
    """Print the answer as JSON; 1 if the function failed."""
    if holder(place.lock_file) is None:
        raise Problem(stack_file.NOT_RUNNING)
    facts = stack_file.read(place.stack_file)
    running = Place(place.root, facts["port"], facts["stack_name"])
    name = _known_function(function, facts)
    event = read_event(Path(event_file), facts)
    code, environment = as_deployed(running, function, name, Path(facts["build"]))
    answer = runtime.call(code, event, environment, place.scratch)
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    if runtime.failed(answer):
        Console(sys.stderr).say(f"\n{function} failed: its error is above.")
        return 1
    return 0


def _known_function(function: str, facts: StackFacts) -> str:
    functions: dict[str, str] = facts["functions"]
    if function in functions:
        return functions[function]
    what = f"There is no function {function!r}." if function else "Which function, with which event?"
    message = (
        f"{what}\n  make invoke FUNCTION=TicketsApi EVENT=events/api_list_tickets.json\n"
        f"The functions are:\n{listed(sorted(functions))}\nThe sample events are:\n{listed(event_files())}"
    )
    raise Problem(message)


def as_deployed(place: Place, function: str, name: str, build: Path) -> tuple[runtime.Code, dict[str, str]]:
    """The function's code as it was built, and its environment as it was deployed."""
    configuration = client(place, "lambda").get_function_configuration(FunctionName=name)
    code = runtime.Code(
        handler=configuration["Handler"],
        folder=build / function,
        layer=build / "CoreLayer" / "python",
        timeout_s=int(configuration.get("Timeout", 3)),
    )
    if not code.folder.is_dir():
        message = f"The build of {function} is gone from {build}. Start the stack again:  make stop run"
        raise Problem(message)
    return code, {
        **configuration.get("Environment", {}).get("Variables", {}),
        **_credentials(place, configuration["Role"], name),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": place.endpoint,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(code.timeout_s),
        "LAMBDA_TASK_ROOT": str(code.folder),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
    }


def _credentials(place: Place, role: str, name: str) -> dict[str, Any]:
    """The function's own role: what the template does not allow is refused here too."""
    credentials = client(place, "sts").assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
    }
