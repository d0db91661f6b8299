"""Takes a workbook in and commits, in a process that a test kills; prints “ready” before it begins.

python -m tests.workbooks.importing_child DATABASE FILE
"""

import sys
from pathlib import Path

from riskmap.app import create_app
from riskmap.db import db
from riskmap.db.connections import start_writing
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.workbooks import keeping
from riskmap.workbooks.opening import opened_book
from tests.workbooks.handed_in import anybody


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(database: str, file: str) -> None:
    content = Path(file).read_bytes()
    app = create_app(f"sqlite:///{database}")
    with app.app_context():
        book = opened_book(content, "a.xlsx")
        say("ready")
        start_writing(db.session)
        scope = Scope(bureaus(db.session)[0])
        outcome = keeping.preview(db.session, scope, book, anybody)
        scope = Scope(bureaus(db.session)[0])
        row = keeping.keep(
            db.session, scope.bureau.id, name="a.xlsx", content=content, outcome=outcome
        )
        keeping.carry_out(db.session, scope, row, book, anybody)
        db.session.commit()
        say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
