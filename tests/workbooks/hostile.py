"""Makers of files that harm who reads them carelessly; the large ones are never held unpacked.

A part is compressed from pieces: what repeats is compressed once, and its bytes repeated, so that
a gigabyte costs a megabyte and no time.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

from openpyxl import Workbook

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
DECLARED: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROW: Final = '<row r="1"><c r="A1"><v>7</v></c></row>'


@dataclass(frozen=True)
class Part:
    """A part of a package: what repeats between its head and its tail, and what its header says."""

    head: bytes
    repeated: bytes = b""
    times: int = 0
    tail: bytes = b""
    declared: int | None = None
    flags: int = 0

    def packed(self) -> tuple[bytes, int, int]:
        """Return the compressed bytes, the checksum, and the length unpacked."""
        sign = zlib.crc32(self.head)
        for _ in range(self.times):
            sign = zlib.crc32(self.repeated, sign)
        sign = zlib.crc32(self.tail, sign)
        length = len(self.head) + len(self.repeated) * self.times + len(self.tail)
        middle = _flushed(self.repeated) * self.times
        return _flushed(self.head) + middle + _deflated(self.tail), sign, length


def _flushed(piece: bytes) -> bytes:
    """Return a piece compressed without reference to what stands before, ending at a byte."""
    squeezing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezing.compress(piece) + squeezing.flush(zlib.Z_FULL_FLUSH)


def _deflated(piece: bytes) -> bytes:
    squeezing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezing.compress(piece) + squeezing.flush()


def zipped(parts: Mapping[str, Part | bytes | str]) -> bytes:
    """Return a zip of some parts, headers as they say; the standard library cannot lie."""
    file, directory = BytesIO(), BytesIO()
    for name, given in parts.items():
        part = given if isinstance(given, Part) else Part(_bytes(given))
        data, sign, length = part.packed()
        said = length if part.declared is None else part.declared
        path = name.encode()
        about = (part.flags | 0x800, 8, 0, 0x21, sign, len(data), said, len(path), 0)
        where = file.tell()
        file.write(struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, *about) + path + data)
        tail = (0, 0, 0, 0, where)
        directory.write(struct.pack("<4sHHHHHHIIIHH", b"PK\1\2", 20, 20, *about))
        directory.write(struct.pack("<HHHII", *tail) + path)
    start, listed = file.tell(), directory.getvalue()
    count = min(len(parts), 0xFFFF)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(listed), start, 0)
    return file.getvalue() + listed + end


def _bytes(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


def xml(content: str) -> str:
    """Return a part with its declaration."""
    return DECLARED + content


def sheet(rows: str, after: str = "", before: str = "") -> str:
    """Return a sheet's part."""
    return xml(
        f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def repeating(repeated: str, times: int) -> Part:
    """Return a sheet's part whose rows repeat."""
    head, tail = sheet("|").split("|")
    each = repeated.encode()
    many = max(1, min(times, 1_000_000 // len(each)))
    return Part(head.encode(), each * many, times // many, tail.encode())


def package(
    *sheets: str | bytes | Part,
    names: tuple[str, ...] = ("风险台账", "二", "三"),
    hidden: tuple[int, ...] = (),
    strings: str | Part | None = None,
) -> dict[str, Part | bytes | str]:
    """Return the parts of a workbook of some sheets."""
    relation = '<Relationship Id="rId{0}" Type="{1}/{2}" Target="{3}"/>'
    listed = "".join(
        f'<sheet name="{names[at]}" sheetId="{at + 1}" r:id="rId{at + 1}"'
        + (' state="hidden"/>' if at in hidden else "/>")
        for at in range(len(sheets))
    )
    targets = "".join(
        relation.format(at + 1, RELATIONS, "worksheet", f"worksheets/sheet{at + 1}.xml")
        for at in range(len(sheets))
    )
    parts: dict[str, Part | bytes | str] = {
        "[Content_Types].xml": xml(
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/></Types>'
        ),
        "_rels/.rels": xml(
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            + relation.format(1, RELATIONS, "officeDocument", "xl/workbook.xml")
            + "</Relationships>"
        ),
        "xl/workbook.xml": xml(
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": xml(
            f'<Relationships xmlns="{PACKAGE}/relationships">{targets}</Relationships>'
        ),
    }
    for at, content in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{at}.xml"] = content
    if strings is not None:
        parts["xl/sharedStrings.xml"] = strings
    return parts


def workbook(*sheets: str | bytes | Part, strings: str | Part | None = None) -> bytes:
    """Return a workbook; see `package`."""
    return zipped(package(*sheets, strings=strings))


def of_rows(rows: str) -> bytes:
    """Return a workbook of one sheet with these rows."""
    return workbook(sheet(rows))


def strings(*texts: str, before: str = "") -> str:
    """Return the part of shared strings."""
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'{DECLARED}{before}<sst xmlns="{MAIN}">{items}</sst>'


def good() -> bytes:
    """Return an honest workbook, as openpyxl writes it."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "风险台账"
    for row in (("编号", "风险点", "等级"), ("FX-01", "审批超期", 3), ("FX-02", "收受礼品", 9)):
        page.append(row)
    page.merge_cells("A5:C6")
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _one_cell_of_a_gigabyte() -> bytes:
    head, tail = sheet('<row r="1"><c r="A1" t="str"><v>|</v></c></row>').split("|")
    return workbook(Part(head.encode(), b"x" * 2**20, 1024, tail.encode()))


def _spaces(times: int) -> bytes:
    head, tail = sheet('<row r="1"><c r="A1"><v>|7</v></c></row>').split("|")
    return workbook(Part(head.encode(), b" " * 2**20, times, tail.encode()))


def _shared_strings(times: int) -> bytes:
    head, tail = strings("|").split("<si><t>|</t></si>")
    many = Part(head.encode(), b"<si/>" * 10_000, times // 10_000, tail.encode())
    return workbook(sheet(ROW), strings=many)


def _with_dtd(dtd: str, text: str) -> bytes:
    cell = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    return workbook(sheet(cell), strings=strings(text, before=dtd))


def _laughs() -> bytes:
    kinds = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return _with_dtd(f'<!DOCTYPE l [<!ENTITY l0 "ha">{kinds}]>', "&l9;")


def _merges(count: int) -> bytes:
    ranges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, count + 1))
    return workbook(sheet(ROW, after=f"<mergeCells>{ranges}</mergeCells>"))


def _numbered_rows(count: int) -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, count + 1))
    return of_rows(rows)


def _macro_enabled() -> bytes:
    types = xml(
        f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    )
    return zipped(package(sheet(ROW)) | {"[Content_Types].xml": types})


def _without(part: str) -> bytes:
    return zipped({name: data for name, data in package(sheet(ROW)).items() if name != part})


def _encrypted_part() -> bytes:
    return workbook(Part(sheet(ROW).encode(), flags=1))


def _lying(declared: int) -> bytes:
    return workbook(replace(repeating(ROW, 1_000_000), declared=declared))


def flipped(content: bytes, at: int) -> bytes:
    """Return a file in which one bit is another."""
    return content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]


def _with(part: str) -> bytes:
    return zipped(package(sheet(ROW)) | {part: b"\0"})


def _damaged_inside() -> bytes:
    content = workbook(
        sheet("".join(f'<row r="{n}"><c r="A{n}"><v>{n * n}</v></c></row>' for n in range(1, 900)))
    )
    return flipped(content, content.find(b"sheet1.xml") + 400)


@dataclass(frozen=True)
class Hostile:
    """A file that is refused: how to make it, its name, and words of the reason in Chinese."""

    make: Callable[[], bytes]
    reason: str
    name: str = "台账.xlsx"


CSV: Final = "编号,风险点\nFX-01,审批\n"

HOSTILE: Final[dict[str, Hostile]] = {
    "a cell of 1 GB": Hostile(_one_cell_of_a_gigabyte, "解压后超过 50 MB"),
    "3 million rows": Hostile(
        lambda: workbook(repeating("<row><c><v>1</v></c></row>", 3_000_000)), "解压后超过 50 MB"
    ),
    "3 million empty rows": Hostile(
        lambda: workbook(repeating("<row/>", 3_000_000)), "合计 200000 行"
    ),
    "10 million shared strings": Hostile(
        lambda: _shared_strings(10_000_000), "不同的文字超过 1000000 条"
    ),
    "2 GB of spaces": Hostile(lambda: _spaces(2048), "解压后超过 50 MB"),
    "40 MB of spaces": Hostile(lambda: _spaces(40), "单元格 A1 写法与表格软件不同"),
    "three parts of 40 MB": Hostile(
        lambda: workbook(*[Part(b"<a>", b" " * 2**20, 40, b"</a>")] * 3), "解压后超过"
    ),
    "65,000 parts": Hostile(
        lambda: zipped(package(sheet(ROW)) | {f"x/{n}.xml": b"" for n in range(65_000)}),
        "部件超过 1000 个",
    ),
    "billion laughs": Hostile(_laughs, "“xl/sharedStrings.xml”声明了实体"),
    "quadratic entity": Hostile(
        lambda: _with_dtd(f'<!DOCTYPE l [<!ENTITY l "{"x" * 50_000}">]>', "&l;" * 50_000),
        "声明了实体",
    ),
    "entity of a file": Hostile(
        lambda: _with_dtd('<!DOCTYPE l [<!ENTITY l SYSTEM "file:///etc/passwd">]>', "&l;"),
        "声明了实体",
    ),
    "DTD from the network": Hostile(
        lambda: _with_dtd(
            '<!DOCTYPE l [<!ENTITY % p SYSTEM "http://127.0.0.1:9999/x.dtd"> %p;]>', "x"
        ),
        "声明了实体",
    ),
    "DTD in UTF-16": Hostile(
        lambda: workbook(
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16")
        ),
        "不是 UTF-8 编码",
    ),
    "a sheet in GBK": Hostile(
        lambda: workbook(sheet(ROW).replace("UTF-8", "GBK").encode("gbk")), "不是 UTF-8 编码"
    ),
    "a sheet not in the encoding it says": Hostile(
        lambda: workbook(sheet('<row r="1"><c r="A1" t="str"><v>审批</v></c></row>').encode("gbk")),
        "不是 UTF-8 编码",
    ),
    "a cell at XFD1048576": Hostile(
        lambda: of_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "合计 200000 行"
    ),
    "a cell at XFD1": Hostile(
        lambda: of_rows('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "一直到单元格 XFD1"
    ),
    "101 cells without names": Hostile(
        lambda: of_rows(f'<row r="3">{"<c><v>1</v></c>" * 101}</row>'), "一直到单元格 CW3"
    ),
    "a cell far away": Hostile(
        lambda: of_rows(f'{ROW}<row r="199999"><c r="CV199999"><v>1</v></c></row>'),
        "从 A1 一直到 CV199999",
    ),
    "row 99999999999": Hostile(
        lambda: of_rows('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'),
        "行号是 99999999999",
    ),
    "row 1048577": Hostile(lambda: of_rows('<row r="1048577"/>'), "行号是 1048577"),
    "row 0": Hostile(lambda: of_rows('<row r="0"/>'), "行号是 0"),
    "1,048,576 rows": Hostile(lambda: _numbered_rows(1_048_576), "合计 200000 行"),
    "a merge of the whole sheet": Hostile(
        lambda: workbook(sheet(ROW, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
        "把 A1 至 XFD1048576 合并",
    ),
    "a merge from its end": Hostile(
        lambda: workbook(sheet(ROW, '<mergeCells><mergeCell ref="C9:B3"/></mergeCells>')),
        "“风险台账”已损坏",
    ),
    "20,000 merges": Hostile(lambda: _merges(20_000), "合并的单元格超过 5000 处"),
    "rows out of order": Hostile(
        lambda: of_rows('<row r="3"><c r="A3"><v>3</v></c></row>' + ROW),
        "第 1 行排在第 3 行之后",
    ),
    "a row twice": Hostile(lambda: of_rows(ROW + ROW), "第 1 行排在第 1 行之后"),
    "a cell twice": Hostile(
        lambda: of_rows('<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>2</v></c></row>'),
        "单元格 B2 重复出现",
    ),
    "a cell of another row": Hostile(
        lambda: of_rows('<row r="2"><c r="A2"><v>1</v></c><c r="B7"><v>2</v></c></row>'),
        "单元格 B7 写法",
    ),
    "a cell before all rows": Hostile(
        lambda: of_rows('<c r="A1"><v>1</v></c>'), "“风险台账”已损坏"
    ),
    "a cell between rows": Hostile(
        lambda: of_rows('<row r="1"/><c r="A1"><v>1</v></c>'), "“风险台账”已损坏"
    ),
    "a bad number": Hostile(
        lambda: of_rows('<row r="4"><c r="C4"><v>12a</v></c></row>'), "单元格 C4 写法"
    ),
    "not a number": Hostile(
        lambda: of_rows('<row r="4"><c r="C4"><v>NaN</v></c></row>'), "单元格 C4 写法"
    ),
    "a number without end": Hostile(
        lambda: of_rows('<row r="4"><c r="C4"><v>1e400</v></c></row>'), "单元格 C4 里的数过大"
    ),
    "a bad date": Hostile(
        lambda: of_rows('<row r="4"><c r="C4" t="d"><v>yesterday</v></c></row>'), "单元格 C4 写法"
    ),
    "a shared string that is no number": Hostile(
        lambda: workbook(
            sheet('<row r="4"><c r="C4" t="s"><v>x</v></c></row>'), strings=strings("甲")
        ),
        "单元格 C4 写法",
    ),
    "a shared string that is not there": Hostile(
        lambda: workbook(
            sheet('<row r="4"><c r="C4" t="s"><v>7</v></c></row>'), strings=strings("甲")
        ),
        "无法读取",
    ),
    "a value of no known type": Hostile(
        lambda: of_rows('<row r="4"><c r="C4" t="zz"><v>7</v></c></row>'), "单元格 C4 写法"
    ),
    "a bad truth": Hostile(
        lambda: of_rows('<row r="4"><c r="C4" t="b"><v>7</v></c></row>'), "单元格 C4 写法"
    ),
    "a formula without a value": Hostile(
        lambda: of_rows('<row r="4"><c r="B4"><v>1</v></c><c r="C4"><f>B4+1</f></c></row>'),
        "单元格 C4：公式没有保存计算结果",
    ),
    "a formula with an empty value": Hostile(
        lambda: of_rows('<row r="4"><c r="C4"><f>B4+1</f><v></v></c></row>'),
        "单元格 C4：公式没有保存计算结果",
    ),
    "a value before its formula": Hostile(
        lambda: of_rows('<row r="4"><c r="C4"><v>1</v><f>B4+1</f></c></row>'), "单元格 C4 写法"
    ),
    "a text where its type has none": Hostile(
        lambda: of_rows('<row r="4"><c r="C4" t="inlineStr"><v>甲</v></c></row>'),
        "单元格 C4 写法",
    ),
    "a cell behind an end that is none": Hostile(
        lambda: of_rows(
            '<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[</sheetData>]]></t></is></c></row>'
        ),
        "“风险台账”已损坏",
    ),
    "a text of 40,000 characters": Hostile(
        lambda: of_rows(f'<row r="2"><c r="B2" t="str"><v>{"长" * 40_000}</v></c></row>'),
        "单元格 B2 有 40000 个字符",
    ),
    "two sheets of one name": Hostile(
        lambda: zipped(package(sheet(ROW), sheet(ROW), names=("甲", "甲"))), "两张工作表同名"
    ),
    "encrypted": Hostile(
        lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(900), "设有密码"
    ),
    "an encrypted part": Hostile(_encrypted_part, "设有密码"),
    "an .xls renamed": Hostile(
        lambda: OLE + bytes(600) + "Workbook".encode("utf-16-le") + bytes(900), "旧版或其他格式"
    ),
    "an .xls": Hostile(lambda: OLE + bytes(900), "旧版或其他格式", "台账.xls"),
    "a .csv renamed": Hostile(lambda: CSV.encode(), "这是纯文本"),
    "HTML": Hostile(lambda: b"\n<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),
    "XML of 2003": Hostile(lambda: b'<?xml version="1.0"?><Workbook></Workbook>', "旧版或其他格式"),
    "empty": Hostile(lambda: b"", "文件是空的"),
    "half a file": Hostile(lambda: good()[: len(good()) // 2], "文件不完整"),
    "11 MB": Hostile(lambda: good() + bytes(11 * 2**20), "文件有 12 MB"),
    "a flipped byte": Hostile(_damaged_inside, "“xl/worksheets/sheet1.xml”不完整"),
    "XML that is cut": Hostile(lambda: workbook(sheet(ROW)[:-40]), "“风险台账”已损坏"),
    "no content types": Hostile(lambda: _without("[Content_Types].xml"), "都不是工作簿"),
    "no workbook": Hostile(lambda: _without("xl/workbook.xml"), "没有可读的工作表"),
    "no sheet": Hostile(lambda: workbook(), "没有可读的工作表"),
    "a sheet that is not there": Hostile(lambda: _without("xl/worksheets/sheet1.xml"), "无法读取"),
    "an .xlsm": Hostile(good, "含有宏", "台账.xlsm"),
    "an .xlsm renamed": Hostile(_macro_enabled, "含有宏"),
    "macros inside": Hostile(lambda: _with("xl/vbaProject.bin"), "含有宏"),
    "an embedded object": Hostile(lambda: _with("xl/embeddings/oleObject1.bin"), "嵌有其他文件"),
    "a control": Hostile(lambda: _with("xl/activeX/activeX1.xml"), "嵌有其他文件"),
    "a binary workbook": Hostile(lambda: _with("xl/workbook.bin"), "旧版或其他格式"),
    "junk in front": Hostile(lambda: bytes(700) + good(), "都不是工作簿"),
    "a workbook behind a workbook": Hostile(lambda: good() + good(), "“zip”不完整"),
    "a header that says less": Hostile(lambda: _lying(10), "“xl/worksheets/sheet1.xml”不完整"),
    "a header that says more": Hostile(lambda: _lying(2**31), "解压后超过 50 MB"),
    "a part outside": Hostile(lambda: _with("../../etc/cron.d/x"), "已损坏"),
    "a part from the root": Hostile(lambda: _with("/xl/worksheets/sheet2.xml"), "已损坏"),
    "a part with backslashes": Hostile(lambda: _with("xl\\worksheets\\sheet2.xml"), "已损坏"),
    "a part twice": Hostile(lambda: _with("XL/Worksheets/Sheet1.xml"), "已损坏"),
    "a picture": Hostile(lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "都不是工作簿"),
    "a Word file": Hostile(good, "只读取 .xlsx 和 .csv", "台账.docx"),
    "no ending": Hostile(good, "只读取 .xlsx 和 .csv", "台账"),
    "a workbook as .csv": Hostile(good, "扩展名改为 .xlsx", "台账.csv"),
    "HTML as .csv": Hostile(lambda: b"<!DOCTYPE html><html></html>", "其实是网页", "台账.csv"),
    "UTF-16 as .csv": Hostile(lambda: CSV.encode("utf-16"), "UTF-16 编码", "台账.csv"),
    "no text as .csv": Hostile(lambda: b"a,b\n\0\0", "不是文本文件", "台账.csv"),
    "neither encoding": Hostile(lambda: b"a,b\nc,\xff\xff\n", "文本第 2 行的字符", "台账.csv"),
    "a quotation without end": Hostile(
        lambda: b'a,b\nc,"d\n', "文本第 2 行无法分成单元格", "台账.csv"
    ),
    "a line of 5 MB": Hostile(lambda: b"x" * 5 * 2**20, "无法分成单元格", "台账.csv"),
    "5 million lines": Hostile(lambda: b"\n" * 5_000_000, "表格超过 200000 行", "台账.csv"),
    "101 columns": Hostile(lambda: b"a\n" + b"1," * 100 + b"1", "第 2 行一直到", "台账.csv"),
}
