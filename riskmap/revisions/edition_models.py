"""Rows of editions: the atlas of a day, frozen."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.accounts.models import User
from riskmap.db import Model, UtcDateTime, not_blank, shared_key
from riskmap.organisation.models import Bureau


class Edition(Model):
    """The atlas of a day as it was in force then; only ever added to.

    `content` is all that it was bound from: the revisions with their stamps and signatures, the
    organisation, the register, the counts. `pdf` is what was bound, `public_pdf` the same without
    the names of persons; each with its digest. `program` is the version that bound them.
    """

    __recorded__ = False
    __noted__ = True
    __table_args__ = (
        UniqueConstraint("bureau_id", "number"),
        shared_key("bureau_id", "user_id", User),
        CheckConstraint("number >= 1", name="number_range"),
        not_blank("content"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    number: Mapped[int]
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]
    who: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text, default="")
    program: Mapped[str] = mapped_column(String(40))
    maps: Mapped[int]
    content: Mapped[str] = mapped_column(Text, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))  # of the content
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    pdf_digest: Mapped[str] = mapped_column(String(64))
    public_pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    public_digest: Mapped[str] = mapped_column(String(64))
