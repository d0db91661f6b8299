"""Every row of these tests is recorded."""

from riskmap.history import recording as _recording  # noqa: F401 (listens to every session)
