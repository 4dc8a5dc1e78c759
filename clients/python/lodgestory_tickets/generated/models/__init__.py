"""Contains all the data models used in inputs/outputs"""

from .actor_ref import ActorRef
from .age_count import AgeCount
from .api_key_list import ApiKeyList
from .api_key_out import ApiKeyOut
from .assignee_backlog import AssigneeBacklog
from .assignee_ref import AssigneeRef
from .blocker_out import BlockerOut
from .bulk_out import BulkOut
from .bulk_ticket import BulkTicket
from .bulk_tickets import BulkTickets
from .change_entry import ChangeEntry
from .change_list import ChangeList
from .change_ticket import ChangeTicket
from .channel_list import ChannelList
from .channel_out import ChannelOut
from .channel_ref import ChannelRef
from .channel_type import ChannelType
from .chat_out import ChatOut
from .chat_ref import ChatRef
from .count import Count
from .create_api_key import CreateApiKey
from .create_ticket import CreateTicket
from .create_ticket_source import CreateTicketSource
from .created_api_key import CreatedApiKey
from .deleted_chat import DeletedChat
from .deleted_ticket import DeletedTicket
from .do_bulk import DoBulk
from .do_bulk_action import DoBulkAction
from .do_bulk_expected_versions import DoBulkExpectedVersions
from .dry_run import DryRun
from .export_out import ExportOut
from .facets import Facets
from .field_change_out import FieldChangeOut
from .field_problem import FieldProblem
from .freshness import Freshness
from .guest_out import GuestOut
from .health import Health
from .highlight_out import HighlightOut
from .history import History
from .history_entry import HistoryEntry
from .issue_out import IssueOut
from .label_out import LabelOut
from .limits import Limits
from .list_api_keys_active import ListApiKeysActive
from .list_channels_active import ListChannelsActive
from .list_members_active import ListMembersActive
from .list_teams_active import ListTeamsActive
from .list_tickets_priority_item import ListTicketsPriorityItem
from .list_tickets_sort import ListTicketsSort
from .list_tickets_status_category_item import ListTicketsStatusCategoryItem
from .make_export import MakeExport
from .make_export_format import MakeExportFormat
from .me import Me
from .member_list import MemberList
from .member_out import MemberOut
from .my_key import MyKey
from .my_member import MyMember
from .my_organisation import MyOrganisation
from .notification_out import NotificationOut
from .notifications import Notifications
from .oldest_ticket import OldestTicket
from .organisation_out import OrganisationOut
from .patch_organisation import PatchOrganisation
from .patch_weekly_list import PatchWeeklyList
from .post_remark import PostRemark
from .preferences_in import PreferencesIn
from .preferences_out import PreferencesOut
from .priority import Priority
from .problem import Problem
from .put_channel import PutChannel
from .put_chat import PutChat
from .put_guest import PutGuest
from .put_issue import PutIssue
from .put_member import PutMember
from .put_status import PutStatus
from .put_sub_issue import PutSubIssue
from .put_team import PutTeam
from .put_workflow import PutWorkflow
from .put_workflow_transitions_type_0 import PutWorkflowTransitionsType0
from .read_resolution_by_type_0 import ReadResolutionByType0
from .read_resolution_priority_item import ReadResolutionPriorityItem
from .read_tickets_csv_priority_item import ReadTicketsCsvPriorityItem
from .read_tickets_csv_sort import ReadTicketsCsvSort
from .read_tickets_csv_status_category_item import ReadTicketsCsvStatusCategoryItem
from .read_unresolved_priority_item import ReadUnresolvedPriorityItem
from .recipient_out import RecipientOut
from .remark_list import RemarkList
from .remark_out import RemarkOut
from .resolution_report import ResolutionReport
from .role import Role
from .scope import Scope
from .search_tickets import SearchTickets
from .search_tickets_priority_item import SearchTicketsPriorityItem
from .search_tickets_sort import SearchTicketsSort
from .search_tickets_status_category_item import SearchTicketsStatusCategoryItem
from .status_category import StatusCategory
from .status_out import StatusOut
from .sub_issue_out import SubIssueOut
from .team_list import TeamList
from .team_out import TeamOut
from .ticket_filters import TicketFilters
from .ticket_filters_priority_item import TicketFiltersPriorityItem
from .ticket_filters_sort import TicketFiltersSort
from .ticket_filters_status_category_item import TicketFiltersStatusCategoryItem
from .ticket_list import TicketList
from .ticket_out import TicketOut
from .ticket_row import TicketRow
from .times_of_group import TimesOfGroup
from .times_taken import TimesTaken
from .to_category_in import ToCategoryIn
from .to_category_in_category import ToCategoryInCategory
from .unresolved_report import UnresolvedReport
from .weekday import Weekday
from .weekly_list_out import WeeklyListOut
from .workflow_out import WorkflowOut
from .workflow_out_transitions_type_0 import WorkflowOutTransitionsType0
from .would_change import WouldChange
from .would_change_changes_item import WouldChangeChangesItem

