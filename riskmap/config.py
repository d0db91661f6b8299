"""Where riskmap finds things: its settings and the folders it ships with."""

import os
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


DATABASE_URL = Setting(
    "RISKMAP_DATABASE_URL",
    "",
    "数据库地址；默认为当前目录 exports/riskmap.db（SQLite），PostgreSQL 写 postgresql+psycopg://…",
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

SETTINGS = (DATABASE_URL, DRAW_SECONDS, DRAW_MEGABYTES, CACHE_FOLDER, CACHE_MEGABYTES)


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
