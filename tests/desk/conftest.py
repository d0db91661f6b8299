"""The site on a database of a test's own."""

from tests.web.conftest import made, own

__all__ = ["made", "own"]
