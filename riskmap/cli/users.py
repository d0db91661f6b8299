"""riskmap user: the first accounts, made where the database is."""

import getpass
import sys

import click
from sqlalchemy import select

from riskmap.accounts import commands, passwords
from riskmap.accounts.current import settings
from riskmap.accounts.models import User
from riskmap.accounts.names import name_key
from riskmap.accounts.roles import Role
from riskmap.cli.context import bureau_option, opened, the_bureau
from riskmap.cli.failures import Failure
from riskmap.db import db
from riskmap.db.connections import start_writing
from riskmap.history.events import Actor, acting
from riskmap.organisation.models import Node


@click.group()
def user() -> None:
    """用户：新增、重设密码、停用（网站上的“用户”页也能做）。"""


@user.command()
@click.argument("name", metavar="用户名")
@click.option("--shown", required=True, help="称呼，如 张三（办公室）")
@click.option(
    "--role", "roles", multiple=True, required=True, metavar="角色[@编号]",
    help=f"角色：{'、'.join(Role)}；可写 chief@FZ-U1-K13 限定科室；可重复",
)  # fmt: skip
@click.option("--password-stdin", is_flag=True, help="从标准输入读初始密码（不在屏幕上询问）")
@bureau_option
def add(
    name: str, shown: str, roles: tuple[str, ...], password_stdin: bool, bureau: str | None
) -> None:
    """新增用户；首次登录须改密码。"""
    with opened(), acting(Actor(name=getpass.getuser(), origin="command line")):
        start_writing(db.session)
        owner = the_bureau(bureau)
        if db.session.scalar(select(User.id).where(User.name_key == name_key(name))):
            raise Failure(f"用户名 {name} 已经有了；请换一个（大小写、全半角不同不算另一个名字）")
        grants = [_grant(owner.id, each) for each in roles]
        password = _password(name, password_stdin)
        made = commands.add_user(
            db.session, bureau_id=owner.id, name=name, shown=shown, password=password
        )
        commands.set_grants(db.session, made, grants)
        db.session.commit()
    click.echo(f"已新增用户 {name}；首次登录须改密码")


def _grant(bureau_id: int, text: str) -> tuple[Role, int | None]:
    word, _at, code = text.partition("@")
    if word not in tuple(Role):
        raise Failure(f"没有角色 {word}；可用：{'、'.join(Role)}")
    if not code:
        return Role(word), None
    node = db.session.scalar(select(Node.id).filter_by(bureau_id=bureau_id, code=code))
    if node is None:
        raise Failure(f"没有编号为 {code} 的单位、科室或岗位")
    return Role(word), node


def _password(name: str, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = str(click.prompt("初始密码", hide_input=True, confirmation_prompt="再输一遍"))
    said = passwords.problems(password, name, settings().rules)
    if said:
        raise Failure("密码不合要求：" + "".join(said))
    return password
