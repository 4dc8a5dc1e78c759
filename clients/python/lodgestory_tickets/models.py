"""What is sent and answered, as docs/openapi.json has it."""

from .generated.models import *  # noqa: F403 (each of them, and none of our own)
from .generated.models import __all__ as __all__
