"""Files that are handed out: to be kept, never shown by the site, and recorded."""

from io import BytesIO

from flask import Response, request, send_file

from riskmap.accounts.guard import record
from riskmap.history.events import Kind
from riskmap.web.headers import FILE_POLICY


def handed_out(
    content: bytes, name: str, mimetype: str, about: str = "", **details: object
) -> Response:
    """Answer with a file; the record says who took what, `about` being the code it belongs to."""
    answer = send_file(
        BytesIO(content), mimetype, as_attachment=True, download_name=name, etag=False
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    if request.method == "GET":
        record(Kind.EXPORTED, about or name, **details)
    return answer
