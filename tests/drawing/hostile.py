"""Texts that broke Graphviz, its SVG or its reader (security.md 2.1)."""

HOSTILE = (
    "a\\Nb", "\\G", "\\L", "\\E\\T\\H", "D:\\new\\report\\list", "abc\\", "\\", "\\\\",
    "\\n", "\\l", "\\r",
    "\n", "\n审批", "\n\n\n", "", " ", "\t", "\r\n", "\u2028", "\x85", "\x0b\x0c",
    '"]; evil [label="PWN" URL="javascript:alert(1)"]; //', '"', '\\"', "a\\\"b",
    "<b>x</b>", "<lambda> <map>", "</text></svg><script>alert(1)</script>", "<a & b>", "<&nbsp;>",
    "<10万 且 >5万>", "<", ">", "<>", "<<>>",
    '<<table><tr><td><img src="/etc/passwd"/></td></tr></table>>',
    '<<table href="javascript:alert(1)"><tr><td>x</td></tr></table>>',
    "]]><script>", "--><script>", "<!--", "&lt;", "&#31;", "&amp;lt;", "&", "&#x0;",
    "\x00", "a\x00b", "\x01\x02\x1f", "\ufffe\uffff", "\ufeff", "\ud800", "a\udfffb",
    "\u202eabc\u2066", "\u200b", "\u200d", "\u200b\u200b审", "\xad", "\ufe0f", "\u3164", "\u034f",
    "\x80\x9f", "👨\u200d👩\u200d👧", "😀" * 40, "𠀀𪚥" * 20, "x" + "\u0301" * 2000,
    "سلام عليكم ورحمة الله" * 4, "ก็ำ" * 30, "한국어 문장" * 9, "﷽" * 12,
    "\U0010ffff", "\ue000" * 30,
    "a:b", "a:b:c", "%", "%3", "node", "digraph", "-4.2", "n1", "=1+1", "{a|b}", "<f0>|<f1>",
    "x\" onload=\"alert(1)", "审" * 3000, "A" * 3000, "审\n" * 300, "<b>" * 600,
    "1" * 400, "W" * 400,
)  # fmt: skip
