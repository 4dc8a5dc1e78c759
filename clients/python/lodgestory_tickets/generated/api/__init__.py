"""What the API can do: each operation is a method."""

from .about import About
from .api_keys import ApiKeys
from .bulk_actions import BulkActions
from .changes import Changes
from .channels_and_workflows import ChannelsAndWorkflows
from .chats import Chats
from .members_and_teams import MembersAndTeams
from .organisation import Organisation
from .remarks_and_history import RemarksAndHistory
from .reports import Reports
from .tickets import Tickets


class Operations(
    Tickets,
    BulkActions,
    RemarksAndHistory,
    Changes,
    Reports,
    Chats,
    ChannelsAndWorkflows,
    MembersAndTeams,
    Organisation,
    ApiKeys,
    About,
):
    """Every operation of docs/openapi.json."""
