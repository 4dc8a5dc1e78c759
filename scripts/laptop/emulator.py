"""MiniStack, the local AWS: started on 127.0.0.1 with its state in the place's folder, stopped so that it saves it.

It saves on a clean stop only; after a kill -9 the state of the last clean stop comes back.
"""

import http.client
import shutil
import time
from pathlib import Path

from scripts.laptop.leashed import Leashed
from scripts.laptop.place import LOOPBACK, REGION, TOOLS, Place
from scripts.laptop.ports import is_free
from scripts.laptop.problem import Problem
from scripts.laptop.saved_state import forget_stream_positions

_READY_S = 90.0
_LEAVING_S = 5.0


class Emulator:
    """One MiniStack, at most; `start` and `stop` may be called again and again."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.log = place.logs / "ministack.log"
        self._process = Leashed("MiniStack", self.log)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def claim_port(self) -> None:
        """Problem if the port is taken, so that it is known before anything else is done."""
        deadline = time.monotonic() + _LEAVING_S
        while not is_free(self._place.port):
            # One that was cut off a moment ago may still be saving its state.
            if time.monotonic() > deadline:
                raise Problem(_PORT_TAKEN.format(port=self._place.port, other=self._place.port + 1))
            time.sleep(0.2)

    def start(self) -> None:
        """Start and wait until it answers; Problem if the port is taken or it does not come up."""
        self.claim_port()
        shutil.rmtree(self._place.scratch, ignore_errors=True)  # functions that a kill -9 left unpacked
        self._place.make_folders()
        forget_stream_positions(self._place.state)
        try:
            self._process.start(
                [str(TOOLS / "python"), str(_LEASH)],
                emulator_environment(self._place),
                self._place.root,
                is_ready=lambda: is_ready(self._place.port),
                within_s=_READY_S,
            )
        except Problem:
            shutil.rmtree(self._place.scratch, ignore_errors=True)
            raise

    def has_ended(self) -> bool:
        return self._process.has_ended()

    def stop(self) -> None:
        """Let it save its state and end; nothing happens if it does not run."""
        if self._process.pid is not None:
            self._process.stop()
            shutil.rmtree(self._place.scratch, ignore_errors=True)


def is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)  # never by way of a proxy
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def emulator_environment(place: Place) -> dict[str, str]:
    """All that MiniStack gets. Functions inherit its environment, so nothing of the user's own is in it."""
    return {
        "PATH": f"{TOOLS}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(place.home),
        "TMPDIR": str(place.scratch),
        "LANG": "C.UTF-8",
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(place.port),
        "MINISTACK_REGION": REGION,
        "AUTH": "true",  # the template's own IAM policies are enforced
        "IOT_MTLS_ENABLED": "0",  # it would listen on all addresses, whatever BIND_HOST says
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(place.state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(place.objects),
        "DOCKER_HOST": f"unix://{place.scratch}/none.sock",  # where Docker is installed, it is left alone
        "PYTHONUNBUFFERED": "1",
    }


_LEASH = Path(__file__).with_name("leash.py")
_PORT_TAKEN = """Port {port} of this computer is taken by another program.
Another checkout of this project, LocalStack or MiniStack itself may be running: end it, or choose another port:
  make run PORT={other}
Who has it:  lsof -iTCP:{port} -sTCP:LISTEN   or   ss -ltnp 'sport = :{port}'"""
