"""The pages of workbooks: export, hand in, look at what would change, carry out, undo."""

from pathlib import PurePath
from typing import Any

from flask import Blueprint, Flask, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm.exc import StaleDataError

from riskmap.accounts.current import me
from riskmap.accounts.files import handed_out
from riskmap.accounts.guard import not_for_you
from riskmap.db import db, now, today
from riskmap.jobs.commands import start
from riskmap.organisation.models import Node
from riskmap.organisation.queries import nodes
from riskmap.organisation.scope import Scope, my_scope
from riskmap.organisation.tree import NodeLevel
from riskmap.revisions.showing import shown as shown_maps
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, finish, once
from riskmap.web.listing import asked_for
from riskmap.web.members import shown
from riskmap.web.showing import draft
from riskmap.workbooks import keeping, taking_in
from riskmap.workbooks.book import Book
from riskmap.workbooks.choices import Choices
from riskmap.workbooks.columns import BY_NAME, TABLES, Table
from riskmap.workbooks.door import LARGEST
from riskmap.workbooks.importing import Entry, OtherBureau, Outcome, sheet_name
from riskmap.workbooks.ledger_sheets import measures, printed, risks
from riskmap.workbooks.marking import marked
from riskmap.workbooks.models import ImportState, WorkbookImport
from riskmap.workbooks.opening import opened_book
from riskmap.workbooks.refusals import Refused
from riskmap.workbooks.rows import Snapshot, snapshot
from riskmap.workbooks.taking import is_ours
from riskmap.workbooks.taking_in import may
from riskmap.workbooks.undoing import CannotUndo
from riskmap.workbooks.writer import About, as_csv, heads, hint, how, workbook
from riskmap.workbooks.writing import MIMETYPE

bp = Blueprint("workbooks", __name__, url_prefix="/workbook")
MOST = 300
"""Rows of each kind that a page shows unless it is asked for all."""
MEGABYTE = 1024 * 1024


class FileForm(Form):
    """A file to be looked at."""

    file = FileField(_l("Workbook or ledger (.xlsx), or one sheet as .csv"), [FileRequired()])


def install(app: Flask) -> None:
    """Let a workbook be as large as the door lets in; all else stays as it is."""

    @app.before_request
    def allow_files() -> None:
        if request.endpoint == f"{bp.name}.hand_in":
            request.max_content_length = LARGEST + MEGABYTE


# Out


@bp.get("")
@allows(Policy.EXPORT)
def home() -> ResponseReturnValue:
    """Show what can be exported, where a workbook is handed in, and what was handed in."""
    return _home(FileForm())


def _home(form: FileForm, refused: str = "") -> str:
    scope = my_scope(Policy.EXPORT)
    return render_template(
        "workbooks/home.html",
        bureau=scope.bureau,
        form=form,
        refused=refused,
        places=_places(scope),
        sheets=[(each.name, str(each.title)) for each in TABLES],
        imports=keeping.mine(db.session, my_scope(Policy.READ), me().user.id),
        how=how(),
        largest=LARGEST // MEGABYTE,
    )


def _places(scope: Scope) -> list[tuple[str, str]]:
    """Return the units and offices that a workbook can be made of, offices indented."""
    return [
        (node.code, ("\u3000" if node.level is NodeLevel.OFFICE else "") + node.name)
        for node in nodes(db.session, scope)
        if node.retired_on is None and node.level is not NodeLevel.POST
    ]


def _of(code: str) -> tuple[Scope, Snapshot, Node | None]:
    """Return what is exported: all that may be seen, or what is at and below a node of it."""
    scope = my_scope(Policy.EXPORT)
    node = next((each for each in nodes(db.session, scope) if each.code == code), None)
    if code and node is None:
        not_for_you()
    return scope, snapshot(db.session, scope, at=node.path if node else "/"), node


@bp.get("/export.xlsx")
@allows(Policy.EXPORT)
def export() -> ResponseReturnValue:
    """Answer with the workbook of what may be seen, or of a `node` with all below it."""
    scope, known, node = _of(asked_for("node"))
    about = About(
        scope.bureau.code,
        scope.bureau.name,
        node.name if node else _("all that I may see"),
        now(),
        me().user.shown,
        scope.bureau.is_sample,
    )
    name = f"{node.code if node else scope.bureau.code}.xlsx"
    within = Scope(scope.bureau, (node.path,)) if node else scope
    maps = shown_maps(db.session, within, draft=draft())
    more = [printed(each, scope.bureau.name, today()) for each in (risks(maps), measures(known))]
    return _file(workbook(about, known, more=more), name, MIMETYPE, known)


