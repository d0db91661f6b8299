"""Several transactions at once, as several people hand in the same form."""

import threading
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from riskmap.db.connections import start_writing


def together(engine: Engine, act: Callable[[Session], object], times: int = 4) -> list[object]:
    """Do something in several transactions at once; return what each came to."""
    came: list[object] = []
    ready = threading.Barrier(times)

    def run() -> None:
        with Session(engine) as session:
            ready.wait()
            try:
                start_writing(session)
                found = act(session)
                session.commit()
                came.append(found)
            except Exception as error:
                session.rollback()
                came.append(type(error))

    threads = [threading.Thread(target=run) for _ in range(times)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return came
