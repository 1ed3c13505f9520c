"""案件・問合せの表, handed on under one name.

Nothing in here refers outside the package: a user is an id with the display name beside it, a calculation run, a
notice and an invoice are named by opaque references, raw mail by the SHA-256 of its bytes.
"""

from cases.models.base import AppendOnlyId as AppendOnlyId
from cases.models.base import Base as Base
from cases.models.case import Answer as Answer
from cases.models.case import Attachment as Attachment
from cases.models.case import Case as Case
from cases.models.case import Message as Message
from cases.models.directory import Business as Business
from cases.models.directory import Contact as Contact
from cases.models.directory import Counter as Counter
from cases.models.directory import Holiday as Holiday
from cases.models.history import Event as Event
from cases.models.history import EventStream as EventStream
from cases.models.history import Seal as Seal
from cases.models.late_payment import LatePayment as LatePayment
from cases.models.objection import Objection as Objection
from cases.models.phone_call import PhoneCall as PhoneCall
from cases.models.work import Checklist as Checklist
from cases.models.work import ChecklistItem as ChecklistItem
from cases.models.work import ChecklistTemplate as ChecklistTemplate
from cases.models.work import WorkInterval as WorkInterval
