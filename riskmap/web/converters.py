"""What may stand in an address: a code as the register issues them, nothing else."""

from flask import Flask
from werkzeug.routing import BaseConverter


class CodeConverter(BaseConverter):
    """A code, as FZ-U1-K13-G01."""

    regex = "[A-Za-z0-9][A-Za-z0-9-]{0,39}"


def install(app: Flask) -> None:
    """Make `<code:…>` known to the routes."""
    app.url_map.converters["code"] = CodeConverter
