"""An office whose maps are reviewed in a round."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from riskmap.db import today
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Node
from riskmap.register.rating import Level
from riskmap.revisions import commands as revisions
from riskmap.revisions import queries as approving
from riskmap.revisions.models import Revision
from riskmap.revisions.sign_offs import required
from riskmap.revisions.states import OPEN
from riskmap.rounds import commands, queries
from riskmap.rounds.models import CarriedForward, Round
from riskmap.rounds.outcomes import Outcome, Totals
from riskmap.rounds.planning import plan
from tests.revisions.office import Office
from tests.rows import make_map, make_step

IN_A_MONTH = today() + timedelta(days=30)


class Reviewed(Office):
    """An office with rounds; the post's map is of low risk, so that two signatures approve it."""

    @classmethod
    def low(cls, session: Session) -> "Reviewed":
        found = cls.made(session, Level.LOW)
        assert isinstance(found, Reviewed)
        return found

    def drawn(self, node: Node, **columns: object) -> AccountMap:
        """Draw another map."""
        found = make_map(self.session, self.bureau, node, **columns)
        make_step(self.session, found)
        return found

    def hand_in_map(self, account_map: AccountMap) -> Revision:
        """Let another map be handed in by the chief, and approved."""
        asked = {"version": account_map.version}
        revision = revisions.hand_in(self.session, self.people["chief"], account_map, **asked)
        while revision.state in OPEN:
            (first, *_others) = [
                who
                for who in ("holder", "chief", "leader", "legal", "head", "discipline")
                if any(
                    each.revision is revision
                    for each in approving.waiting(self.session, self.people[who], self.scope)
                )
            ]
            signed = approving.sign_offs(self.session, [revision])[revision.id]
            box = required(revision.signed_at)[len(signed)]
            self.sign(revision, first, box)
        return revision

    def start(
        self, who: str = "head", node: Node | None = None, due: date = IN_A_MONTH,
        day: date | None = None,
    ) -> Round:  # fmt: skip
        seen = len(plan(self.session, self.bureau, node).maps)
        return commands.start(
            self.session, self.people[who], self.bureau, node, title="2026年度复查", due=due,
            seen=seen, day=day or today(),
        )  # fmt: skip

    def line(self, held: Round, account_map: AccountMap | None = None) -> queries.Line:
        return commands.line_of(self.session, held, account_map or self.map)

    def outcome(self, held: Round, account_map: AccountMap | None = None) -> Outcome:
        return self.line(held, account_map).outcome

    def carry(
        self, held: Round, who: str = "chief", account_map: AccountMap | None = None,
        day: date | None = None,
    ) -> CarriedForward:  # fmt: skip
        wanted = account_map or self.map
        number = self.line(held, wanted).number or 0
        return commands.carry_forward(
            self.session, self.people[who], held, wanted, number=number, day=day or today()
        )

    def totals(self, held: Round, day: date | None = None) -> Totals:
        lines = queries.lines(self.session, self.scope, [held])[held.id]
        return queries.totals_of(held, lines, day or today())

    def close(self, held: Round, who: str = "head", day: date | None = None) -> None:
        left = self.totals(held).left
        commands.close(self.session, self.people[who], held, left=left, day=day or today())
