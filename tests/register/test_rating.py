"""How severe a risk is."""

import pytest

from riskmap.register.rating import Level, level, score

LOW, MEDIUM, HIGH = Level.LOW, Level.MEDIUM, Level.HIGH
BANDS = {
    1: (LOW, LOW, LOW, MEDIUM),
    2: (LOW, MEDIUM, MEDIUM, MEDIUM),
    3: (LOW, MEDIUM, HIGH, HIGH),
    4: (MEDIUM, MEDIUM, HIGH, HIGH),
}
"""By likelihood, the levels of severity 1 to 4."""

CASES = [
    (likelihood, severity, band)
    for likelihood, bands in BANDS.items()
    for severity, band in enumerate(bands, start=1)
]


@pytest.mark.parametrize(("likelihood", "severity", "band"), CASES)
def test_a_score_of_9_is_high_and_one_of_4_is_medium(
    likelihood: int, severity: int, band: Level
) -> None:
    assert score(likelihood, severity) == likelihood * severity
    assert level(likelihood, severity) is band


@pytest.mark.parametrize("numbers", [(0, 1), (1, 0), (5, 1), (1, 5), (-1, 2), (2, -1)])
def test_numbers_outside_1_to_4_are_refused(numbers: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="must be 1 to 4"):
        score(*numbers)
    with pytest.raises(ValueError, match="must be 1 to 4"):
        level(*numbers)


def test_a_bureau_may_set_its_own_thresholds() -> None:
    assert level(2, 4, high_from=8) is HIGH
    assert level(2, 2, medium_from=5) is LOW


def test_a_higher_level_has_a_higher_rank() -> None:
    assert sorted(Level, key=lambda each: each.rank) == [LOW, MEDIUM, HIGH]
