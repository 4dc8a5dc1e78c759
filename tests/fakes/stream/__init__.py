"""DynamoDB's stream, and the event source mapping by which Lambda reads it, as AWS documents them.

No emulator keeps these rules, so tests take the settings of `template.yaml` and play them here:

    mapping = EventSourceMapping(MappingSettings.of("Notifier"), handler, clock)
    mapping.read(records_of_a_day)
    mapping.failed  # what lies in the bucket of failed batches

Each rule names the page of the AWS Lambda developer guide (or DynamoDB developer guide) that it is from.
"""

from tests.fakes.stream.failures import FailedBatch
from tests.fakes.stream.mapping import EventSourceMapping
from tests.fakes.stream.records import Stream, shuffled
from tests.fakes.stream.settings import MappingSettings

__all__ = ["EventSourceMapping", "FailedBatch", "MappingSettings", "Stream", "shuffled"]
