"""Pure: how the cells of a department's record file are read. Each raises Invalid, which never repeats the text."""

import re
from collections.abc import Callable
from datetime import date

from backend.errors import Invalid
from backend.spreadsheets.cells import fold, lost_digits, parse_date

# 资格身份: the code word, by the word that departments write.
CAPACITIES = {
    "法定代表人": "legal_representative",
    "主要负责人": "person_in_charge",
    "直接责任人": "directly_responsible",
}

# 职业: those that the plan names for credit files (鲁政办〔2018〕53号); others are left blank.
OCCUPATIONS = (
    *("公务员", "律师", "教师", "医师", "执业药师", "评估师", "税务师", "注册消防工程师", "会计审计人员"),
    *("房地产中介从业人员", "认证人员", "金融从业人员", "导游"),
)

_MOST_TENTHS = 1_000_000  # 100,000 units
_EARLIEST = date(1949, 10, 1)
_QUANTITY = re.compile(r"-?([0-9]{1,9})(?:\.([0-9]*))?")
_ITEM_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,20}")
_SQUARE = str.maketrans({"[": "〔", "]": "〕", "【": "〔", "】": "〕", "(": "（", ")": "）"})


def limited_text(title: str, most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > most:
            raise Invalid("too_long", f"{title}不超过 {most} 个字，请缩短。")
        return text

    return read


def read_date(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        raise Invalid("date_impossible", "没有这一天，请核对年、月、日。") from None
    if day is None:
        raise Invalid("date_format", "日期请写成 2026-01-31 的样子（也可以写 2026年1月31日）。")
    if day < _EARLIEST:
        raise Invalid("date_too_early", "日期早于 1949 年 10 月 1 日，请核对年份。")
    return day


def read_item_code(text: str) -> str:
    code = fold(text)
    if _ITEM_CODE.fullmatch(code) is None:
        raise Invalid("item_code_format", "目录事项请填目录里的代码（字母、数字和短横线，不超过 20 个）。")
    return code


def read_document_number(text: str) -> str:
    """One spelling, so that the same document is recognised: years in 〔〕 (GB/T 9704-2012, 7.2.5), courts' in （）."""
    if lost_digits(text):
        raise Invalid("document_number_is_number", "文书号被 Excel 当成数值，后几位已经丢失。请设为“文本”后重新填写。")
    number = fold(text).translate(_SQUARE)
    if len(number) > 100:
        raise Invalid("too_long", "文书号不超过 100 个字，请缩短。")
    return number


def read_quantity(text: str) -> int:
    number = fold(text)
    match = _QUANTITY.fullmatch(number)
    if match is None:
        raise Invalid("quantity_format", "数量请只填数字，例如 6 或 6.5，不要带单位。")
    tenths = (match[2] or "").rstrip("0")  # Excel's 0.00 format writes 6.50
    if len(tenths) > 1:
        raise Invalid("quantity_decimals", "数量最多保留一位小数，例如 6.5。")
    quantity = int(match[1]) * 10 + int(tenths or 0)
    if number.startswith("-") or not 0 < quantity <= _MOST_TENTHS:
        raise Invalid("quantity_range", f"数量应大于 0，不超过 {_MOST_TENTHS // 10:,}。")
    return quantity


def read_occupation(text: str) -> str:
    occupation = fold(text)
    if occupation not in OCCUPATIONS:
        raise Invalid("occupation_unknown", f"职业请填：{'、'.join(OCCUPATIONS)}；其他职业留空。")
    return occupation


def read_capacity(text: str) -> str:
    capacity = CAPACITIES.get(fold(text))
    if capacity is None:
        raise Invalid("capacity_unknown", f"资格身份请填：{'、'.join(CAPACITIES)}，或留空。")
    return capacity
