"""What may stand in an address: a code as the register issues them, nothing else."""

import re

from flask import Flask
from werkzeug.routing import BaseConverter

_CODE = "[A-Za-z0-9][A-Za-z0-9-]{0,39}"
_KEY = "[0-9a-f]{16}"


def is_code(text: str) -> bool:
    """Return whether a text can be a code; for codes that come in a query."""
    return re.fullmatch(_CODE, text) is not None


def is_key(text: str) -> bool:
    """Return whether a text can be 16 hex digits of a digest."""
    return re.fullmatch(_KEY, text) is not None


class CodeConverter(BaseConverter):
    """A code, as FZ-U1-K13-G01."""

    regex = _CODE


class KeyConverter(BaseConverter):
    """What names a gap in an address: 16 hex digits."""

    regex = _KEY


def install(app: Flask) -> None:
    """Make `<code:…>` and `<key:…>` known to the routes."""
    app.url_map.converters["code"] = CodeConverter
    app.url_map.converters["key"] = KeyConverter
