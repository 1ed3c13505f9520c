"""事業者・担当者・暦: who writes to us, and which days are holidays. Columns only."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models.base import Base


class Business(Base):
    """事業者: 容量提供事業者, 小売電気事業者 or 一般送配電事業者."""

    __tablename__ = "cases_business"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_kana: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(20))  # capacity_provider | retailer | utility
    mail_domain: Mapped[str | None] = mapped_column(String(255), index=True)
    note: Mapped[str] = mapped_column(Text, default="")

    contacts: Mapped[list["Contact"]] = relationship(back_populates="business")


class Contact(Base):
    """担当者: a person of a business, known by mail address or telephone number."""

    __tablename__ = "cases_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("cases_business.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    name_kana: Mapped[str] = mapped_column(String(100), default="")
    department: Mapped[str] = mapped_column(String(100), default="")
    mail_address: Mapped[str | None] = mapped_column(String(320), unique=True)
    telephone: Mapped[str] = mapped_column(String(40), default="")

    business: Mapped[Business] = relationship(back_populates="contacts")


class Counter(Base):
    """採番: one row a series, so that numbers never repeat, however many write at once."""

    __tablename__ = "cases_counter"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class Holiday(Base):
    """祝日: public holidays, seeded from a library and editable by staff."""

    __tablename__ = "cases_holiday"

    date: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
