"""Where riskmap finds things: its settings and the folders it ships with."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

PACKAGE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")


class SettingError(ValueError):
    """A setting that cannot be used: which, and how to write it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable riskmap reads, its default and what it is for."""

    name: str
    default: str
    purpose: str
    most: float = 0  # of a setting that is a number
    off: bool = False  # whether it may be 0, which turns off what it bounds

    def read(self) -> str:
        return os.environ.get(self.name) or self.default

    def number(self) -> float:
        """Return a setting that is a number above 0, up to its most; raises `SettingError`."""
        try:
            value = float(self.read())
        except ValueError:
            value = -1.0
        if self.off and value == 0:
            return 0.0
        if not 0 < value <= self.most:
            off = "0（关闭）或" if self.off else ""
            raise SettingError(
                f"设置 {self.name} 写成了“{self.read()}”；"
                f"应是{off}大于 0、不超过 {self.most:g} 的数"
            )
        return value

    def choice(self, known: Sequence[str]) -> str:
        """Return a setting that is one of some words; raises `SettingError`."""
        value = self.read()
        if value not in known:
            raise SettingError(f"设置 {self.name} 写成了“{value}”；应是{'、'.join(known)}之一")
        return value


DATABASE_URL = Setting(
    "RISKMAP_DATABASE_URL",
    "",
    "数据库地址；默认为当前目录 exports/riskmap.db（SQLite），PostgreSQL 写 postgresql+psycopg://…",
)
PG_BIN = Setting(
    "RISKMAP_PG_BIN", "", "pg_dump、pg_restore 在哪个文件夹（用 PostgreSQL 时）；默认到 PATH 中找"
)
DRAW_SECONDS = Setting(
    "RISKMAP_DRAW_SECONDS", "10", "一张图的绘制时限（秒），超过即终止绘图进程", most=3600
)
DRAW_MEGABYTES = Setting(
    "RISKMAP_DRAW_MEGABYTES", "1024", "绘图进程的内存上限（MB，仅 Linux）", most=1_000_000
)
CACHE_FOLDER = Setting(
    "RISKMAP_CACHE_FOLDER", "", "画好的图存放在哪个文件夹；默认为当前目录 exports/cache"
)
CACHE_MEGABYTES = Setting(
    "RISKMAP_CACHE_MEGABYTES",
    "256",
    "该文件夹最多占多少（MB），满了先删最久没用的；0 为不存",
    most=1_000_000,
    off=True,
)

SITE_URL = Setting(
    "RISKMAP_SITE_URL",
    "",
    "本站网址，如 http://10.1.2.3:8000，印在账图的核验二维码里；不写时二维码只含编号、版本和核验码",
)
SECRET_KEY = Setting(
    "RISKMAP_SECRET_KEY",
    "",
    "签名密钥，至少 32 个字符；默认自动生成，存为数据库旁的 secret-key（PostgreSQL 时在 exports/）",
)
SECURE_COOKIES = Setting(
    "RISKMAP_SECURE_COOKIES", "off", "网站走 https 时写 on，浏览器就只在 https 上送出登录凭据"
)
IDLE_MINUTES = Setting("RISKMAP_IDLE_MINUTES", "30", "多少分钟没有操作就退出登录", most=1440)
SESSION_HOURS = Setting("RISKMAP_SESSION_HOURS", "12", "一次登录最长多少小时", most=168)
LOCK_AFTER = Setting("RISKMAP_LOCK_AFTER", "5", "密码连续错多少次就锁定该用户名", most=100)
LOCK_MINUTES = Setting("RISKMAP_LOCK_MINUTES", "20", "锁定多少分钟", most=1440)
PASSWORD_LENGTH = Setting("RISKMAP_PASSWORD_LENGTH", "8", "密码至少多少个字符", most=64)
PASSWORD_CLASSES = Setting(
    "RISKMAP_PASSWORD_CLASSES", "3", "密码至少含大写、小写、数字、符号中的几类", most=4
)
PASSWORD_DAYS = Setting(
    "RISKMAP_PASSWORD_DAYS", "90", "密码用多少天须更换；0 为不要求", most=3650, off=True
)
CHIEFS_READ = Setting(
    "RISKMAP_CHIEFS_READ", "all", "科室负责人看全局（all）还是只看本科室（own）的账图"
)
VIEWERS_READ = Setting(
    "RISKMAP_VIEWERS_READ", "own", "查阅人员看全局（all）还是只看本范围（own）的账图"
)
THREE_ADMINS = Setting(
    "RISKMAP_THREE_ADMINS", "off", "三员分立：on 时系统管理员与安全管理员不得为同一用户"
)

SETTINGS = (
    DATABASE_URL, PG_BIN, DRAW_SECONDS, DRAW_MEGABYTES, CACHE_FOLDER, CACHE_MEGABYTES,
    SITE_URL, SECRET_KEY, SECURE_COOKIES, IDLE_MINUTES, SESSION_HOURS, LOCK_AFTER, LOCK_MINUTES,
    PASSWORD_LENGTH, PASSWORD_CLASSES, PASSWORD_DAYS, CHIEFS_READ, VIEWERS_READ, THREE_ADMINS,
)  # fmt: skip


def template_folder() -> Path:
    """Return the templates: inside the package in a wheel, beside it in a checkout."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent / "templates"


def font_folder() -> Path:
    """Return the folder of the fonts that metrics, Graphviz and Typst share."""
    return PACKAGE / "fonts"


def sample_folder() -> Path:
    """Return the folder of the demonstration bureau's YAML files."""
    return PACKAGE / "sample"
