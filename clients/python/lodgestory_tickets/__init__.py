"""Lodgestory Tickets from Python: `Lodgestory` is the client, `models` what it sends and answers."""

from .client import Lodgestory
from .errors import LodgestoryError
from .generated.types import UNSET
from .paging import every
from .retrying import Retries
from .sending import Answer

__all__ = ["UNSET", "Answer", "Lodgestory", "LodgestoryError", "Retries", "every"]
