"""riskmap serve: the site, on this machine only until there are accounts."""

import ipaddress
import socket

import click
import waitress
from flask import Flask

from riskmap.cli.context import opened
from riskmap.cli.failures import Failure

PORT = 8000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
def serve(host: str, port: int) -> None:
    """启动网站。"""
    require_loopback(host)
    with opened() as app:
        run(app, host, port)


def require_loopback(host: str) -> None:
    """Refuse an address that other machines could reach: nobody has to sign in yet."""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise Failure(
            f"不能在 {host} 上提供服务：还没有用户登录功能，只允许本机访问；请用 --host 127.0.0.1"
        )


def run(app: Flask, host: str, port: int) -> None:
    """Serve until interrupted; says when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise Failure(
            f"{host}:{port} 用不了（{error.strerror or error}）；请用 --port 换一个端口"
        ) from error
    with listener:
        server = waitress.create_server(app, sockets=[listener], threads=8)
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"网站已启动：http://{shown}:{port}/ （按 Ctrl+C 停止）")
        try:
            server.run()
        finally:
            server.close()
