"""The closed sets of the organisation's tree: levels, duty classes, kinds of actor."""

from enum import StrEnum


class NodeLevel(StrEnum):
    """Where a node stands in the tree: 单位, 科室, 岗位."""

    UNIT = "unit"
    OFFICE = "office"
    POST = "post"

    @property
    def label(self) -> str:
        return {"unit": "单位", "office": "科室", "post": "岗位"}[self.value]


class DutyClass(StrEnum):
    """The four classes of post that one person may not hold together, and the rest.

    人社厅发〔2021〕64号 on social-insurance agencies.
    """

    OPERATIONS = "业务运行"
    FUND_FINANCE = "基金财务"
    DATA = "数据管理"
    AUDIT = "稽核内控"
    OTHER = "其他"


class HoldingRole(StrEnum):
    """First (A) or standing-in (B) holder of a post."""

    A = "A"
    B = "B"


class PartyRole(StrEnum):
    """What an actor outside the bureau's posts is to a procedure."""

    APPLICANT = "applicant"
    LEADER = "leader"
    EXTERNAL = "external"
