"""riskmap user: accounts, kept where the database is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select

from riskmap.accounts import commands, passwords, queries
from riskmap.accounts.current import settings
from riskmap.accounts.models import User
from riskmap.accounts.names import name_key
from riskmap.accounts.roles import Granted, Role, clash
from riskmap.cli.context import bureau_option, opened, operator, the_bureau
from riskmap.cli.failures import Failure
from riskmap.config import ZONE
from riskmap.db import db
from riskmap.db.connections import start_writing
from riskmap.history.events import acting
from riskmap.organisation.models import Bureau, Node

stdin_option = click.option(
    "--password-stdin", is_flag=True, help="从标准输入读密码（不在屏幕上询问）"
)
named = click.argument("name", metavar="用户名")


@click.group()
def user() -> None:
    """用户：新增、列出、重设密码、停用、启用、解锁（网站上的“用户”页也能做）。"""


@contextmanager
def _writing(bureau: str | None) -> Iterator[Bureau]:
    """Yield a bureau inside a writing transaction that is committed at the end."""
    with opened(), acting(operator()):
        start_writing(db.session)
        yield the_bureau(bureau)
        db.session.commit()


@user.command()
@named
@click.option("--shown", required=True, help="称呼，如 张三（办公室）")
@click.option(
    "--role", "roles", multiple=True, required=True, metavar="角色[@编号]",
    help=f"角色：{'、'.join(Role)}；可写 chief@FZ-U1-K13 限定科室；可重复",
)  # fmt: skip
@stdin_option
@bureau_option
def add(
    name: str, shown: str, roles: tuple[str, ...], password_stdin: bool, bureau: str | None
) -> None:
    """新增用户；首次登录须改密码。"""
    with _writing(bureau) as owner:
        key = name_key(name)
        if not 2 <= len(key) <= 60:
            raise Failure("用户名应为 2 至 60 个字符")
        if db.session.scalar(select(User.id).where(User.name_key == key)):
            raise Failure(f"用户名 {name} 已经有了；请换一个（大小写、全半角不同不算另一个名字）")
        grants = [_grant(owner.id, each) for each in roles]
        _refuse_clash([Granted(role, path) for role, _node, path in grants])
        password = _password(name, password_stdin)
        made = commands.add_user(
            db.session, bureau_id=owner.id, name=name, shown=shown, password=password
        )
        commands.set_grants(db.session, made, [(role, node) for role, node, _path in grants])
    click.echo(f"已新增用户 {name}；首次登录须改密码")


@user.command("list")
@bureau_option
def list_(bureau: str | None) -> None:
    """列出用户：用户名、称呼、角色、状态、上次登录。"""
    with opened():
        owner, seen = the_bureau(bureau), queries.last_seen()
        rows = db.session.execute(
            select(User, seen.c.at)
            .outerjoin(seen, seen.c.user_id == User.id)
            .where(User.bureau_id == owner.id)
            .order_by(User.name)
        ).all()
        roles = queries.roles_of(db.session, [row.User.id for row in rows])
        shut = set(db.session.scalars(select(User.id).where(queries.locked())))
        for found, at in rows:
            held = (
                each.role.value + (f"@{each.code}" if each.code else "")
                for each in roles.get(found.id, ())
            )
            last = f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else "从未登录"
            state = _state(found, found.id in shut)
            click.echo("\t".join((found.name, found.shown, "、".join(held) or "无", state, last)))


def _state(found: User, shut: bool) -> str:
    if found.disabled_on is not None:
        return f"{found.disabled_on} 停用"
    if shut:
        return "已锁定"
    return "须改密码" if found.must_change else "正常"


@user.command()
@named
@stdin_option
@bureau_option
def reset(name: str, password_stdin: bool, bureau: str | None) -> None:
    """重设密码；该用户随即退出登录，下次登录须改密码。"""
    with _writing(bureau) as owner:
        found = _found(owner, name)
        password = _password(found.name, password_stdin)
        commands.set_password(db.session, found, password, must_change=True)
    click.echo(f"已重设用户 {name} 的密码；下次登录须改密码")


@user.command()
@named
@bureau_option
def disable(name: str, bureau: str | None) -> None:
    """停用用户；该用户随即退出登录。"""
    with _writing(bureau) as owner:
        found = _found(owner, name)
        if last := queries.last_of(db.session, found):
            raise Failure(f"{name} 是唯一的 {last[0].value}，不能停用；请先让别的用户担任")
        commands.disable(db.session, found)
    click.echo(f"已停用用户 {name}")


@user.command()
@named
@bureau_option
def enable(name: str, bureau: str | None) -> None:
    """启用已停用的用户。"""
    with _writing(bureau) as owner:
        commands.enable(db.session, _found(owner, name))
    click.echo(f"已启用用户 {name}")


@user.command()
@named
@bureau_option
def unlock(name: str, bureau: str | None) -> None:
    """解锁密码连续输错的用户。"""
    with _writing(bureau) as owner:
        commands.unlock(db.session, _found(owner, name))
    click.echo(f"已解锁用户 {name}")


def _found(owner: Bureau, name: str) -> User:
    found: User | None = db.session.scalar(
        select(User).where(User.bureau_id == owner.id, User.name_key == name_key(name))
    )
    if found is None:
        raise Failure(f"没有用户 {name}；用 riskmap user list 列出全部用户")
    return found


def _grant(bureau_id: int, text: str) -> tuple[Role, int | None, str]:
    """Return role, id and path of the node of what was written as role@code."""
    word, _at, code = text.partition("@")
    if word not in tuple(Role):
        raise Failure(f"没有角色 {word}；可用：{'、'.join(Role)}")
    if not code:
        return Role(word), None, "/"
    if word in queries.INDISPENSABLE:
        raise Failure(f"角色 {word} 管全局，不能限定为 {code}；请去掉 @ 及其后的编号")
    node = db.session.scalar(select(Node).filter_by(bureau_id=bureau_id, code=code))
    if node is None or node.retired_on is not None:
        raise Failure(f"没有编号为 {code} 的在用单位、科室或岗位")
    return Role(word), node.id, node.path


def _refuse_clash(grants: list[Granted]) -> None:
    if pair := clash(grants, three_admins=settings().three_admins):
        raise Failure(f"角色 {pair[0].value} 与 {pair[1].value} 不能由同一用户兼任")


def _password(name: str, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = str(click.prompt("密码", hide_input=True, confirmation_prompt="再输一遍"))
    said = passwords.problems(password, name, settings().rules)
    if said:
        raise Failure("密码不合要求：" + "".join(said))
    return password
