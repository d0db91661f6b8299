"""Every failure a command can foresee, as one line: what, where, what to do."""

from typing import Any

import click
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from riskmap.cli.writing import CannotWrite
from riskmap.config import DATABASE_URL, SettingError
from riskmap.db.backup_files import BackupError
from riskmap.db.schema import SchemaError
from riskmap.drawing.engine import DrawingFailed
from riskmap.jobs.handlers import JobFailed
from riskmap.maps.queries import NoSuchMap
from riskmap.maps.sheets import NothingToBind
from riskmap.printing.typesetter import TypesettingFailed
from riskmap.revisions.editions import NoEdition
from riskmap.revisions.showing import NoSuchRevision
from riskmap.sample.reading import SampleError

FORESEEN = (
    BackupError,
    CannotWrite,
    DrawingFailed,
    JobFailed,
    NoEdition,
    NoSuchMap,
    NoSuchRevision,
    NothingToBind,
    SampleError,
    SchemaError,
    SettingError,
    TypesettingFailed,
)


class Failure(click.ClickException):
    """A foreseen failure; exit code 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"错误：{self.message}", err=True)


class Commands(click.Group):
    """A group of commands that end in one clear line when something foreseen goes wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FORESEEN as error:
            raise Failure(str(error.args[0] if error.args else error)) from error
        except DBAPIError as error:
            raise Failure(in_words(error)) from error
        except (SQLAlchemyError, ModuleNotFoundError) as error:
            reason = str(error).splitlines()[0]
            raise Failure(f"数据库地址不能用（{reason}）；请检查 {DATABASE_URL.name}") from error


def in_words(error: DBAPIError) -> str:
    """Return what a database said, and what to do."""
    reason = str(error.orig).strip().splitlines()[0]
    if "locked" in reason:
        return "数据库正被另一个程序占用；请等它结束（或关掉它）再试"
    return (
        f"数据库用不了（{reason}）；请检查 {DATABASE_URL.name} 和数据库服务，再运行 riskmap check"
    )
