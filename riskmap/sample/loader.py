"""Put the sample's files into the database: all of them, or nothing."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from riskmap.config import ZONE
from riskmap.history.events import Kind
from riskmap.history.recording import OFF, note
from riskmap.organisation.models import Bureau
from riskmap.sample import files
from riskmap.sample.known import Known
from riskmap.sample.maps import MapsLoader
from riskmap.sample.organisation import OrganisationLoader
from riskmap.sample.reading import read
from riskmap.sample.register import RegisterLoader
from riskmap.sample.sign_offs import SignOffsLoader
from riskmap.sample.users import UsersLoader


@dataclass
class Sample:
    """The sample's files, read and typed; nothing of them is in the database yet."""

    folder: Path
    organisation: files.OrganisationFile
    register: files.RegisterFile
    bases: files.BasesFile
    maps: list[tuple[Path, files.MapsFile]]
    sign_offs: files.SignOffsFile
    users: files.UsersFile


def read_sample(folder: Path) -> Sample:
    """Return the sample in `folder`; raises `SampleError` at the first fault in any file."""
    return Sample(
        folder=folder,
        organisation=read(folder / "organisation.yaml", files.OrganisationFile),
        register=read(folder / "register.yaml", files.RegisterFile),
        bases=read(folder / "bases.yaml", files.BasesFile),
        maps=[
            (path, read(path, files.MapsFile)) for path in sorted((folder / "maps").glob("*.yaml"))
        ],
        sign_offs=read(folder / "sign_offs.yaml", files.SignOffsFile),
        users=read(folder / "users.yaml", files.UsersFile),
    )


def load(session: Session, sample: Sample) -> Bureau:
    """Add the sample bureau's rows to the session and flush; raises `SampleError`.

    The record says that the sample was loaded, not each of its rows, and which documents are in
    force: it is what they are held against.
    """
    session.info[OFF] = True
    bureau, signed = _load(session, sample)
    del session.info[OFF]
    maps = sum(len(content.maps) for _path, content in sample.maps)
    note(session, Kind.LOADED, bureau.id, bureau.code, maps=maps, revisions=len(signed.approved))
    signed.record()
    return bureau


def _load(session: Session, sample: Sample) -> tuple[Bureau, SignOffsLoader]:
    entry = sample.organisation.bureau
    bureau = Bureau(code=entry.code, name=entry.name, short_name=entry.short_name, is_sample=True)
    known = Known(session, bureau, sample.folder)
    known.add([bureau])
    OrganisationLoader(known).load(sample.organisation)
    RegisterLoader(known).load(sample.bases, sample.register)
    dated = datetime.combine(sample.organisation.as_of, time(9), ZONE)
    MapsLoader(known, dated, _reviewed(sample.sign_offs)).load(sample.maps)
    signed = SignOffsLoader(known)
    signed.load(sample.sign_offs)
    UsersLoader(known).load(sample.users)
    return bureau, signed


def _reviewed(content: files.SignOffsFile) -> dict[str, date]:
    """Return the day of the last signature of each map that has any."""
    days = {each.map: [one.day for one in each.signatures] for each in content.sign_offs}
    return {code: max(signed) for code, signed in days.items() if signed}


def load_into(connection: Connection, sample: Sample) -> None:
    """Add the sample inside the connection's transaction, which the caller ends."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        load(session, sample)
        session.commit()
