"""What the rules ask for in numbers and words: a bureau's settings, each with its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from riskmap.coverage.gaps import Said, say


class ParameterKind(StrEnum):
    """A whole number, some words, or pairs of words."""

    NUMBER = "number"
    WORDS = "words"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting of the rules: what it is, its default, where that comes from."""

    name: str
    kind: ParameterKind
    default: str
    title: Said
    source: str
    least: int = 1
    most: int = 3650


SEPARATOR: Final = "、"
JOINT: Final = "="


class ParameterError(ValueError):
    """A value that a setting cannot have."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The values of a bureau's settings: what it has set, else the defaults."""

    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, parameter: Parameter) -> str:
        """Return a setting as it is written."""
        return self.values.get(parameter.name, parameter.default)

    def number(self, parameter: Parameter) -> int:
        return int(self.text(parameter))

    def words(self, parameter: Parameter) -> tuple[str, ...]:
        return tuple(_parts(self.text(parameter)))

    def pairs(self, parameter: Parameter) -> tuple[tuple[str, str], ...]:
        found = (each.split(JOINT, 1) for each in _parts(self.text(parameter)))
        return tuple((one.strip(), other.strip()) for one, other in found)


def _parts(text: str) -> Iterator[str]:
    return (each.strip() for each in text.split(SEPARATOR) if each.strip())


def checked(parameter: Parameter, text: str) -> str:
    """Return a value as it is kept; raises `ParameterError` for one that cannot be."""
    text = text.strip()
    if parameter.kind is ParameterKind.NUMBER:
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise ParameterError(text)
        if not parameter.least <= int(text) <= parameter.most:
            raise ParameterError(text)
        return str(int(text))
    parts = list(_parts(text))
    if parameter.kind is ParameterKind.PAIRS:
        pairs = [[side.strip() for side in each.split(JOINT)] for each in parts]
        if any(len(pair) != 2 or not all(pair) for pair in pairs):
            raise ParameterError(text)
        parts = [JOINT.join(pair) for pair in pairs]
    return SEPARATOR.join(dict.fromkeys(parts))


def _number(name: str, default: int, title: Said, source: str, **bounds: int) -> Parameter:
    return Parameter(name, ParameterKind.NUMBER, str(default), title, source, **bounds)


def _words(name: str, default: str, title: Said, source: str) -> Parameter:
    return Parameter(name, ParameterKind.WORDS, default, title, source)


def _pairs(name: str, default: str, title: Said, source: str) -> Parameter:
    return Parameter(name, ParameterKind.PAIRS, default, title, source)


LEAST_STEPS: Final = _number("least_steps", 3, say("Fewest steps of a map"), "设计建议", most=20)
REVIEW_DAYS: Final = _number(
    "review_days", 365, say("A map is reviewed every so many days"),
    "内部控制规范：经济活动风险评估每年至少一次；社会保险经办条例第三十六条",
)  # fmt: skip
CHANGE_DAYS: Final = _number(
    "change_days", 30, say("Days to review a map after its post changes hands"), "设计建议"
)
VACANT_DAYS: Final = _number("vacant_days", 30, say("Days that a post may be vacant"), "设计建议")
TENURE_YEARS: Final = _number(
    "tenure_years", 5, say("Years that a person may hold a post of high risk"),
    "未核实，须由业务科室核对本地轮岗规定", most=40,
)  # fmt: skip
ALIKE_FROM: Final = _number(
    "alike_from", 90, say("Texts are copies from so many percent alike"), "设计建议",
    least=50, most=100,
)  # fmt: skip
STEP_LENGTH: Final = _number(
    "step_length", 40, say("Most characters of a step"), "设计建议", least=10, most=200
)
PUBLICITY_DAYS: Final = _number(
    "publicity_days", 20, say("Working days to publish a decision"),
    "国办发〔2018〕118号：行政执法决定作出之日起20个工作日内公开",
)  # fmt: skip
PUBLICITY_SOON_DAYS: Final = _number(
    "publicity_soon_days", 7, say("Working days to publish a licence or a penalty"),
    "国办发〔2018〕118号：行政许可、行政处罚7个工作日内公开",
)  # fmt: skip
RECUSAL_WORDS: Final = _words(
    "recusal_words", "工伤认定、能力鉴定、监察、处罚、案件查处、争议、职称、评审、公开招聘",
    say("Matters in which those who decide must be able to step aside, by words of their names"),
    "工伤保险条例第二十条、第二十七条；劳动保障监察条例第十六条；劳动争议调解仲裁法第三十三条",
)  # fmt: skip
ON_SITE_WORDS: Final = _words(
    "on_site_words", "现场核查、现场勘查、现场检查、现场查验、到场核",
    say("Words of a step that two persons carry out on the spot"),
    "劳动保障监察条例第十六条；行政处罚法第四十二条",
)  # fmt: skip
CUSTODY_WORDS: Final = _words(
    "custody_words", "试卷、命题、题库、考试", say("Matters whose papers two persons keep"),
    "国家教育考试保密规定，借用于人事考试；须由业务科室核对",
)  # fmt: skip
ENFORCEMENT_WORDS: Final = _words(
    "enforcement_words", "工伤认定",
    say("Confirmations that are published as decisions of enforcement, by words of their names"),
    "国办发〔2018〕118号；本地公示目录须由政策法规科核对",
)  # fmt: skip
HOLLOW_WORDS: Final = _words(
    "hollow_words", "加强教育、提高认识、强化监督、加强学习、提高意识、加强监督、强化教育",
    say("Slogans that are no measure by themselves"), "设计建议",
)  # fmt: skip
VAGUE_WORDS: Final = _words(
    "vague_words", "管理部门、相关人员、有关人员、相关部门、有关部门、部门负责人",
    say("Words that name nobody"), "设计建议",
)  # fmt: skip
OLD_TERMS: Final = _pairs(
    "old_terms",
    "法治审核=法制审核、劳动仲裁委=劳动人事争议仲裁委员会、"
    "劳动争议仲裁委=劳动人事争议仲裁委员会、劳动保障局=人力资源和社会保障局、"
    "人事局=人力资源和社会保障局",
    say("Old names and the ones in use"), "行政处罚法第五十八条；机构改革后的名称",
)  # fmt: skip
POSTS_APART: Final = _pairs(
    "posts_apart",
    "会计=出纳、试卷保密=考务组织、印章=文秘、认定受理=专家抽取、调查核实=认定审核",
    say("Posts that one person may not hold together, by words of their names"),
    "会计法第三十五条（出纳不得兼任稽核、会计档案保管和账目登记）；其余为设计建议",
)  # fmt: skip

PARAMETERS: Final = (
    LEAST_STEPS, REVIEW_DAYS, CHANGE_DAYS, VACANT_DAYS, TENURE_YEARS, ALIKE_FROM, STEP_LENGTH,
    PUBLICITY_DAYS, PUBLICITY_SOON_DAYS, RECUSAL_WORDS, ON_SITE_WORDS, CUSTODY_WORDS,
    ENFORCEMENT_WORDS, HOLLOW_WORDS, VAGUE_WORDS, OLD_TERMS, POSTS_APART,
)  # fmt: skip
BY_NAME: Final = {each.name: each for each in PARAMETERS}
