"""Every page of the site once, on the sample: what promises are tried on."""

CODE = "FZ-U1-K13-G01"
PAGES = [
    "/",
    "/maps",
    "/maps?level=high&sort=-steps&page=1",
    f"/maps/{CODE}",
    "/steps",
    "/steps?duty=送达",
    "/risk-points",
    "/risk-points?item=FX-0101",
    "/register",
    "/items/FX-0101",
    "/measures",
    "/measures?used=no",
    "/measures/CS-0101-01",
    "/bases",
    "/bases/FG-018",
    "/people",
    "/people?q=RY-00",
    "/people/RY-001",
    "/nodes/FZ-U1",
    "/nodes/FZ-U1-K13",
    f"/nodes/{CODE}",
    "/search",
    "/search?q=工伤",
    "/search?q=审核&kind=measure&page=2",
    "/search?q=没有这样的词",
]
"""Pages in HTML."""

PAGES += [
    "/account",
    "/account/password",
    "/account/acts",
    "/desk",
    "/history",
    "/history/maps/FZ-U1-K13-G01",
]

PAGES += [
    "/audit",
    "/audit?severity=error&rule=G14&state=all",
    "/audit?state=mended",
    "/audit?node=FZ-U1-K13&q=时限&page=2",
    "/audit/grids/items",
    "/audit/grids/items?figure=risks&category=FX-01&unit=FZ-U1",
    "/audit/grids/measures",
    "/audit/grids/measures?category=&gaps=1",
    "/audit/grids/levels",
    "/audit/findings",
    "/audit/findings?state=all&overdue=1&gone=1",
    "/audit/findings/new",
    "/audit/accepted",
    "/audit/accepted?ending=soon",
    "/audit/runs",
    "/audit/figures",
    "/audit/figures/keep",
    "/audit/rules",
    "/audit/rules/settings/tenure_years",
    "/audit/rules/settings/old_terms",
    "/jobs",
]

PUBLIC = ["/sign-in", "/sign-in?next=/maps", "/verify", "/verify?code=x&number=1&digits=0"]
"""Pages for who has not signed in."""

FILES = [
    f"/maps/{CODE}/chart.svg",
    f"/maps/{CODE}/chart.png",
    f"/maps/{CODE}/chart.dot",
    f"/maps/{CODE}/sheet.pdf",
    f"/maps/{CODE}/sheet.pdf?tone=grey",
    f"/maps/sheets.pdf?code={CODE}&code=FZ-U1",
]
"""What a map's page offers to take away."""

AUDIT_FILES = [
    "/audit/report.pdf",
    "/audit/report.xlsx",
    "/audit/grids/items.xlsx",
    "/audit/grids/levels.pdf",
    "/audit/grids/measures.pdf?category=FX-02",
]
"""What the pages of audits offer to take away: made anew each time."""

REFUSED = [
    "/rounds/999",
    "/rounds/999/maps/FZ-U1",
    "/rounds/999/progress.xlsx",
    "/audit/gaps/0123456789abcdef",
    "/audit/gaps/none",
    "/audit/runs/999",
    "/audit/runs/compare?earlier=999",
    "/audit/findings/SJ-2026-999",
    "/audit/rules/settings/none",
    "/jobs/999999",
    "/jobs/999999/result",
    f"/maps/{CODE}/revisions/99999999999999999999",
    "/maps/none",
    "/nowhere",
    "/items/FX-9999",
    "/people/RY-9999",
    "/maps/%00",
    "/maps/sheets.pdf?code=%00",
    "/maps/sheets.pdf?code=FZ-U1&code=none",
]

KEEPER = "guanli"
KEPT_PAGES = [
    "/organisation",
    "/organisation?retired=1",
    "/organisation/nodes/add",
    "/organisation/nodes/add?below=FZ-U1-K13",
    "/organisation/nodes/FZ-U1-K13",
    f"/organisation/nodes/{CODE}",
    f"/organisation/nodes/{CODE}/move?to=FZ-U2-K03",
    f"/organisation/nodes/{CODE}/retire",
    "/organisation/bureau",
    "/organisation/people",
    "/organisation/people/add",
    "/organisation/people/RY-047",
    "/organisation/people/RY-047/retire",
    f"/organisation/holdings/add?post={CODE}",
    "/organisation/holdings/1",
    "/organisation/parties",
    "/organisation/parties/add",
    "/organisation/parties/CY-01",
    "/organisation/parties/CY-01/retire",
    "/users",
    "/users?state=locked",
    "/users/add",
    "/users/1",
    "/users/2",
    "/users/2/password",
    "/grants",
    "/grants/1",
    "/grants/2",
]
"""Pages by which the administrator keeps organisation and users."""

PAGES += [
    "/editions",
    f"/maps/{CODE}?draft=1",
    "/maps?draft=1",
    "/audit?draft=1",
    "/rounds",
    "/workbook",
    "/workbook/columns",
    f"/maps/{CODE}/revisions",
    f"/maps/{CODE}/revisions/1",
    f"/maps/{CODE}/revisions/compare",
    f"/maps/{CODE}/revisions/compare?old=1&new=working&view=both&grey=1",
]
