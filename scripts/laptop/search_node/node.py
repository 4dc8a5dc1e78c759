"""The node: one server on 127.0.0.1 that keeps its index in a folder, started and ended like MiniStack."""

import http.client
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from scripts.laptop.leashed import Leashed
from scripts.laptop.place import LOOPBACK
from scripts.laptop.ports import free_ports
from scripts.laptop.search_node import program
from scripts.laptop.search_node.account import Account, account, brought_within_reach, within_reach
from scripts.laptop.search_node.java import suitable_java

_READY_S = 180.0  # 9 s on a quiet computer, a minute where two cores have other work
_LEASH = Path(__file__).with_name("leash.py")

_THREADS = "org.opensearch.secure_sm.SecuredForkJoinWorkerThreadFactory"  # others may not be made, it says

# Those of the distribution's own script that matter here. It is not used, as it breaks where a path has a space.
_JAVA_OPTIONS = (
    *("-Xms512m", "-Xmx512m", "-Xss1m", "-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:+ExitOnOutOfMemoryError"),
    *("-XX:InitiatingHeapOccupancyPercent=30", "-XX:-OmitStackTraceInFastThrow", "-Djava.security.manager=allow"),
    *("-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-Djna.nosys=true", "-Dio.netty.noUnsafe=true"),
    *("-Dio.netty.noKeySetOptimization=true", "-Dio.netty.recycler.maxCapacityPerThread=0"),
    *("-Dio.netty.allocator.numDirectArenas=0", "-Dlog4j.shutdownHookEnabled=false", "-Dlog4j2.disable.jmx=true"),
    f"-Djava.util.concurrent.ForkJoinPool.common.threadFactory={_THREADS}",
)

_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


class SearchNode:
    """One OpenSearch, at most, whose data is in `home`; `start` and `stop` may be called again and again."""

    def __init__(self, home: Path, port: int, log: Path) -> None:
        self.home = home
        self.port = port
        self.log = log
        self._process = Leashed("OpenSearch", log)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def check(self) -> None:
        """Problem that says what this computer lacks. Fetches the program, if it is not there yet."""
        suitable_java()
        program.fetched()

    def start(self) -> None:
        """Start and wait until it answers. Problem that says what is missing, or shows why it did not come up."""
        java, unpacked, runner = suitable_java(), program.fetched(), account()
        home = _furnished(brought_within_reach(self.home), self.port, runner)
        rights = ("", "") if runner.is_ours else (str(runner.user), str(runner.group))
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._process.start(
            [sys.executable, str(_LEASH), *rights, *_command(java, unpacked, home)],
            {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8"},
            home,
            is_ready=lambda: is_ready(self.port),
            within_s=_READY_S,
        )

    def has_ended(self) -> bool:
        return self._process.has_ended()

    def stop(self) -> None:
        """Let it close its index and end; nothing happens if it does not run."""
        self._process.stop()


def is_ready(port: int) -> bool:
    """Whether a node answers there and has found all of its indices."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)  # never by way of a proxy
    try:
        connection.request("GET", "/_cluster/health")
        return json.load(connection.getresponse()).get("status") in {"yellow", "green"}
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return False
    finally:
        connection.close()


def has_data(home: Path) -> bool:
    return within_reach(home).is_dir()


def remove(home: Path) -> None:
    """Remove the data of the node whose home that is; it must not run."""
    shutil.rmtree(within_reach(home), ignore_errors=True)


def settings(home: Path, port: int, transport_port: int) -> dict[str, Any]:
    """The node's `opensearch.yml`."""
    return {
        "cluster.name": "lodgestory-tickets",
        "node.name": "local",
        "network.host": LOOPBACK,
        "http.port": port,
        "transport.port": transport_port,  # it speaks to no other node, yet listens
        "discovery.type": "single-node",
        "path.data": str(home / "data"),
        "path.logs": str(home / "logs"),
        # A misspelt index is an error, and not a new index with mappings that were guessed.
        "action.auto_create_index": False,
        # Half a full disk of a laptop is enough for it; it would turn its indices read-only at 95 %.
        "cluster.routing.allocation.disk.threshold_enabled": False,
        "http.max_content_length": "10mb",  # as on the smallest domains of AWS
        "node.store.allow_mmap": False,  # vm.max_map_count would have to be raised, as root
    }


def _furnished(home: Path, port: int, runner: Account) -> Path:
    """The node's folders, with their configuration written anew."""
    for folder in (home, *(home / name for name in ("config", "data", "logs", "tmp"))):
        runner.give(folder)
    stated = settings(home, port, free_ports(1)[0])
    # JSON is YAML, and quotes what needs it.
    lines = (f"{name}: {json.dumps(value)}\n" for name, value in stated.items())
    (home / "config" / "opensearch.yml").write_text("".join(lines))
    (home / "config" / "log4j2.properties").write_text(_LOGGING)
    for file in (home / "config").iterdir():
        if file.suffix in {".yml", ".properties"}:
            file.chmod(0o644)  # whatever the umask is
    return home


def _command(java: Path, unpacked: Path, home: Path) -> list[str]:
    return [
        *(
            str(java),
            *_JAVA_OPTIONS,
            f"-Djava.io.tmpdir={home / 'tmp'}",
            f"-XX:ErrorFile={home / 'logs' / 'fatal.log'}",
        ),
        *(f"-Dopensearch.path.home={unpacked}", f"-Dopensearch.path.conf={home / 'config'}"),
        *("-Dopensearch.distribution.type=zip", "-Dopensearch.bundled_jdk=false"),
        *("-cp", f"{unpacked / 'lib'}/*", "org.opensearch.bootstrap.OpenSearch"),
    ]
