"""The settings of accounts, read once at the start."""

from dataclasses import dataclass
from datetime import timedelta

from riskmap import config
from riskmap.accounts.passwords import Rules
from riskmap.accounts.roles import Reach, Table, table
from riskmap.accounts.sessions import Lifetime
from riskmap.accounts.signing_in import Lock


@dataclass(frozen=True, slots=True)
class Settings:
    """How long sessions last, what passwords must be, who reads what."""

    lifetime: Lifetime
    lock: Lock
    rules: Rules
    table: Table
    three_admins: bool


def read() -> Settings:
    """Return the settings of the environment; raises `SettingError`."""
    three = config.THREE_ADMINS.choice(("off", "on")) == "on"
    return Settings(
        lifetime=Lifetime(
            timedelta(minutes=config.IDLE_MINUTES.number()),
            timedelta(hours=config.SESSION_HOURS.number()),
        ),
        lock=Lock(int(config.LOCK_AFTER.number()), timedelta(minutes=config.LOCK_MINUTES.number())),
        rules=Rules(
            int(config.PASSWORD_LENGTH.number()),
            int(config.PASSWORD_CLASSES.number()),
            int(config.PASSWORD_DAYS.number()),
        ),
        table=table(
            chiefs=Reach(config.CHIEFS_READ.choice(tuple(Reach))),
            viewers=Reach(config.VIEWERS_READ.choice(tuple(Reach))),
            three_admins=three,
        ),
        three_admins=three,
    )
