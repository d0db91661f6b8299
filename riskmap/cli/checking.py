"""riskmap check: what is wrong with this installation, thing by thing."""

import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DBAPIError

from riskmap.accounts import settings as account_settings
from riskmap.accounts.models import Grant, User
from riskmap.accounts.roles import Role
from riskmap.cli.context import EXPORTS, address, application, cache_folder, key_folder
from riskmap.cli.failures import Failure, in_words
from riskmap.cli.verifying import bureau_names, problems
from riskmap.config import (
    CACHE_FOLDER,
    CACHE_MEGABYTES,
    DRAW_MEGABYTES,
    DRAW_SECONDS,
    SECRET_KEY,
    SECURE_COOKIES,
    SETTINGS,
    SettingError,
    font_folder,
    sample_folder,
    template_folder,
)
from riskmap.db import db
from riskmap.db.connections import journal_mode
from riskmap.db.schema import (
    SchemaError,
    changing,
    check_foreign_keys,
    differences,
    newest,
    require_current,
    upgrade,
)
from riskmap.drawing.engine import Engine
from riskmap.drawing.kept import MEGABYTE, shelf_in
from riskmap.drawing.text import width
from riskmap.drawing.widths import DIGESTS
from riskmap.history.queries import check_all
from riskmap.maps.queries import documents
from riskmap.maps.sheets import lacking
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.printing.typesetter import typeset
from riskmap.sample.loader import load_into, read_sample
from riskmap.web.secret import secret_key

TEMPLATES = (
    "accounts/account.html",
    "accounts/nobody_yet.html",
    "accounts/password.html",
    "accounts/busy.html",
    "accounts/resume.html",
    "accounts/sign_in.html",
    "coverage/_findings.html",
    "coverage/_macros.html",
    "coverage/_nav.html",
    "coverage/accept.html",
    "coverage/accepted.html",
    "coverage/compare.html",
    "coverage/figures.html",
    "coverage/finding.html",
    "coverage/finding_form.html",
    "coverage/findings.html",
    "coverage/gap.html",
    "coverage/grid.html",
    "coverage/home.html",
    "coverage/keep_figures.html",
    "coverage/parameter.html",
    "coverage/rules.html",
    "coverage/run.html",
    "coverage/runs.html",
    "desk/_concerned.html",
    "desk/_edit.html",
    "desk/_entries.html",
    "desk/_holdings.html",
    "desk/_maps.html",
    "desk/_node_head.html",
    "desk/_party_maps.html",
    "desk/_retire_form.html",
    "desk/_upkeep.html",
    "desk/_used.html",
    "desk/_user_rows.html",
    "desk/bases.html",
    "desk/basis.html",
    "desk/bulk.html",
    "desk/bulk_preview.html",
    "desk/bureau_edit.html",
    "desk/edit.html",
    "desk/edit_item.html",
    "desk/edit_measure.html",
    "desk/grants.html",
    "desk/grants_edit.html",
    "desk/history.html",
    "desk/holding_edit.html",
    "desk/home.html",
    "desk/item.html",
    "desk/keep.html",
    "desk/maps.html",
    "desk/matters.html",
    "desk/measure.html",
    "desk/measures.html",
    "desk/mine.html",
    "desk/node.html",
    "desk/node_add.html",
    "desk/node_edit.html",
    "desk/node_move.html",
    "desk/node_retire.html",
    "desk/not_applicable.html",
    "desk/organisation.html",
    "desk/parties.html",
    "desk/party_edit.html",
    "desk/party_retire.html",
    "desk/password_once.html",
    "desk/password_reset.html",
    "desk/people.html",
    "desk/person.html",
    "desk/person_add.html",
    "desk/person_edit.html",
    "desk/person_retire.html",
    "desk/persons.html",
    "desk/register.html",
    "desk/retire.html",
    "desk/retired.html",
    "desk/risk_points.html",
    "desk/search.html",
    "desk/steps.html",
    "desk/trail.html",
    "desk/user_add.html",
    "desk/user_edit.html",
    "desk/users.html",
    "jobs/_macros.html",
    "jobs/mine.html",
    "jobs/show.html",
    "maps/_editor.html",
    "maps/conflict.html",
    "maps/discard.html",
    "maps/edit.html",
    "maps/new.html",
    "maps/reviewed.html",
    "maps/show.html",
    "printing/atlas.typ",
    "printing/audit.typ",
    "printing/check.typ",
    "printing/comparison.typ",
    "printing/common.typ",
    "printing/grid.typ",
    "printing/sheet.typ",
    "printing/sheets.typ",
    "revisions/_macros.html",
    "revisions/check.html",
    "revisions/compare.html",
    "revisions/editions.html",
    "revisions/hand_in.html",
    "revisions/index.html",
    "revisions/queue.html",
    "revisions/retire_map.html",
    "revisions/show.html",
    "revisions/signed_together.html",
    "revisions/_comparison.html",
    "rounds/_macros.html",
    "rounds/entry.html",
    "rounds/index.html",
    "rounds/new.html",
    "rounds/show.html",
    "web/_forms.html",
    "web/_macros.html",
    "web/_shown.html",
    "web/_stale.html",
    "web/base.html",
    "web/error.html",
    "workbooks/_ledger.html",
    "workbooks/being_read.html",
    "workbooks/columns.html",
    "workbooks/home.html",
    "workbooks/import.html",
    "workbooks/ledger_columns.html",
    "workbooks/ledger_places.html",
)
LEAST_FREE = 500 * 1024 * 1024
GLYPHS = "法治账图绘制检查"


