"""Builds ``tests/files/annex`` again: ``python -m tests.files.build [DIR]``. Needs LibreOffice.

One annex of three forms, described below and with what it says in ``annex.yml``, as a Word document and as a workbook;
and every other format as LibreOffice writes it from these two. LibreOffice puts the day into what it writes, so the bytes
differ each time; the files are kept because other versions of it write other files.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from tests.support.annex import Annex, to_docx, to_xlsx
from tests.support.office import convert, laid_out_document, laid_out_workbook

HERE = Path(__file__).parent / "annex"
WRITTEN = {
    "word": ("doc", "rtf", "docx", "odt", "pdf", "html"),
    "sheet": ("xls", "xlsx", "ods", "html", "pdf"),
}
"""Formats LibreOffice writes, by what it is given."""

_TITLE = ("部门项目支出预算绩效目标表",)
_HEADINGS = ("名称", "一级指标", "二级指标", "三级指标", "指标值")

ANNEX = Annex(
    "附件2：2023年项目支出绩效目标表",
    (
        (
            _TITLE,
            ("( 2023年度)",),
            ("",),
            ("项目名称", "乡村图书室开放经费"),
            ("主管部门及代码", "066-清水镇人民政府", "实施单位", "清水镇文化站"),
            ("项目属性", "一年期项目", "项目期", "2023年1月至12月"),
            ("项目资金\n（万元）", " 年度资金总额：", "12.50"),
            ("", "         其中：财政拨款", "12.50"),
            # Blank is missing, and not the label that follows.
            ("", "           其他资金", ""),
            ("年度总体目标", "6个村图书室全年开放，新购图书1200册，让群众就近看书。"),
            _HEADINGS,
            ("绩效指标", "产出指标", "数量指标（必填硬性指标）", "开放图书室", "6个"),
            ("", "", "", "新购图书", "≥1200册"),
            ("", "", "质量指标（必填）", "图书验收合格率", "100%"),
            ("", "", "时效指标（必填）", "新书上架时间", "2023年9月底"),
            ("", "", "成本指标（必填硬性指标）", "购书和管理费用", "12.5万元"),
            # Two lines in one cell.
            ("", "效益指标", "社会效益指标（必填）", "群众借阅次数", "比上年\n增加10%以上"),
            ("", "", "可持续影响指标（必填）", "图书室管理制度", "长期执行"),
            ("", "满意度指标", "服务对象满意度指标（必填）", "读者满意度", "≥92%"),
        ),
        (
            _TITLE,
            ("( 2023年度)",),
            # The name stands above its label, in Word in a floating box.
            ("河道保洁员补助",),
            ("项目名称", ""),
            ("主管部门及代码", "066-清水镇人民政府", "实施单位", "清水镇水管所"),
            ("项目属性", "一年期项目", "项目期", "2023年1月至12月"),
            ("项目资金\n（万元）", " 年度资金总额：", "30"),
            ("", "         其中：财政拨款", "24"),
            ("", "           其他资金", "6"),
            ("年度总体目标", "按月发放20名保洁员补助，保持35公里河道干净。"),
            _HEADINGS,
            ("绩效指标", "产出指标", "数量指标（必填硬性指标）", "河道保洁员", "20人"),
            ("", "", "", "保洁河道长度", "35公里"),
            ("", "", "质量指标（必填）", "河道巡查合格率", "≥95%"),
            ("", "", "时效指标（必填）", "补助发放", "1次/月"),
            ("", "", "成本指标（必填硬性指标）", "人均补助", "1.5万元/人"),
            ("", "效益指标", "生态效益指标（选填）", "河面漂浮物", "明显减少"),
            ("", "满意度指标", "服务对象满意度指标（必填）", "沿河群众满意度", "≥90%"),
        ),
        (
            _TITLE,
            ("( 2023年度)",),
            ("",),
            ("项目名称", "敬老院消防改造"),
            ("主管部门及代码", "066-清水镇人民政府", "实施单位", "清水镇敬老院"),
            ("项目属性", "一年期项目", "项目期", "2023年3月至10月"),
            ("项目资金\n（万元）", " 年度资金总额：", "48.06"),
            ("", "         其中：财政拨款", "48.06"),
            ("", "           其他资金", ""),
            ("年度总体目标", "改造1处敬老院的消防设施，10月底前验收，老人住得放心。"),
            _HEADINGS,
            ("绩效指标", "产出指标", "数量指标（必填硬性指标）", "改造敬老院", "1处"),
            ("", "", "质量指标（必填）", "工程验收合格率", "100%"),
            ("", "", "时效指标（必填）", "完工时间", "2023年10月底"),
            ("", "", "成本指标（必填硬性指标）", "改造工程费用", "480600元"),
            ("", "效益指标", "社会效益指标（必填）", "消防隐患", "全部消除"),
            ("", "", "可持续影响指标（必填）", "设施使用年限", "≥10年"),
            ("", "满意度指标", "服务对象满意度指标（必填）", "入住老人满意度", "≥95%"),
        ),
    ),
)


def build(target: Path) -> None:
    """Write every file into ``target``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = {"word": folder / "word.docx", "sheet": folder / "sheet.xlsx"}
        sources["word"].write_bytes(laid_out_document(to_docx(ANNEX, boxed_names=True)))
        sources["sheet"].write_bytes(laid_out_workbook(to_xlsx(ANNEX)))
        for stem, extensions in WRITTEN.items():
            for extension in extensions:
                (made,) = convert([sources[stem]], extension, folder / "written").values()
                shutil.copyfile(made, target / made.name)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
