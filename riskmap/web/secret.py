"""The key that cookies are signed with: from the settings, else made once and kept in a file."""

import os
import secrets
from pathlib import Path

from riskmap.config import SECRET_KEY, SettingError

SHORTEST = 32


def secret_key(folder: Path | None) -> str:
    """Return the key; raises `SettingError` for one that is too short or cannot be kept.

    Without a folder the key lasts as long as the process.
    """
    given = SECRET_KEY.read()
    if given:
        if len(given) < SHORTEST or len(set(given)) < 8:
            raise SettingError(
                f"设置 {SECRET_KEY.name} 太短或太简单；应是至少 {SHORTEST} 个字符的随机串，"
                "也可以不设，由 riskmap 自动生成"
            )
        return given
    return _kept(folder / "secret-key") if folder else secrets.token_hex(32)


def _kept(path: Path) -> str:
    """Return the key in a file that only its owner may read, made if it is not there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise SettingError(
            f"存不下签名密钥 {path}（{error.strerror or error}）；"
            f"请给出写权限，或设置 {SECRET_KEY.name}"
        ) from error
    with os.fdopen(made, "w") as file:
        file.write(secrets.token_hex(32))
    return _read(path)


def _read(path: Path) -> str:
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"读不出签名密钥 {path}；请检查权限，或删掉它重新生成") from error
    if len(found) < SHORTEST:
        raise SettingError(f"签名密钥 {path} 不完整；请删掉它，riskmap 会重新生成（须重新登录）")
    return found
