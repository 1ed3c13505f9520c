"""台帳の表, handed on under one name: what is owed and paid, the bank's files, the books, the reminders. Columns only."""

from helpdesk.ledger.models.bank import BANK_FILE_KINDS as BANK_FILE_KINDS
from helpdesk.ledger.models.bank import TRANSFER_OUTCOMES as TRANSFER_OUTCOMES
from helpdesk.ledger.models.bank import BankFile as BankFile
from helpdesk.ledger.models.bank import TransferRow as TransferRow
from helpdesk.ledger.models.billing import INVOICE_KINDS as INVOICE_KINDS
from helpdesk.ledger.models.billing import RECEIPT_ORIGINS as RECEIPT_ORIGINS
from helpdesk.ledger.models.billing import Allocation as Allocation
from helpdesk.ledger.models.billing import AllocationReversal as AllocationReversal
from helpdesk.ledger.models.billing import Invoice as Invoice
from helpdesk.ledger.models.billing import Payment as Payment
from helpdesk.ledger.models.billing import Receipt as Receipt
from helpdesk.ledger.models.billing import ReceiptReversal as ReceiptReversal
from helpdesk.ledger.models.books import JournalEntry as JournalEntry
from helpdesk.ledger.models.books import JournalLine as JournalLine
from helpdesk.ledger.models.books import PeriodClosing as PeriodClosing
from helpdesk.ledger.models.dunning import DunningNotice as DunningNotice
