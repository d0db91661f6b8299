"""Names as they are compared: full-width, capitals and blanks make no other name."""

import unicodedata

_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x061C, 0x180E, 0xFEFF]
    + [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)


def name_key(name: str) -> str:
    """Return what two names that look alike have in common."""
    before = None
    while name != before:  # a sign that one round brings out may be one that the next folds
        before, plain = name, unicodedata.normalize("NFKC", name).translate(_INVISIBLE)
        name = "".join(plain.split()).casefold()
    return name
