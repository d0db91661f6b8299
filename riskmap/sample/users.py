"""users.yaml: who can sign in to the sample, on the machine that it runs on."""

from dataclasses import dataclass

from riskmap.accounts import commands, passwords
from riskmap.accounts.pages import DEMO_PASSWORD
from riskmap.sample import files
from riskmap.sample.known import Known
from riskmap.sample.reading import SampleError


@dataclass
class UsersLoader:
    """Adds the sample's users, all with the password that the sign-in page shows."""

    known: Known

    def load(self, content: files.UsersFile) -> None:
        path = self.known.folder / "users.yaml"
        kept = passwords.hashed(DEMO_PASSWORD)  # once: hashing is slow on purpose
        for entry in content.users:
            person = self.known.persons.find(entry.person, path, entry) if entry.person else None
            shown = entry.shown or (f"{person.name}（{entry.title}）" if person else "")
            if not shown:
                raise SampleError(path, entry.line, f"用户 {entry.name} 没有称呼")
            user = commands.add_user(
                self.known.session,
                bureau_id=self.known.bureau.id,
                name=entry.name,
                shown=shown,
                password="",
                kept=kept,
                person_id=person.id if person else None,
                must_change=False,
                is_demo=True,
            )
            commands.set_grants(
                self.known.session,
                user,
                [
                    (each.role, self.known.nodes.find(each.at, path, each).id if each.at else None)
                    for each in entry.grants
                ],
            )
