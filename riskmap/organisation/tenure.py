"""For how long a post is held: from one day to another, both included, or until further notice."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Tenure:
    """The days on which somebody holds a post; without a last one, until further notice."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether a day is among them."""
        return self.since <= day and (self.until is None or day <= self.until)

    def meets(self, other: "Tenure") -> bool:
        """Return whether two share a day."""
        return (self.until is None or other.since <= self.until) and (
            other.until is None or self.since <= other.until
        )
