"""How severe a risk is: likelihood times severity, in three bands."""

from enum import StrEnum


class Level(StrEnum):
    """A risk's level; 高 一级, 中 二级, 低 三级."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> str:
        return {"high": "高", "medium": "中", "low": "低"}[self.value]

    @property
    def rank(self) -> int:
        """Return 3 for high, 2 for medium, 1 for low."""
        return {"high": 3, "medium": 2, "low": 1}[self.value]


def score(likelihood: int, severity: int) -> int:
    """Return the score, 1 to 16, of a risk whose likelihood and severity run from 1 to 4."""
    if not (1 <= likelihood <= 4 and 1 <= severity <= 4):
        raise ValueError(f"likelihood {likelihood} and severity {severity} must be 1 to 4")
    return likelihood * severity


def level(likelihood: int, severity: int, *, high_from: int = 9, medium_from: int = 4) -> Level:
    """Return the band of a risk; the thresholds are a bureau's setting."""
    points = score(likelihood, severity)
    if points >= high_from:
        return Level.HIGH
    return Level.MEDIUM if points >= medium_from else Level.LOW
