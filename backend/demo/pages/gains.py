"""Pages of what she could still gain, and of what would be if she did one more thing today."""

from itertools import groupby

from sanic import HTTPResponse

from backend.demo.pages.visitor import Visitor
from backend.errors import Invalid
from backend.pages.forms import go_to
from backend.records.catalogue import DOMAINS
from backend.spreadsheets.cells import fold
from miniprogram_api import gains
from miniprogram_api.surface.body import read_query

MOST_TYPED = 12  # characters of a quantity that are shown again
NOT_A_NUMBER = "数量请只填数字，例如 6 或 6.5。"


async def show_gains(visitor: Visitor) -> HTTPResponse:
    """What she can show evidence of herself comes first, with the way to hand it in."""
    shown = await gains.show_gains(visitor.citizen, visitor.ledger)
    by_domain = {domain: number for number, domain in enumerate(DOMAINS)}
    filed = sorted(
        (each for each in shown.items if each.how == "department"),
        key=lambda gain: by_domain.get(gain.domain, len(DOMAINS)),
    )
    return await visitor.show(
        "gains.html",
        "points",
        shown=shown,
        own=[each for each in shown.items if each.how == "evidence"],
        filed=[(domain, list(each)) for domain, each in groupby(filed, lambda gain: gain.domain)],
        key=visitor.new_key(),
    )


async def show_what_if(visitor: Visitor) -> HTTPResponse:
    """How much it would be, asked for where the item counts a quantity; and the reckoning. Read, and never kept."""
    arguments = visitor.request.args
    asked = {name: [text] for name in ("item", "quantity") if (text := fold(arguments.get(name, "")))}
    shown = await gains.show_gains(visitor.citizen, visitor.ledger)
    item = next((each for each in shown.items if [each.item_code] == asked.get("item")), None)
    if item is None:
        return go_to("/demo/gains")
    answer, fault = None, ""
    if "quantity" in asked or item.unit is None:
        try:
            query = read_query(asked, gains.WhatIfQuery)
            answer = await gains.show_what_if(visitor.citizen, visitor.ledger, query)
        except Invalid as error:
            fault = NOT_A_NUMBER if error.fields[0].code == "wrong_type" else error.fields[0].detail
    return await visitor.show(
        "what_if.html",
        "points",
        item=item,
        typed="".join(asked.get("quantity", []))[:MOST_TYPED],
        answer=answer,
        fault=fault,
        note=shown.note,
    )
