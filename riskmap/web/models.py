"""Rows of the pages themselves: forms that were handed in already."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.db import Model, UtcDateTime


class Submission(Model):
    """A form that was handed in and acted upon, by its number, and where its answer led."""

    __recorded__ = False
    __table_args__ = (Index(None, "at"),)
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    location: Mapped[str] = mapped_column(String(400))
