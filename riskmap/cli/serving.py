"""riskmap serve: the site; to other machines only where everybody has an account of their own."""

import ipaddress
import socket

import click
import waitress
from flask import Flask
from sqlalchemy import func, select

from riskmap.accounts.models import User
from riskmap.cli.context import opened
from riskmap.cli.failures import Failure
from riskmap.config import SECURE_COOKIES
from riskmap.db import db
from riskmap.jobs.runner import Runner

PORT = 8000


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True,
    help="监听的地址；有了自己的用户才能对外，如 0.0.0.0",
)  # fmt: skip
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
def serve(host: str, port: int) -> None:
    """启动网站。"""
    with opened() as app:
        if not is_loopback(host):
            require_accounts(host)
            if SECURE_COOKIES.read() != "on":
                click.echo(
                    f"提示：http 上密码不加密；建议前置 https 代理，并设 {SECURE_COOKIES.name}=on"
                )
        run(app, host, port)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_loopback(host: str) -> None:
    """Refuse an address that other machines could reach: the sample's passwords are public."""
    if not is_loopback(host):
        raise Failure(
            f"不能在 {host} 上提供示范数据：演示用户的密码人人知道，只允许本机访问；"
            "请用 --host 127.0.0.1"
        )


def require_accounts(host: str) -> None:
    """Refuse to let other machines in on the sample's users, or where nobody could sign in."""
    active = select(User.is_demo, func.count()).where(User.disabled_on.is_(None))
    found = {row[0]: row[1] for row in db.session.execute(active.group_by(User.is_demo))}
    if found.get(True):
        raise Failure(
            f"不能在 {host} 上提供服务：库中有 {found[True]} 个演示用户，密码人人知道；"
            "请先停用它们，或用 RISKMAP_DATABASE_URL 换一个数据库；只在本机看，用 --host 127.0.0.1"
        )
    if not found.get(False):
        raise Failure(
            f"不能在 {host} 上提供服务：还没有能登录的用户；"
            "请先运行 riskmap user add，或用 --host 127.0.0.1"
        )


def run(app: Flask, host: str, port: int) -> None:
    """Serve, and do the jobs that wait, until interrupted; says when the port is taken.

    What the command itself was reading ends first: on SQLite nobody writes while it goes on.
    """
    db.session.remove()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise Failure(
            f"{host}:{port} 用不了（{error.strerror or error}）；请用 --port 换一个端口"
        ) from error
    with listener, Runner(app):
        server = waitress.create_server(app, sockets=[listener], threads=8)
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"网站已启动：http://{shown}:{port}/ （按 Ctrl+C 停止）")
        try:
            server.run()
        finally:
            server.close()
