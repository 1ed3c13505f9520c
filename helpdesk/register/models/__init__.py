"""登録簿の表, handed on under one name: what was contracted, submitted, computed, fixed and told.

Columns only. What was told, computed or sent in is never changed or deleted: what is later found to be different is a
new row beside it (`permanent`).
"""

from helpdesk.register.models.addressing import ACCOUNT_KINDS as ACCOUNT_KINDS
from helpdesk.register.models.addressing import AreaUtility as AreaUtility
from helpdesk.register.models.addressing import BankAccount as BankAccount
from helpdesk.register.models.addressing import BillingAddressee as BillingAddressee
from helpdesk.register.models.assessing import PARAMETER_SET_STATES as PARAMETER_SET_STATES
from helpdesk.register.models.assessing import RESULT_STATES as RESULT_STATES
from helpdesk.register.models.assessing import FleetRun as FleetRun
from helpdesk.register.models.assessing import InputMark as InputMark
from helpdesk.register.models.assessing import MonthResult as MonthResult
from helpdesk.register.models.assessing import ParameterSet as ParameterSet
from helpdesk.register.models.contracting import REQUIREMENT_STATES as REQUIREMENT_STATES
from helpdesk.register.models.contracting import REQUIREMENTS as REQUIREMENTS
from helpdesk.register.models.contracting import Contract as Contract
from helpdesk.register.models.contracting import RequirementState as RequirementState
from helpdesk.register.models.contracting import Resource as Resource
from helpdesk.register.models.contracting import Substitution as Substitution
from helpdesk.register.models.market import AUCTIONS as AUCTIONS
from helpdesk.register.models.market import AreaDemand as AreaDemand
from helpdesk.register.models.market import AuctionResult as AuctionResult
from helpdesk.register.models.market import RetailerShare as RetailerShare
from helpdesk.register.models.results import RUN_KINDS as RUN_KINDS
from helpdesk.register.models.results import CalculationRun as CalculationRun
from helpdesk.register.models.results import CaseResult as CaseResult
from helpdesk.register.models.results import CaseRun as CaseRun
from helpdesk.register.models.results import NotifiedResult as NotifiedResult
from helpdesk.register.models.slot_data import ALL_SLOT_KINDS as ALL_SLOT_KINDS
from helpdesk.register.models.slot_data import NO_VALUE as NO_VALUE
from helpdesk.register.models.slot_data import SLOT_KINDS as SLOT_KINDS
from helpdesk.register.models.slot_data import SUBMITTED_KINDS as SUBMITTED_KINDS
from helpdesk.register.models.slot_data import SlotDay as SlotDay
from helpdesk.register.models.slot_data import SlotFile as SlotFile
from helpdesk.register.models.submitted import DISPATCH_KINDS as DISPATCH_KINDS
from helpdesk.register.models.submitted import LOW_RESERVE_ORIGINS as LOW_RESERVE_ORIGINS
from helpdesk.register.models.submitted import CoalMetering as CoalMetering
from helpdesk.register.models.submitted import DispatchOrder as DispatchOrder
from helpdesk.register.models.submitted import ImportedFile as ImportedFile
from helpdesk.register.models.submitted import LowReserveSlot as LowReserveSlot
from helpdesk.register.models.submitted import OutagePlan as OutagePlan
from helpdesk.register.models.submitted import SupplyInstruction as SupplyInstruction