class Wrong(RuntimeError):
    """Something that does not work, and what to do."""


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=EXPORTS,
    show_default=True, help="检查哪个输出文件夹",
)  # fmt: skip
def check(output: Path) -> None:
    """逐项检查本机安装：数据库、用户、变更记录、绘图、字体、排版、磁盘。"""
    wrong = 0
    for name, examine in CHECKS:
        try:
            said, good = examine(output), True
        except DBAPIError as error:
            said, good = in_words(error), False
        except Exception as error:  # whatever is broken, the other checks go on
            said, good = (str(error) or type(error).__name__).splitlines()[0], False
        wrong += not good
        click.echo(f"{'正常' if good else '异常'}  {name}：{said}")
    if wrong:
        raise Failure(f"{wrong} 项异常，请按上面的说明处理")


def _python(_output: Path) -> str:
    return f"{sys.version.split()[0]}"


def _settings(output: Path) -> str:
    """Read every setting as its user does."""
    DRAW_SECONDS.number()
    DRAW_MEGABYTES.number()
    CACHE_MEGABYTES.number()
    SECURE_COOKIES.choice(("off", "on"))
    secret_key(None)
    account_settings.read()
    address(output)
    made = [setting.name for setting in SETTINGS if setting.read() != setting.default]
    return f"已设 {'、'.join(made)}" if made else "全部用默认值"


def _sqlite(_output: Path) -> str:
    note = "" if journal_mode() == "WAL" else "（此版本的 WAL 有缺陷，改用回滚日志）"
    return f"{sqlite3.sqlite_version}，日志方式 {journal_mode()}{note}"


def _database(output: Path) -> str:
    app = application(output)
    with app.app_context(), db.engine.connect() as connection:
        check_foreign_keys(connection)
        if connection.dialect.name == "sqlite":
            said = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
            if said != "ok":
                raise Wrong(f"数据库文件损坏（{said}）；请从备份恢复")
    return str(address(output))


def _schema(output: Path) -> str:
    app = application(output)
    with app.app_context():
        require_current(db.engine)
        with db.engine.connect() as connection:
            wrong = differences(connection)
    if wrong:
        raise Wrong(
            f"与版本 {newest()} 应有的结构不一致（{'、'.join(wrong)}）；请从备份恢复，不要手工改表"
        )
    return newest()


def _characters(output: Path) -> str:
    with _current(output) as usable:
        if not usable:
            return "数据库可用后再查"
        maps = [
            each for bureau in bureaus(db.session) for each in documents(db.session, Scope(bureau))
        ]
        missing = lacking(maps)
    if missing:
        return f"这些字随附字体没有，单独的流程图上显示为方框：{missing}"
    return f"{len(maps)} 张账图的字都在随附字体中"


def _fonts(_output: Path) -> str:
    for name, digest in DIGESTS.items():
        path = font_folder() / name
        if not path.is_file():
            raise Wrong(f"缺少字体 {path}；请重新安装 riskmap")
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise Wrong(f"字体 {path} 与发布的不一致；请重新安装 riskmap")
    return "、".join(DIGESTS)


def _engine(_output: Path) -> str:
    """Draw a label without a fixed size: its box is as wide as our face only if it was used."""
    source = (
        "digraph { graph [pad=0 margin=0] node [shape=box margin=0 fontsize=9 "
        f'fontname="Noto Sans SC" label="{GLYPHS}" pos="100,100"] n1 }}'
    )
    with Engine() as engine:
        drawing = engine.render(source, "svg").decode()
    xs = [float(pair.split(",")[0]) for pair in _points(drawing)]
    drawn, expected = max(xs) - min(xs), width(GLYPHS)
    if abs(drawn - expected) > expected * 0.1:
        raise Wrong(f"绘图没有用上自带字体（字宽 {drawn:.0f}，应为 {expected:.0f}）；请重新安装")
    return "可绘图，使用自带字体"


def _points(drawing: str) -> Iterator[str]:
    start = drawing.index('points="', drawing.index('class="node"')) + len('points="')
    yield from drawing[start : drawing.index('"', start)].split()


def _typesetter(_output: Path) -> str:
    pdf = typeset("check.typ", {"text": GLYPHS}, {})
    return f"可排版（试排 {len(pdf)} 字节）"


