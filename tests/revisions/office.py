"""A post with its map, and everybody who has something to do with it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from riskmap.accounts.current import Asking
from riskmap.accounts.models import User
from riskmap.accounts.roles import Granted, Reach, Role, permissions, table
from riskmap.db import today
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from riskmap.register.models import Item
from riskmap.register.rating import Level
from riskmap.revisions import commands, queries
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.sign_offs import SignOffRole as Box
from tests.rows import (
    make_answer,
    make_bureau,
    make_grant,
    make_holding,
    make_item,
    make_map,
    make_measure,
    make_node,
    make_person,
    make_risk_point,
    make_step,
    make_user,
)

BY = table(chiefs=Reach.ALL, viewers=Reach.OWN, three_admins=False)
GRADES = {Level.LOW: (1, 1), Level.MEDIUM: (2, 2), Level.HIGH: (4, 4)}
NUMBERS = {Box.PARTY_GROUP: "党组纪要〔2026〕3号", Box.DISCIPLINE: "纪备〔2026〕7号"}
ABOVE = {
    Box.LEADER: "leader", Box.LEGAL: "legal", Box.PRINCIPAL: "head", Box.PARTY_GROUP: "head",
    Box.DISCIPLINE: "discipline",
}  # fmt: skip
"""Who signs a box, whoever handed the map in."""


@dataclass
class Office:
    """An office with a post, and another office; `people` by what they are called in tests.

    `chief` and `holder` are of the post that the map is of, `other chief`, `other holder` and
    `other leader` of another office.
    """

    session: Session
    bureau: Bureau
    node: Node
    post: Node
    elsewhere: Node
    item: Item
    map: AccountMap
    people: dict[str, Asking]

    @classmethod
    def made(cls, session: Session, level: Level = Level.HIGH) -> "Office":
        bureau = make_bureau(session)
        unit = make_node(session, bureau)
        node, other = (make_node(session, bureau, unit) for _ in range(2))
        post, elsewhere = (make_node(session, bureau, each) for each in (node, other))
        likelihood, severity = GRADES[level]
        item = make_item(session, bureau, likelihood=likelihood, severity=severity)
        drawn = make_map(session, bureau, post, goal="依法受理")
        step = make_step(session, drawn, actor_node_id=post.id)
        risk = make_risk_point(session, step, item)
        make_answer(session, risk, make_measure(session, bureau, item))
        office = cls(session, bureau, node, post, elsewhere, item, drawn, {})
        for role in Role:
            below = post if role is Role.HOLDER else node
            whole = role in (Role.ADMIN, Role.SECURITY, Role.AUDITOR, Role.HEAD, Role.DISCIPLINE)
            office.join(role.value, role, None if whole else below)
        office.join("other chief", Role.CHIEF, other)
        office.join("other leader", Role.LEADER, other)
        office.join("other holder", Role.HOLDER, elsewhere)
        return office

    def join(self, name: str, role: Role, node: Node | None) -> Asking:
        """Let somebody come, with a role at a node; a holder holds the post."""
        person = make_person(self.session, self.bureau, name=name)
        user = make_user(self.session, self.bureau, person_id=person.id, shown=name)
        if role is Role.HOLDER and node is not None:
            make_holding(self.session, person, node)
        self.people[name] = self.granted(user, (role, node))
        return self.people[name]

    def granted(self, user: User, *grants: tuple[Role, Node | None]) -> Asking:
        """Grant roles to a user, who asks from now on."""
        for role, node in grants:
            make_grant(self.session, user, role=role, node_id=node.id if node else None)
        held = tuple(Granted(role, node.path if node else "/") for role, node in grants)
        return Asking(user, held, permissions(held, BY))

    @property
    def scope(self) -> Scope:
        return Scope(self.bureau)

    def edit(self, goal: str) -> None:
        """Change the working copy."""
        self.map.goal = goal
        self.session.flush()

    def rate(self, level: Level) -> None:
        """Let the register say that the map's risk is of a level."""
        self.item.likelihood, self.item.severity = GRADES[level]
        self.session.flush()

    def hand_in(self, who: str = "chief", text: str = "") -> Revision:
        return commands.hand_in(
            self.session, self.people[who], self.map, version=self.map.version, text=text
        )

    def sign(self, revision: Revision, who: str, box: Box, **others: object) -> SignOff:
        asked = {"version": revision.version, "day": today(), "number": NUMBERS.get(box, "")}
        return commands.sign(self.session, self.people[who], revision, box, **{**asked, **others})  # type: ignore[arg-type]

    def next_box(self, revision: Revision) -> Box | None:
        signed = queries.sign_offs(self.session, [revision])[revision.id]
        place = queries.standing(self.session, self.post, today())
        return queries.paper(revision, signed, place).next

    def signers(self, author: str) -> dict[Box, str]:
        """Return who signs which box of what somebody handed in."""
        head = "chief" if author == "holder" else "leader"
        return {Box.FILLER: "holder", Box.HEAD: head, **ABOVE}

    def sign_until(self, revision: Revision, box: Box | None, author: str = "chief") -> None:
        """Sign all boxes before one, or all."""
        while (now := self.next_box(revision)) is not box and now is not None:
            self.sign(revision, self.signers(author)[now], now)

    def approved(self, author: str = "chief") -> Revision:
        revision = self.hand_in(author)
        self.sign_until(revision, None, author)
        return revision
