"""The closed sets of a map: kinds of step, duties, kinds of actor, ways of recording."""

from enum import StrEnum


class StepKind(StrEnum):
    """Symbol of a step after GB/T 1526-1989 (ISO 5807:1985)."""

    TERMINATOR = "terminator"
    PROCESS = "process"
    DECISION = "decision"
    DOCUMENT = "document"
    DATA = "data"
    PREDEFINED = "predefined"


class Duty(StrEnum):
    """What a step does in the eyes of the law; rules on order and separation look at it."""

    ACCEPT = "受理"
    SUPPLEMENT = "补正"
    NOTIFY = "告知"
    INVESTIGATE = "调查"
    DRAW = "抽取"
    FIRST_REVIEW = "初审"
    SECOND_REVIEW = "复核"
    APPROVE = "审批"
    COLLECTIVE = "集体讨论"
    LEGAL_REVIEW = "法制审核"
    HEARING = "听证"
    DECIDE = "决定"
    SERVE = "送达"
    PUBLICISE = "公示"
    PAY = "支付"
    SUPERVISE = "监督"
    FILE = "备案"
    ARCHIVE = "归档"
    RECUSE = "回避"
    DRAFT = "拟定"
    APPRAISE = "鉴定评审"
    CUSTODY = "保管"
    REGISTER = "登记"
    RECONCILE = "对账"
    OTHER = "其他"


class ActorRole(StrEnum):
    """Where an actor's lane belongs: applicants first, outside bodies last."""

    APPLICANT = "applicant"
    OWN = "own"
    OTHER = "other"
    LEADER = "leader"
    EXTERNAL = "external"


class Recording(StrEnum):
    """How the whole process is recorded (行政处罚法 第四十七条)."""

    TEXT = "文字"
    AUDIO_VIDEO = "音像"
    BOTH = "文字和音像"


class LimitEffect(StrEnum):
    """What a step does to a running time limit."""

    EXTENDS = "extends"
    SUSPENDS = "suspends"
