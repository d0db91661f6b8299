"""The closed sets of the register: kinds of risk, of measure, of basis, of limit."""

from enum import StrEnum


class RiskKind(StrEnum):
    """The five kinds a risk item is filed under."""

    MORALS = "思想道德"
    DUTY = "岗位职责"
    PROCEDURE = "业务流程"
    SYSTEM = "制度机制"
    ENVIRONMENT = "外部环境"


class Phase(StrEnum):
    """When a measure works: 前期预防, 中期监控, 后期处置."""

    PREVENT = "prevent"
    MONITOR = "monitor"
    RESPOND = "respond"

    @property
    def label(self) -> str:
        return {"prevent": "预防", "monitor": "监控", "respond": "处置"}[self.value]


class Control(StrEnum):
    """How a measure works."""

    CHECK = "制衡"
    SUPERVISION = "监督"
    EDUCATION = "教育"
    TECHNOLOGY = "技术"
    RULE = "制度"
    PUBLICITY = "公开"


class ResponsibilityRole(StrEnum):
    """What a node owes a measure."""

    RESPONSIBLE = "responsible"
    SUPERVISING = "supervising"
    COOPERATING = "cooperating"


class BasisKind(StrEnum):
    """Rank of a legal or internal basis."""

    LAW = "law"
    REGULATION = "regulation"
    RULE = "rule"
    NORMATIVE = "normative"
    INTERNAL = "internal"
    STANDARD = "standard"


class LimitUnit(StrEnum):
    """Unit of a time limit; 日 is a calendar day."""

    DAY = "日"
    WORKING_DAY = "工作日"
    MONTH = "月"
    YEAR = "年"


class LimitSense(StrEnum):
    """Whether a limit is the longest, the shortest, or counted back from an event."""

    AT_MOST = "at-most"
    AT_LEAST = "at-least"
    BEFORE = "before"

    @property
    def label(self) -> str:
        return {"at-most": "不超过", "at-least": "不少于", "before": "提前"}[self.value]


class Binds(StrEnum):
    """Who has to keep a statutory limit."""

    BUREAU = "bureau"
    PARTY = "party"


class Evidence(StrEnum):
    """How well a fact is known: the law's text read, a secondary source, or unverified."""

    TEXT = "P"
    SECONDARY = "S"
    UNVERIFIED = "K"


class PowerKind(StrEnum):
    """Kind of a matter (权力事项)."""

    LICENCE = "许可"
    PENALTY = "处罚"
    COERCION = "强制"
    CONFIRMATION = "确认"
    PAYMENT = "给付"
    INSPECTION = "检查"
    REWARD = "奖励"
    ADJUDICATION = "裁决"
    OTHER = "其他"
    INTERNAL = "内部管理"
