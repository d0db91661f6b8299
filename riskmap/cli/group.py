"""The commands, by what they are for."""

import gc

import click

from riskmap.cli.auditing import audit
from riskmap.cli.backup import backup, restore
from riskmap.cli.checking import check
from riskmap.cli.demo import demo
from riskmap.cli.drawing import atlas, draw, edition, print_
from riskmap.cli.failures import Commands
from riskmap.cli.reporting import report
from riskmap.cli.serving import serve
from riskmap.cli.setup import init
from riskmap.cli.users import user
from riskmap.cli.verifying import verify
from riskmap.cli.workbooks import export, import_


@click.group(cls=Commands)
@click.version_option(package_name="riskmap")
def main() -> None:
    """riskmap：廉政风险防控与法治账图。"""
    if not gc.get_freeze_count():  # once a process: what was imported stays, and need not be
        gc.freeze()  # looked through for garbage again and again


for command in (
    init,
    check,
    demo,
    serve,
    draw,
    print_,
    atlas,
    edition,
    audit,
    report,
    export,
    import_,
    user,
    backup,
    restore,
    verify,
):
    main.add_command(command)
