"""Chinese text as words that a full-text index can look up, and a question in the same words.

Written Chinese has no blanks between words and most terms are two characters long, so the words are
pairs of neighbouring characters: 工伤认定 is kept as 工伤 伤认 认定 定. The last character stands
alone, so that every character begins a word and a question of one character finds it. Latin words
and numbers are kept whole, in lower case.
"""

import re
import unicodedata
from collections.abc import Iterator

_RUN = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")
LONGEST = 100  # characters of a question that are looked at


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).lower())


def words(*texts: str) -> str:
    """Return the words of some texts, blank-separated.

    >>> words("工伤认定", "FZ-U1")
    '工伤 伤认 认定 定 fz u1'
    """
    return " ".join(word for text in texts for run in _runs(text) for word in _split(run))


def _split(run: str) -> Iterator[str]:
    if run.isascii():
        yield run
    else:
        yield from (run[at : at + 2] for at in range(len(run)))


def phrases(question: str) -> list[list[str]]:
    """Return the phrases that a question asks for: each a row of words, the last a beginning.

    >>> phrases("工伤认定 U1-K0")
    [['工伤', '伤认', '认定'], ['u1', 'k0']]
    """
    found: list[list[str]] = []
    for term in question[:LONGEST].split():
        latin = False
        for run in _runs(term):
            if run.isascii() and latin:
                found[-1].append(run)
            elif run.isascii():
                found.append([run])
            else:
                found.append([run[at : at + 2] for at in range(max(1, len(run) - 1))])
            latin = run.isascii()
    return found


def for_sqlite(asked: list[list[str]]) -> str:
    """Return phrases as an FTS5 query: words are letters and digits, so nothing is markup."""
    return " AND ".join(f'"{" ".join(phrase)}" *' for phrase in asked)


def for_postgresql(asked: list[list[str]]) -> str:
    """Return phrases as a `tsquery`."""
    return " & ".join(f"({' <-> '.join(phrase)}:*)" for phrase in asked)