def _templates(_output: Path) -> str:
    folder = template_folder()
    missing = [name for name in TEMPLATES if not (folder / name).is_file()]
    if missing:
        raise Wrong(f"{folder} 中缺少 {'、'.join(missing)}；请重新安装 riskmap")
    return f"{len(TEMPLATES)} 个，在 {folder}"


def _sample(_output: Path) -> str:
    """Load the sample into a database that is thrown away."""
    sample = read_sample(sample_folder())
    scratch = create_engine("sqlite://")
    try:
        with changing(scratch) as connection:
            upgrade(connection)
            load_into(connection, sample)
    finally:
        scratch.dispose()
    if not sample.maps:
        raise Wrong(f"{sample_folder()} 中没有账图文件；请重新安装 riskmap")
    return f"可装入，{len(sample.maps)} 个账图文件"


def _disk(output: Path) -> str:
    place = output if output.is_dir() else output.absolute().parent
    try:
        with tempfile.NamedTemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        raise Wrong(
            f"{place.absolute()} 不可写（{error.strerror}）；请改权限，或用 --output 换个位置"
        ) from error
    if free < LEAST_FREE:
        raise Wrong(f"{place.absolute()} 只剩 {free / 1e6:.0f} MB；请腾出至少 500 MB")
    return f"{place.absolute()} 可写，剩余 {free / 1e9:.1f} GB"


def _cache(output: Path) -> str:
    shelf = shelf_in(cache_folder(output))
    if shelf is None:
        return f"已关闭（{CACHE_MEGABYTES.name} 为 0），图每次重画"
    for board in shelf.boards:
        wanted = shelf.folder / board
        place = next(each for each in (wanted, *wanted.parents) if each.exists())
        try:
            with tempfile.NamedTemporaryFile(dir=place):
                pass
        except OSError as error:
            raise Wrong(
                f"{place} 不可写（{error.strerror}），画好的图存不下，绘图失败时没有旧图可看；"
                f"请改权限，或用 {CACHE_FOLDER.name} 换个位置"
            ) from error
    return (
        f"{shelf.folder}，已用 {shelf.size() / MEGABYTE:.1f} MB，上限 {CACHE_MEGABYTES.read()} MB"
    )


def _users(output: Path) -> str:
    """Count who can sign in, and who can give out accounts."""
    with _current(output) as usable:
        if not usable:
            return "数据库可用后再查"
        active = db.session.scalars(select(User).where(User.disabled_on.is_(None))).all()
        holders = select(Grant.user_id).where(Grant.role == Role.ADMIN)
        admins = {each.id for each in active} & set(db.session.scalars(holders))
    if not active:
        return "还没有用户；请用 riskmap user add 新增，第一个用户给 admin 角色"
    if not admins:
        raise Wrong("没有能登录的系统管理员；请用 riskmap user add … --role admin 新增一个")
    demo = sum(each.is_demo for each in active)
    note = f"，其中演示用户 {demo} 名，只能在本机登录" if demo else ""
    return f"{len(active)} 名可登录，系统管理员 {len(admins)} 名{note}"


def _record(output: Path) -> str:
    """Read every chain of the record through."""
    with _current(output) as usable:
        if not usable:
            return "数据库可用后再查"
        with db.engine.connect() as connection:
            found = check_all(connection)
            wrong = problems(found, bureau_names(connection))
    if wrong:
        raise Wrong("；".join(wrong))
    entries = sum(each.head[0] for each in found if each.head)
    return f"{len(found)} 条链共 {entries} 条记录，都完整"


@contextmanager
def _current(output: Path) -> Iterator[bool]:
    """Enter the application; yield whether its database can be read with these tables."""
    try:
        app = application(output)
        with app.app_context():
            require_current(db.engine)
    except (SchemaError, SettingError, DBAPIError):
        yield False
        return
    with app.app_context():
        yield True


def _key(output: Path) -> str:
    """Look at the key that signs cookies, without making one."""
    if SECRET_KEY.read():
        return f"由 {SECRET_KEY.name} 给出"
    path = key_folder(output) / "secret-key"
    if not path.exists():
        return f"第一次启动时生成 {path}"
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise Wrong(f"{path} 别人也能读；请运行 chmod 600 {path}")
    return f"{path}，仅本人可读"


CHECKS: tuple[tuple[str, Callable[[Path], str]], ...] = (
    ("Python", _python),
    ("设置", _settings),
    ("SQLite", _sqlite),
    ("数据库", _database),
    ("数据库结构", _schema),
    ("用户", _users),
    ("变更记录", _record),
    ("签名密钥", _key),
    ("账图用字", _characters),
    ("字体", _fonts),
    ("绘图引擎", _engine),
    ("排版", _typesetter),
    ("模板", _templates),
    ("示范数据", _sample),
    ("输出位置", _disk),
    ("图的存放", _cache),
)