@bp.get("/export.csv")
@allows(Policy.EXPORT)
def export_csv() -> ResponseReturnValue:
    """Answer with one `sheet` as CSV."""
    table = BY_NAME[asked_for("sheet", list(BY_NAME)) or abort(404)]
    _scope, known, _node = _of(asked_for("node"))
    return _file(as_csv(table, known), f"{table.name}.csv", "text/csv", known, table)


def _file(
    content: bytes, name: str, mimetype: str, known: Snapshot, table: Table | None = None
) -> Response:
    rows = known.rows if table is None else {table.name: known.rows[table.name]}
    count = sum(map(len, rows.values()))
    return handed_out(content, name, mimetype, format=name.rpartition(".")[2], count=count)


@bp.get("/columns")
@allows(Policy.EXPORT)
def columns() -> ResponseReturnValue:
    """Show what every column of every sheet is and may hold."""
    scope = my_scope(Policy.EXPORT)
    tables = [
        (table, [(str(head), hint(table, column, str(head))) for head, column in heads(table)])
        for table in TABLES
    ]
    return render_template(
        "workbooks/columns.html", bureau=scope.bureau, tables=tables, policies=Policy
    )


# In


@bp.post("")
@allows(Policy.IMPORT)
def hand_in() -> ResponseReturnValue:
    """Read a workbook and keep it with what it would change."""
    form = FileForm()
    if again := once(form):
        return again
    if not form.accepted():
        return _home(form), form.status
    upload = form.file.data
    name, content = PurePath(upload.filename.replace("\\", "/")).name, upload.read()
    scope = my_scope()
    try:
        book = opened_book(content, name)
        choices = None if is_ours(book) else first_choices()
        large = sum(len(sheet.rows) for sheet in book.sheets) > taking_in.LARGE_FILE
        outcome = None if large else keeping.preview(db.session, scope, book, may, choices)
    except Refused as refused:
        return _home(form, refused.said.text(_, shown)), 422
    except OtherBureau as other:
        return _home(form, _other(other)), 422
    row = keeping.keep(
        db.session, me().user.bureau_id, name=name, content=content, outcome=outcome,
        choices=choices,
    )  # fmt: skip
    if large:
        return _as_job(form, taking_in.PREVIEW, row.number)
    follows = url_for(".ledger_columns" if choices else ".show", number=row.number)
    return finish(form.number.data, follows, _("The file was read."))


def first_choices() -> Choices:
    """Return how a ledger is read at first: into what who asks may change."""
    paths = me().paths
    return Choices(register=Policy.EDIT_REGISTER in paths, maps=Policy.EDIT_MAPS in paths)


def _other(other: OtherBureau) -> str:
    return str(_("This workbook was made from the rows of another bureau (%(code)s).",
                 code=other.code))  # fmt: skip


def my_import(number: int, *, locked: bool = False) -> WorkbookImport:
    """Return an import of who is asking; 404 for anybody else's."""
    found = keeping.of_number(db.session, my_scope().bureau, number, locked=locked)
    if found is None:
        abort(404)
    if found.user_id != me().user.id:
        not_for_you()
    return found


@bp.get("/imports/<int:number>", endpoint="show")
@allows(Policy.IMPORT)
def show_import(number: int) -> ResponseReturnValue:
    """Show what a workbook would change, or has changed, cell by cell."""
    return _page(my_import(number))


def _page(row: WorkbookImport, refused: str = "", faults: Any = ()) -> str:
    outcome = Outcome.from_json(row.outcome) if row.outcome else None
    if outcome is None:
        return render_template("workbooks/being_read.html", bureau=my_scope().bureau, row=row)
    everything = request.args.get("all") == "1"
    return render_template(
        "workbooks/import.html",
        bureau=my_scope().bureau,
        row=row,
        form=Form(),
        refused=refused,
        faults=faults,
        rows=outcome.rows,
        left=outcome.left,
        notes=outcome.notes,
        balance=outcome.balance,
        anything=outcome.anything,
        changed=_some(_changes(outcome.of("changed")), everything),
        added=_some(_whole_rows(outcome.of("added")), everything),
        removed=_some(_whole_rows(outcome.of("removed")), everything),
        failed=_some(outcome.of("refused"), everything),
        marked=row.name.lower().endswith(".xlsx") and bool(outcome.rows.get("refused")),
        states=ImportState,
    )


def _some(rows: list[Any], everything: bool) -> tuple[list[Any], int]:
    """Return the rows that a page shows, and how many there are."""
    return rows if everything else rows[:MOST], len(rows)


def _head(entry: Entry) -> str:
    return str(BY_NAME[entry.table].by_name[entry.column].head)


