"""オークション結果・H3需要・負担割合の表: what contributions are computed from. Columns only; the highest version counts."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cases.models import AppendOnlyId, Business
from helpdesk.database import Base
from helpdesk.register.models.permanent import one_of, permanent
from helpdesk.register.models.submitted import FromFile

AUCTIONS = {"main": "メインオークション", "additional": "追加オークション"}


@permanent("オークション結果")
class AuctionResult(FromFile, Base):
    """オークション結果: contracted quantity and price of an area."""

    __tablename__ = "helpdesk_auction_result"
    __table_args__ = (
        UniqueConstraint("fiscal_year", "auction", "area", "version"),
        CheckConstraint(one_of("auction", AUCTIONS), name="auction"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(Integer)
    auction: Mapped[str] = mapped_column(String(20))
    area: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    quantity_kw: Mapped[int] = mapped_column(BigInteger)
    price_yen_per_kw: Mapped[int] = mapped_column(Integer)


@permanent("H3需要")
class AreaDemand(FromFile, Base):
    """H3需要: the demand of an area that shares out the contribution, and the deduction of its retailers."""

    __tablename__ = "helpdesk_area_demand"
    __table_args__ = (UniqueConstraint("fiscal_year", "area", "version"),)

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(Integer)
    area: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    h3_demand_kw: Mapped[int] = mapped_column(BigInteger)
    transitional_deduction_yen: Mapped[int] = mapped_column(BigInteger)


@permanent("負担割合")
class RetailerShare(FromFile, Base):
    """負担割合: the peaks of a retailer in an area, and how its contracts changed since; exact text where a fraction may be."""

    __tablename__ = "helpdesk_retailer_share"
    __table_args__ = (
        UniqueConstraint(
            "fiscal_year",
            "delivery_month",
            "area",
            "business_id",
            "version",
            name="uq_helpdesk_retailer_share_version",
        ),
        CheckConstraint("delivery_month between 1 and 12", name="delivery_month"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(Integer)
    delivery_month: Mapped[int] = mapped_column(Integer)
    area: Mapped[str] = mapped_column(String(20))
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    version: Mapped[int] = mapped_column(Integer)
    peak_kw_summer: Mapped[str] = mapped_column(String(40))
    peak_kw_winter: Mapped[str] = mapped_column(String(40))
    contract_kw_at_peak: Mapped[str] = mapped_column(String(40))
    contract_kw: Mapped[str] = mapped_column(String(40))
    substitute_kw: Mapped[str] = mapped_column(String(40), default="")
