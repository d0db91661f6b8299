"""The command line."""

from riskmap.cli.group import main

__all__ = ["main"]
