"""The search index as rows: what may be found, as words that both databases can look up."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.db import Model
from riskmap.organisation.models import Bureau


class Found(StrEnum):
    """What a search finds, in the order in which it is shown."""

    NODE = "node"
    PERSON = "person"
    MAP = "map"
    STEP = "step"
    RISK_POINT = "risk_point"
    ITEM = "item"
    MEASURE = "measure"
    BASIS = "basis"


class SearchEntry(Model):
    """A row of another table as `search_text.words`; `place` orders what is found.

    It repeats what stands elsewhere and is written anew with every change, so nothing points at
    it and it points at nothing but its bureau.
    """

    __recorded__ = False
    __table_args__ = (
        UniqueConstraint("kind", "target_id"),
        Index(None, "bureau_id", "kind", "place"),
        Index(None, "of_map"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    kind: Mapped[str] = mapped_column(String(20))  # of `Found`
    target_id: Mapped[int]
    of_map: Mapped[int | None]  # the map's id, for a map and for what is below one
    place: Mapped[str] = mapped_column(String(100))
    words: Mapped[str] = mapped_column(Text)
