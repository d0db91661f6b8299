"""The site on the database that `riskmap demo` makes."""

from tests.cli.conftest import made

__all__ = ["made"]
