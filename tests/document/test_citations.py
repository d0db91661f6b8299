import pytest

from riskmap.document.model import Citation


@pytest.mark.parametrize(
    ("title", "cited"),
    [
        ("工伤保险条例", "《工伤保险条例》第八条"),
        ("关于实施《劳动保障监察条例》若干规定", "《关于实施〈劳动保障监察条例〉若干规定》第八条"),
    ],
)
def test_a_title_within_a_title_stands_in_single_marks(title: str, cited: str) -> None:
    assert Citation("FG-001", title, "", "第八条").text == cited


def test_what_needs_checking_or_is_invented_says_so_behind_the_article() -> None:
    citation = Citation("FG-001", "规定", "", "第八条", unverified=True, fictional=True)

    assert citation.text == "《规定》第八条〔待核〕〔虚构〕"