def _changes(entries: list[Entry]) -> list[tuple[str, Entry, str]]:
    return [(sheet_name(each), each, _head(each)) for each in entries]


def _whole_rows(entries: list[Entry]) -> list[tuple[str, Entry, list[tuple[str, str]]]]:
    """Return rows as their sheet, their first cell, and what each of their cells says."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for each in entries:
        found.setdefault((each.table, each.key), []).append(each)
    return [
        (sheet_name(row[0]), row[0], [(_head(each), each.new or each.old) for each in row])
        for row in found.values()
    ]


@bp.post("/imports/<int:number>/carry-out")
@allows(Policy.IMPORT)
def carry_out(number: int) -> ResponseReturnValue:
    """Do what was shown: all that is not refused, as one step."""
    form = Form()
    if again := once(form):
        return again
    if not form.accepted():
        abort(400)
    row = my_import(number, locked=True)
    if row.state is ImportState.SHOWN and _large(row):
        return _as_job(form, taking_in.IMPORT, number)
    scope = my_scope()
    book = opened_book(row.content, row.name)
    try:
        done = keeping.carry_out(db.session, scope, row, book, may)
        location = url_for(".show", number=number)
        return finish(form.number.data, location, _done(done))
    except keeping.NotNow:
        db.session.rollback()
        return _page(my_import(number), _("This was carried out already.")), 409
    except (keeping.Otherwise, StaleDataError):
        return _again(number, scope, book)


def _as_job(form: Form, kind: str, number: int) -> ResponseReturnValue:
    """Let something be done to an import outside the request."""
    asked = start(db.session, kind, {"number": number}, my_scope().bureau, me().user)
    location = url_for("jobs.show", number=asked.id)
    return finish(form.number.data, location, _("It is large: this page says how far it is."))


def _large(row: WorkbookImport) -> bool:
    if not row.outcome:
        return False
    rows = Outcome.from_json(row.outcome).rows
    return sum(rows[each] for each in ("added", "changed", "removed")) > taking_in.LARGE


def _done(done: Outcome) -> str:
    return str(_("Done: %(added)s rows added, %(changed)s changed, %(removed)s taken away.",
                 **keeping.counts(done)))  # fmt: skip


def _again(number: int, scope: Scope, book: Book) -> ResponseReturnValue:
    """Answer 409 with what the import would do by now."""
    db.session.rollback()
    choices = keeping.choices_of(my_import(number))
    outcome = keeping.preview(db.session, scope, book, may, choices)
    row = my_import(number, locked=True)
    row.outcome = outcome.to_json()
    db.session.commit()
    said = _("Rows have changed since this was shown. Look at what it would do now, and decide "
             "again.")  # fmt: skip
    return _page(my_import(number), said), 409


@bp.post("/imports/<int:number>/undo")
@allows(Policy.IMPORT)
def undo(number: int) -> ResponseReturnValue:
    """Put back what an import did, as one step."""
    form = Form()
    if again := once(form):
        return again
    if not form.accepted():
        abort(400)
    row = my_import(number, locked=True)
    if row.state is ImportState.DONE and _large(row):
        return _as_job(form, taking_in.UNDO, number)
    try:
        keeping.take_back(db.session, my_scope(), row, may)
        return finish(form.number.data, url_for(".show", number=number), _("It is undone."))
    except keeping.NotNow:
        db.session.rollback()
        return _page(my_import(number), _("There is nothing to undo.")), 409
    except CannotUndo as found:
        db.session.rollback()
        said = _("It cannot be undone as one step any more; nothing was changed. Mend these rows "
                 "on their pages.")  # fmt: skip
        return _page(my_import(number), said, found.faults), 409


@bp.get("/imports/<int:number>/file")
@allows(Policy.IMPORT)
def file(number: int) -> ResponseReturnValue:
    """Hand out a workbook as it was handed in."""
    row = my_import(number)
    return _take_away(row, row.content, row.name)


@bp.get("/imports/<int:number>/marked")
@allows(Policy.IMPORT)
def marked_copy(number: int) -> ResponseReturnValue:
    """Hand out a workbook with the cells marked that were not taken."""
    row = my_import(number)
    refused = Outcome.from_json(row.outcome).of("refused") if row.outcome else []
    if not refused or not row.name.lower().endswith(".xlsx"):
        abort(404)
    name = _("%(name)s, marked", name=row.name[:-5])
    return _take_away(row, marked(row.content, refused), f"{name}.xlsx")


def _take_away(row: WorkbookImport, content: bytes, name: str) -> Response:
    mimetype = MIMETYPE if name.lower().endswith(".xlsx") else "text/csv"
    return handed_out(content, name, mimetype, number=row.number, format=name.rpartition(".")[2])
