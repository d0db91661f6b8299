"""What the columns of a ledger can hold, and the words that head them."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """What a column of a ledger holds; the words that head each stand in `SYNONYMS`."""

    SERIAL = "serial"
    CODE = "code"
    UNIT = "unit"
    OFFICE = "office"
    POST = "post"
    CATEGORY = "category"
    ITEM = "item"
    RISK_KIND = "risk_kind"
    MATTER = "matter"
    MATTER_CODE = "matter_code"
    POWER_KIND = "power_kind"
    STEP = "step"
    RISK = "risk"
    MANIFESTATION = "manifestation"
    LIKELIHOOD = "likelihood"
    SEVERITY = "severity"
    SCORE = "score"
    LEVEL = "level"
    OVERRIDE_REASON = "override_reason"
    MEASURES = "measures"
    BASIS = "basis"
    OWNER = "owner"
    OFFICE_HEAD = "office_head"
    LEADER = "leader"
    INDICATOR = "indicator"
    FREQUENCY = "frequency"
    EVIDENCE = "evidence"
    REMARK = "remark"


SEVERAL: Final = frozenset({Field.MEASURES, Field.REMARK})
"""Fields that several columns of one table may hold."""

LABELS: Final = (
    Field.UNIT,
    Field.OFFICE,
    Field.POST,
    Field.CATEGORY,
    Field.ITEM,
    Field.RISK_KIND,
    Field.MATTER,
    Field.MATTER_CODE,
    Field.POWER_KIND,
    Field.STEP,
)
"""Fields that say where a row belongs; one cell of them is often merged over many rows."""

PERSONS: Final = frozenset({Field.OWNER, Field.OFFICE_HEAD, Field.LEADER})


class Source(StrEnum):
    """Where a head was seen; public pages are given as they were read."""

    BOZHOU = "亳州市住建局一览表，zjj.bozhou.gov.cn/XxgkContent/show/2603381"
    HOUSING = "住建系统一览表（惠州、龙岩），360docs.net/doc/7319434210"
    ENTERPRISE = "企业岗位廉洁风险表，qlw.shccmg.com"
    TRANSPORT = "台州市交通局手册（2011）；交通运输部手册（2009）"
    POWERS = "权责清单（青铜峡市人社局），qtx.gov.cn/…/t20230617_4149423"
    CONTROLS = "内部控制矩阵（中石化），360docs.net/doc/6318430867"
    SOFTWARE = "纪检软件表结构 com.xr.model.PartyPositionRisk（GitHub）"
    CHART = "岗位图三栏式样，guanshanwenku.com/…/11627_4"
    KINDS = "沙坪坝街道方案（2011，五类风险），xiexiebang.com/a14/201905150/c4d4b556ab6096f1"
    CLERKS = "某地流程图要求的栏目，98523.com/…162414_2"
    OURS = "本系统风险台账的栏目"
    USUAL = "常见写法，未找到出处"
    ENGLISH = "common heads of risk registers in English, no page found"


SYNONYMS: Final[Mapping[Field, tuple[tuple[Source, str], ...]]] = {
    Field.SERIAL: (
        (Source.BOZHOU, "序号"),
        (Source.USUAL, "编次 项次 行号"),
        (Source.ENGLISH, "No Nr S/N Serial Serial_No # Item_No"),
    ),
    Field.CODE: (
        (Source.SOFTWARE, "岗位风险编号"),
        (Source.OURS, "风险编号"),
        (Source.USUAL, "风险点编号 编号 风险代码"),
        (Source.ENGLISH, "Risk_ID ID Ref Reference_No Risk_No Risk_Code Code"),
    ),
    Field.UNIT: (
        (Source.OURS, "单位"),
        (Source.CONTROLS, "适用单位"),
        (Source.USUAL, "单位名称 所属单位 填报单位 所在单位 下属单位"),
        (Source.ENGLISH, "Unit Organisation Organization Agency Bureau Entity"),
    ),
    Field.OFFICE: (
        (Source.BOZHOU, "单位/科室"),
        (Source.HOUSING, "部门"),
        (Source.OURS, "科室"),
        (
            Source.USUAL,
            "科室名称 部门名称 所在科室 所属科室 所在部门 所属部门 处室 处室名称 科(处)室 股室 "
            "部门/科室 科室/部门 责任科室 责任部门 内设机构",
        ),
        (Source.ENGLISH, "Office Department Division Section Dept Business_Unit"),
    ),
    Field.POST: (
        (Source.HOUSING, "风险点涉及的岗位"),
        (Source.ENTERPRISE, "岗位类别"),
        (Source.TRANSPORT, "所涉及人员"),
        (Source.OURS, "岗位"),
        (Source.CLERKS, "承办岗位"),
        (Source.USUAL, "岗位名称 涉及岗位 风险岗位 岗位(职务) 职务 涉及人员 岗位及职责 责任岗位"),
        (Source.ENGLISH, "Post Position Role Job Job_Title"),
    ),
    Field.CATEGORY: (
        (Source.OURS, "大类"),
        (Source.USUAL, "风险大类 项目大类 风险项目大类 一级目录"),
        (Source.ENGLISH, "Category Risk_Category"),
    ),
    Field.ITEM: (
        (Source.SOFTWARE, "风险项目名称"),
        (Source.OURS, "小项"),
        (Source.USUAL, "风险项目 风险小项 项目小项 二级目录"),
        (Source.ENGLISH, "Risk_Item Subcategory"),
    ),
    Field.RISK_KIND: (
        (Source.BOZHOU, "风险类别"),
        (Source.KINDS, "风险类型 廉政风险类别"),
        (Source.USUAL, "风险种类 风险点类别 风险点类型 廉政风险类型 风险性质"),
        (Source.ENGLISH, "Risk_Type Type_of_Risk Risk_Kind Type"),
    ),
    Field.MATTER: (
        (Source.POWERS, "事项名称"),
        (Source.OURS, "权力事项"),
        (
            Source.USUAL,
            "职权名称 权力名称 职权事项 行政权力事项 业务事项 工作事项 权力事项名称 业务名称 "
            "职权 权力项目 工作职责 岗位职责",
        ),
        (Source.CONTROLS, "业务目标"),
        (Source.ENGLISH, "Process Activity Matter Business_Process Function"),
    ),
    Field.MATTER_CODE: (
        (Source.POWERS, "地方权力编码"),
        (Source.USUAL, "职权编码 权力编码 事项编码"),
        (Source.ENGLISH, "Process_Code"),
    ),
    Field.POWER_KIND: (
        (Source.POWERS, "职权类型"),
        (Source.USUAL, "权力类型 职权类别 权力类别"),
    ),
    Field.STEP: (
        (Source.HOUSING, "重要环节"),
        (Source.TRANSPORT, "环节"),
        (Source.OURS, "流程与环节"),
        (Source.CHART, "工作流程"),
        (
            Source.USUAL,
            "业务环节 工作环节 流程环节 风险环节 权力运行环节 关键环节 步骤 操作步骤 业务流程 "
            "办理环节 环节名称",
        ),
        (Source.ENGLISH, "Step Stage Process_Step Phase"),
    ),
    Field.RISK: (
        (Source.BOZHOU, "风险点"),
        (Source.ENTERPRISE, "风险名称"),
        (Source.SOFTWARE, "风险点描述"),
        (Source.CHART, "廉政风险点"),
        (Source.CONTROLS, "业务风险"),
        (
            Source.USUAL,
            "廉洁风险点 风险点名称 廉政风险 廉洁风险 风险内容 风险点内容 风险事项 岗位风险点 "
            "岗位廉政风险点 腐败风险点 主要风险点 风险描述 风险",
        ),
        (Source.ENGLISH, "Risk Risk_Name Risk_Title Risk_Statement Risk_Event Risk_Description"),
    ),
    Field.MANIFESTATION: (
        (Source.BOZHOU, "廉政风险主要内容及表现形式"),
        (Source.HOUSING, "廉政风险点表现形式"),
        (Source.ENTERPRISE, "风险描述"),
        (Source.OURS, "表现形式"),
        (
            Source.USUAL,
            "风险表现形式 风险点表现形式 廉政风险表现形式 主要表现形式 具体表现 风险表现 "
            "廉政风险表现 风险点具体表现 主要表现 风险点描述",
        ),
        (Source.ENGLISH, "Description Manifestation How_it_happens Scenario Risk_Description"),
    ),
    Field.LIKELIHOOD: (
        (Source.SOFTWARE, "可能性L 可能性"),
        (Source.USUAL, "发生可能性 发生概率 风险发生可能性 可能性等级 L"),
        (Source.ENGLISH, "Likelihood Probability Likelihood_Score"),
    ),
    Field.SEVERITY: (
        (Source.SOFTWARE, "严重性C 严重性"),
        (Source.USUAL, "严重程度 影响程度 危害程度 后果严重性 后果 C"),
        (Source.ENGLISH, "Severity Impact Consequence Consequences"),
    ),
    Field.SCORE: (
        (Source.SOFTWARE, "风险值D 风险值"),
        (Source.USUAL, "风险分值 风险得分 分值 D"),
        (Source.ENGLISH, "Score Risk_Score LxC"),
    ),
    Field.LEVEL: (
        (Source.BOZHOU, "风险等级"),
        (Source.SOFTWARE, "等级"),
        (
            Source.USUAL,
            "审定等级 风险级别 级别 廉政风险等级 风险点等级 廉洁风险等级 确定等级 评定等级 "
            "风险程度 自评等级",
        ),
        (Source.ENGLISH, "Level Risk_Level Rating Risk_Rating Priority"),
    ),
    Field.OVERRIDE_REASON: (
        (Source.OURS, "直接定级理由"),
        (Source.USUAL, "定级理由 定级依据 等级理由"),
    ),
    Field.MEASURES: (
        (Source.BOZHOU, "防控措施"),
        (Source.HOUSING, "防控要点及防控措施"),
        (Source.SOFTWARE, "预防和控制措施"),
        (Source.CONTROLS, "控制点"),
        (
            Source.USUAL,
            "防范措施 控制措施 风险防控措施 廉政风险防控措施 防控办法 预防措施 措施 制度措施 "
            "主要防控措施 整改措施 防范控制措施 前期预防措施 中期监控措施 后期处置措施 "
            "前期预防 中期监控 后期处置",
        ),
        (
            Source.ENGLISH,
            "Control Controls Measures Measure Mitigation Existing_Controls Key_Controls "
            "Treatment Control_Measures Mitigating_Controls Control_Activity "
            "Control_Description",
        ),
    ),
    Field.BASIS: (
        (Source.POWERS, "实施依据"),
        (Source.OURS, "依据"),
        (Source.CONTROLS, "相关制度索引"),
        (Source.USUAL, "法律依据 法规依据 制度依据 政策依据 设定依据"),
        (Source.ENGLISH, "Basis Legal_Basis Policy_Reference Legal_Reference"),
    ),
    Field.OWNER: (
        (Source.HOUSING, "直接责任人"),
        (Source.TRANSPORT, "责任主体"),
        (Source.USUAL, "责任人 岗位责任人 具体责任人 经办人 防控责任人 责任人员 责任单位 姓名"),
        (Source.ENGLISH, "Owner Risk_Owner Responsible Responsible_Person Control_Owner"),
    ),
    Field.OFFICE_HEAD: (
        (Source.BOZHOU, "部门负责人"),
        (Source.HOUSING, "部门责任人"),
        (Source.OURS, "科室负责人"),
        (Source.USUAL, "科室责任人 处室负责人 负责人 股室负责人 科长"),
        (Source.ENGLISH, "Head Head_of_Office Head_of_Department Manager"),
    ),
    Field.LEADER: (
        (Source.BOZHOU, "责任领导"),
        (Source.OURS, "分管领导"),
        (Source.USUAL, "领导责任人 主管领导 分管负责人 分管局领导"),
        (Source.ENGLISH, "Leader Executive Responsible_Leader Sponsor"),
    ),
    Field.INDICATOR: (
        (Source.ENTERPRISE, "监测指标"),
        (Source.USUAL, "指标 预警指标 监控指标"),
        (Source.ENGLISH, "Indicator KRI Key_Risk_Indicator"),
    ),
    Field.FREQUENCY: (
        (Source.OURS, "频次 频次或时限"),
        (Source.USUAL, "频率 执行频次 控制频率 完成时限 检查频次"),
        (Source.ENGLISH, "Frequency Control_Frequency"),
    ),
    Field.EVIDENCE: (
        (Source.OURS, "佐证 佐证材料"),
        (Source.CONTROLS, "控制点相关资料"),
        (Source.USUAL, "留痕 留痕材料 证明材料 印证资料"),
        (Source.ENGLISH, "Evidence Records Control_Evidence"),
    ),
    Field.REMARK: (
        (Source.OURS, "备注"),
        # heads that are like those of a field, and are something else
        (Source.CONTROLS, "不相容岗位 控制点分值 会计报表认定"),
        (Source.POWERS, "子项名称 责任事项内容 责任事项依据 追责情形"),
        (Source.CLERKS, "投诉举报途径 监督制约环节"),
        (Source.USUAL, "监督部门 监督单位 监督人 监督责任人 配合部门 牵头部门 协办科室"),
        (Source.USUAL, "说明 附注"),
        (Source.ENGLISH, "Remark Remarks Note Notes Comment Comments"),
    ),
}
"""The heads of each field, the likeliest first; `_` stands for a blank inside one."""


def folded(text: str) -> str:
    """Return a text as heads are compared: NFKC, no case, only its letters and digits."""
    found = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in found if each.isalnum() or each == "#")
