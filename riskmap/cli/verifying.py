"""riskmap verify: whether the record of changes is whole, and revisions are what it says."""

import json
import re
from collections.abc import Sequence

import click
from sqlalchemy import Connection, select

from riskmap.cli.context import opened
from riskmap.cli.failures import Failure
from riskmap.db import db
from riskmap.history.queries import Checked, Known, check_all, holds
from riskmap.organisation.models import Bureau
from riskmap.revisions.edition_verifying import VerifiedEditions, verify_editions
from riskmap.revisions.verifying import Verified
from riskmap.revisions.verifying import verify as revisions_verified
from riskmap.rounds.verifying import Verified as CarriedVerified
from riskmap.rounds.verifying import verify as carried_verified

NOBODY = "不属任何单位"
_HEAD = re.compile(r"(\d{1,18}):(\d{1,18}):([0-9a-f]{64})")
Names = dict[int, tuple[str, str]]


class KnownHead(click.ParamType[Known]):
    """A chain's head as `backup` and `verify` print it."""

    name = "链:条数:校验值"

    def convert(
        self, value: str | Known, param: click.Parameter | None, ctx: click.Context | None
    ) -> Known:
        if isinstance(value, Known):
            return value
        if head := _HEAD.fullmatch(value.strip().lower()):
            return Known(int(head[1]), int(head[2]), head[3])
        raise click.BadParameter(
            f"{value} 不是链尾；应照 backup 或 verify 打印的样子写：链:条数:64 位校验值"
        )


@click.command()
@click.option(
    "--head", "known", type=KnownHead(), multiple=True,
    help="以前打印过的链尾，可重复；由此能发现记录的末尾被截掉",
)  # fmt: skip
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text")
def verify(known: tuple[Known, ...], kind: str) -> None:
    """逐条核对变更记录的哈希链，断了就指出第一处；再核对每一版账图、复查签字和汇编是否与记录一致。"""
    with opened(), db.engine.connect() as connection:
        found = check_all(connection)
        lost = [head for head in known if not holds(connection, head)]
        revisions = revisions_verified(connection)
        carried = carried_verified(connection)
        editions = verify_editions(connection)
        names = bureau_names(connection)
    if kind == "json":
        click.echo(as_json(found, known, lost, names, revisions, carried, editions))
    else:
        click.echo(as_text(found, names, revisions, carried, editions))
    altered = [
        *altered_in_words(revisions, names),
        *carried_in_words(carried, names),
        *editions_in_words(editions, names),
    ]
    if wrong := [*problems(found, names), *map(lost_in_words, lost), *altered]:
        raise Failure("；".join(wrong))


def bureau_names(connection: Connection) -> Names:
    """Return code and name of every bureau by its id, which is its chain's number."""
    rows = connection.execute(select(Bureau.id, Bureau.code, Bureau.name).order_by(Bureau.id))
    return {row.id: (row.code, row.name) for row in rows}


def _called(chain: int, names: Names) -> str:
    code, name = names.get(chain, ("", NOBODY if chain == 0 else f"编号 {chain} 的单位"))
    return f"{name}（{code}）" if code else name


def head_of(checked: Checked) -> str:
    """Return a chain's head as it is to be kept outside the database."""
    return str(Known(checked.chain, *checked.head)) if checked.head else "—"


def as_text(
    found: Sequence[Checked],
    names: Names,
    revisions: Verified,
    carried: CarriedVerified,
    editions: VerifiedEditions,
) -> str:
    """Return a line for every chain, and one each for revisions, reviews and editions if any."""
    if not found:
        return "还没有变更记录"
    lines = [
        f"{'断链' if each.broken else '完整'}  {_called(each.chain, names)}："
        f"{each.head[0] if each.head else 0} 条，链尾 {head_of(each)}"
        for each in found
    ]
    if revisions.count or revisions.altered:
        wrong = {(each.code, each.number) for each in revisions.altered}
        lines.append(f"账图版本：{_counted(revisions.count, '个', len(wrong))}")
    if carried.count or carried.altered:
        wrong = {(each.code, each.round) for each in carried.altered}
        lines.append(f"复查沿用签字：{_counted(carried.count, '个', len(wrong))}")
    if editions.count or editions.altered:
        bound = {(each.bureau_id, each.number) for each in editions.altered}
        lines.append(f"汇编版：{_counted(editions.count, '版', len(bound))}")
    return "\n".join(lines)


