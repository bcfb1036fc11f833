"""What the styles of Word, WPS, web documents and 公众号 say about a text: marks, heading, size, place in a list."""

import re
from collections.abc import Mapping
from dataclasses import replace

from backend.content.block_holders import Look
from backend.content.blocks import Hint

_DECLARATION = re.compile(r"([a-z-]{2,40})\s*:\s*([^;]{1,200})", re.IGNORECASE)
_SIZE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)(px|pt)")
_LIST = re.compile(r"\bl([0-9]+) level([1-9]) lfo([0-9]+)")
_HEADING_CLASS = re.compile(r"\bMso(?:Heading|Title)([1-6]?)\b")
_LEVEL = re.compile(
    r"@list\s+l([0-9]{1,9}):level([1-9])\s*\{[^{}]{0,600}?mso-level-number-format\s*:\s*([a-z-]{1,40})", re.IGNORECASE
)
_PX_OF_PT = 4 / 3
LABEL = "label"  # Look.text of a list paragraph's number

Kinds = Mapping[tuple[str, str], str]  # list and level → how Word says that it counts


def list_kinds(html: str) -> Kinds:
    """How the lists of Word's sheet count; levels that say nothing count 1, 2, 3."""
    return {(found[1], found[2]): found[3].lower() for found in _LEVEL.finditer(html)}


def styles_of(attributes: Mapping[str, str]) -> dict[str, str]:
    found = _DECLARATION.findall(attributes.get("style", ""))
    return {name.lower(): value.strip().lower() for name, value in found}


def hidden(styles: Mapping[str, str]) -> bool:
    return styles.get("display") == "none" or styles.get("mso-hide") == "all"


def styled(look: Look, tag: str, attributes: Mapping[str, str], styles: Mapping[str, str], kinds: Kinds) -> Look:
    """The look with what the styles add to it, or take away."""
    marks = _marks(look, styles)
    if marks != look.marks:
        look = replace(look, marks=marks)
    if size := _SIZE.fullmatch(styles.get("font-size", "")):
        look = replace(look, size=float(size[1]) * (_PX_OF_PT if size[2] == "pt" else 1))
    if level := _heading_level(tag, attributes, styles):
        look = replace(look, heading=f"h{level}")
    mso_list = styles.get("mso-list", "")
    if mso_list == "ignore":
        return replace(look, text=LABEL)
    if found := _LIST.search(mso_list):
        kind = kinds.get((found[1], found[2]), "")
        hint = Hint(list_kind=kind, list_key=f"{found[1]} {found[3]}", level=int(found[2]))
        return replace(look, hint=hint)
    return look


def _marks(look: Look, styles: Mapping[str, str]) -> frozenset[str]:
    marks = set(look.marks)
    weight, slant = styles.get("font-weight", ""), styles.get("font-style", "")
    if weight:
        heavy = weight.startswith("bold") or (weight.isdigit() and int(weight) >= 600)
        (marks.add if heavy else marks.discard)("strong")
    if slant:
        (marks.add if slant.startswith(("italic", "oblique")) else marks.discard)("em")
    line = styles.get("text-decoration", "") + " " + styles.get("text-decoration-line", "")
    if "underline" in line and not look.href:
        marks.add("u")
    if "line-through" in line:
        marks.add("s")
    return frozenset(marks)


def _heading_level(tag: str, attributes: Mapping[str, str], styles: Mapping[str, str]) -> int:
    """1 to 6 as the page counts them; 0 for what is no heading."""
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return int(tag[1])
    if found := _HEADING_CLASS.search(attributes.get("class", "")):
        return int(found[1] or 1)
    outline = styles.get("mso-outline-level", "")
    return int(outline) if outline in tuple("123456") else 0