__all__ = (
    "ActorRef",
    "AgeCount",
    "ApiKeyList",
    "ApiKeyOut",
    "AssigneeBacklog",
    "AssigneeRef",
    "BlockerOut",
    "BulkOut",
    "BulkTicket",
    "BulkTickets",
    "ChangeEntry",
    "ChangeList",
    "ChangeTicket",
    "ChannelList",
    "ChannelOut",
    "ChannelRef",
    "ChannelType",
    "ChatOut",
    "ChatRef",
    "Count",
    "CreateApiKey",
    "CreatedApiKey",
    "CreateTicket",
    "CreateTicketSource",
    "DeletedChat",
    "DeletedTicket",
    "DoBulk",
    "DoBulkAction",
    "DoBulkExpectedVersions",
    "DryRun",
    "ExportOut",
    "Facets",
    "FieldChangeOut",
    "FieldProblem",
    "Freshness",
    "GuestOut",
    "Health",
    "HighlightOut",
    "History",
    "HistoryEntry",
    "IssueOut",
    "LabelOut",
    "Limits",
    "ListApiKeysActive",
    "ListChannelsActive",
    "ListMembersActive",
    "ListTeamsActive",
    "ListTicketsPriorityItem",
    "ListTicketsSort",
    "ListTicketsStatusCategoryItem",
    "MakeExport",
    "MakeExportFormat",
    "Me",
    "MemberList",
    "MemberOut",
    "MyKey",
    "MyMember",
    "MyOrganisation",
    "NotificationOut",
    "Notifications",
    "OldestTicket",
    "OrganisationOut",
    "PatchOrganisation",
    "PatchWeeklyList",
    "PostRemark",
    "PreferencesIn",
    "PreferencesOut",
    "Priority",
    "Problem",
    "PutChannel",
    "PutChat",
    "PutGuest",
    "PutIssue",
    "PutMember",
    "PutStatus",
    "PutSubIssue",
    "PutTeam",
    "PutWorkflow",
    "PutWorkflowTransitionsType0",
    "ReadResolutionByType0",
    "ReadResolutionPriorityItem",
    "ReadTicketsCsvPriorityItem",
    "ReadTicketsCsvSort",
    "ReadTicketsCsvStatusCategoryItem",
    "ReadUnresolvedPriorityItem",
    "RecipientOut",
    "RemarkList",
    "RemarkOut",
    "ResolutionReport",
    "Role",
    "Scope",
    "SearchTickets",
    "SearchTicketsPriorityItem",
    "SearchTicketsSort",
    "SearchTicketsStatusCategoryItem",
    "StatusCategory",
    "StatusOut",
    "SubIssueOut",
    "TeamList",
    "TeamOut",
    "TicketFilters",
    "TicketFiltersPriorityItem",
    "TicketFiltersSort",
    "TicketFiltersStatusCategoryItem",
    "TicketList",
    "TicketOut",
    "TicketRow",
    "TimesOfGroup",
    "TimesTaken",
    "ToCategoryIn",
    "ToCategoryInCategory",
    "UnresolvedReport",
    "Weekday",
    "WeeklyListOut",
    "WorkflowOut",
    "WorkflowOutTransitionsType0",
    "WouldChange",
    "WouldChangeChangesItem",
)