def _counted(count: int, unit: str, wrong: int) -> str:
    said = f"{wrong} {unit}与记录不符" if wrong else "都与记录一致"
    return f"{count} {unit}，{said}"


def problems(found: Sequence[Checked], names: Names) -> list[str]:
    """Return the first broken link of every chain that has one, in words."""
    return [
        f"{_called(each.chain, names)}的变更记录从第 {each.broken.number} 条断开"
        f"（{each.broken.reason}）；请保留现场，用断开之前的备份核对"
        for each in found
        if each.broken
    ]


MOST_NAMED = 5


def altered_in_words(revisions: Verified, names: Names) -> list[str]:
    """Return which revisions are not what the record says, the first few by name."""
    found = [
        f"{_called(each.bureau_id, names)}账图 {each.code} 第 {each.number} 版{each.reason}"
        for each in revisions.altered
    ]
    return _first_few(found, "版本")


def carried_in_words(carried: CarriedVerified, names: Names) -> list[str]:
    """Return which signatures of reviews are not what the record says, the first few by name."""
    found = [
        f"{_called(each.bureau_id, names)}账图 {each.code} 在第 {each.round} 次复查中的沿用签字："
        f"{each.reason}"
        for each in carried.altered
    ]
    return _first_few(found, "复查签字")


def editions_in_words(editions: VerifiedEditions, names: Names) -> list[str]:
    """Return which editions are not what the record says, the first few by name."""
    found = [
        f"{_called(each.bureau_id, names)}汇编第 {each.number} 版{each.reason}"
        for each in editions.altered
    ]
    return _first_few(found, "汇编")


def _first_few(said: Sequence[str], what: str) -> list[str]:
    found = [f"{each}；请保留现场，用备份核对" for each in said[:MOST_NAMED]]
    if more := len(said) - len(found):
        found.append(f"另有 {more} 处{what}与记录不符，全部见 riskmap verify --format json")
    return found


def lost_in_words(head: Known) -> str:
    return (
        f"找不到链尾 {head.chain}:{head.number}：记录的末尾被截掉或改写过，"
        "或者数据库是从更早的备份恢复的；请用备份核对"
    )


def as_json(
    found: Sequence[Checked],
    known: Sequence[Known],
    lost: Sequence[Known],
    names: Names,
    revisions: Verified,
    carried: CarriedVerified,
    editions: VerifiedEditions,
) -> str:
    """Return what was found, stable for programs."""
    chains = [
        {
            "chain": each.chain,
            "bureau": names.get(each.chain, (None, None))[0],
            "entries": each.head[0] if each.head else 0,
            "head": head_of(each) if each.head else None,
            "broken": each.broken and {"number": each.broken.number, "reason": each.broken.reason},
        }
        for each in found
    ]
    heads = [{"head": str(head), "found": head not in lost} for head in known]
    sound = not revisions.altered and not carried.altered and not editions.altered
    good = not lost and sound and all(each.broken is None for each in found)
    altered = [
        {
            "bureau": names.get(each.bureau_id, (None, None))[0],
            "map": each.code,
            "revision": each.number,
            "reason": each.reason,
        }
        for each in revisions.altered
    ]
    said = {"good": good, "chains": chains, "heads": heads}
    counted = {"count": revisions.count, "altered": altered}
    bound = {
        "count": editions.count,
        "altered": [
            {
                "bureau": names.get(each.bureau_id, (None, None))[0],
                "edition": each.number,
                "reason": each.reason,
            }
            for each in editions.altered
        ],
    }
    reviews = [
        {
            "bureau": names.get(each.bureau_id, (None, None))[0],
            "map": each.code,
            "round": each.round,
            "reason": each.reason,
        }
        for each in carried.altered
    ]
    counted_too = {"count": carried.count, "altered": reviews}
    whole = said | {"revisions": counted, "carried_forward": counted_too, "editions": bound}
    return json.dumps(whole, ensure_ascii=False)
