"""Passwords: how they are kept, and which are good enough.

The defaults are what GB/T 22239-2019 8.1.4.1 a asks (complexity, a change from time to time); they
are settings, since NIST SP 800-63B and OWASP ASVS 6.2 advise length alone.
"""

import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

LONGEST = 128  # characters; argon2 would hash a book
_COMMON = (
    "password", "passw0rd", "p@ssw0rd", "admin", "administrator", "qwerty", "qwertyuiop", "asdfgh",
    "zxcvbn", "1qaz2wsx", "1q2w3e4r", "qazwsx", "abc", "abcd", "iloveyou", "welcome", "letmein",
    "root", "test", "riskmap", "woaini", "mima", "china", "zhongguo", "aini",
)  # fmt: skip
_LEGIBLE = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
"""Characters that are not taken for another when a password is read from paper."""
_hasher = PasswordHasher()
_nobody = _hasher.hash("nobody's password, so that an unknown name takes as long as a known one")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a password must be: at least so long, of so many of the four kinds of character."""

    length: int = 8
    classes: int = 3
    days: int = 90  # until it has to be changed; 0 for never


def hashed(password: str) -> str:
    """Return the argon2 hash that is kept in place of a password."""
    return _hasher.hash(normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Return whether a password is the one kept; as slow for a name that nobody has."""
    try:
        return _hasher.verify(kept or _nobody, normal(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Return whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def normal(password: str) -> str:
    """Return a password as it is compared: full-width and composed characters made plain."""
    return unicodedata.normalize("NFKC", password)


def problems(password: str, name: str, rules: Rules) -> list[str]:
    """Return what is wrong with a new password, in sentences; none if it will do."""
    plain = normal(password)
    found = []
    if len(plain) < rules.length:
        found.append(_("It needs at least %(number)s characters.", number=rules.length))
    if len(plain) > LONGEST:
        found.append(_("It may have %(number)s characters at most.", number=LONGEST))
    if _classes(plain) < rules.classes:
        found.append(
            _(
                "It needs %(number)s of the four: capital letters, small letters, digits, signs.",
                number=rules.classes,
            )
        )
    if name and name.casefold() in plain.casefold():
        found.append(_("It may not contain the name you sign in with."))
    if _is_common(plain):
        found.append(_("It is one of those that are tried first; choose another."))
    return found


def generated(name: str, rules: Rules) -> str:
    """Return a password to begin with, in groups of four as one reads them out."""
    groups = max(4, -(-rules.length // 4))
    while True:
        found = "-".join(_group() for _number in range(groups))
        if not problems(found, name, rules):
            return found


def _group() -> str:
    return "".join(secrets.choice(_LEGIBLE) for _sign in range(4))


def _classes(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit)
    known = [any(test(each) for each in password) for test in tests]
    signs = any(not (each.isupper() or each.islower() or each.isdigit()) for each in password)
    return sum([*known, signs])


def _is_common(password: str) -> bool:
    """Return whether a password is a word that everybody tries, with figures or signs around it."""
    low = password.casefold()
    bare = low.strip("0123456789!@#$%^&*()_+-=.,?~ ")
    return low in _COMMON or bare in _COMMON or len(set(low)) < 4 or (not bare and low.isdigit())
