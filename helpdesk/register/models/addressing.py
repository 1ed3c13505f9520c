"""請求先・振込先の表: whom invoices go to, where money is paid, who runs an area's grid; dated. Columns only.

Of each key the row with the latest `valid_from` that has begun is in force, of that day its highest version.
"""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cases.models import AppendOnlyId, Business
from helpdesk.database import Base
from helpdesk.register.models.permanent import one_of, permanent
from helpdesk.register.models.submitted import FromFile

ACCOUNT_KINDS = {"1": "普通", "2": "当座", "4": "貯蓄", "9": "その他"}


@permanent("請求先")
class BillingAddressee(FromFile, Base):
    """請求先: whom a business wants its notices, invoices and reminders addressed to, since a day."""

    __tablename__ = "helpdesk_billing_addressee"
    __table_args__ = (
        UniqueConstraint(
            "business_id", "valid_from", "version", name="uq_helpdesk_billing_addressee_version"
        ),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id))
    valid_from: Mapped[date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)
    postal_code: Mapped[str] = mapped_column(String(8), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    department: Mapped[str] = mapped_column(String(200), default="")
    person: Mapped[str] = mapped_column(String(100), default="")
    mail_address: Mapped[str] = mapped_column(String(320), default="")


@permanent("振込先口座")
class BankAccount(FromFile, Base):
    """振込先口座: where a business is paid, since a day; kana as a bank takes it (JIS X 0201)."""

    __tablename__ = "helpdesk_bank_account"
    __table_args__ = (
        UniqueConstraint("business_id", "valid_from", "version", name="uq_helpdesk_bank_account_version"),
        CheckConstraint(one_of("account_kind", ACCOUNT_KINDS), name="account_kind"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id))
    valid_from: Mapped[date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)
    bank_code: Mapped[str] = mapped_column(String(4))
    bank_name_kana: Mapped[str] = mapped_column(String(15))
    branch_code: Mapped[str] = mapped_column(String(3))
    branch_name_kana: Mapped[str] = mapped_column(String(15))
    account_kind: Mapped[str] = mapped_column(String(1))
    account_number: Mapped[str] = mapped_column(String(7))
    holder_kana: Mapped[str] = mapped_column(String(30))


@permanent("エリアの一般送配電事業者")
class AreaUtility(FromFile, Base):
    """エリアの一般送配電事業者: which business pays the utility's share of an area, since a day."""

    __tablename__ = "helpdesk_area_utility"
    __table_args__ = (
        UniqueConstraint("area", "valid_from", "version", name="uq_helpdesk_area_utility_version"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    area: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
