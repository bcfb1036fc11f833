"""Pure: the 18-digit citizen identity number of GB 11643-1999, its check, and the birthdays that it fixes."""

import re
from datetime import date
from operator import mul

import msgspec

from backend.errors import Invalid
from backend.spreadsheets.cells import clean, fold

# GB 11643-1999: the weights of the first 17 digits, and the check character for each remainder of their sum by 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_OF_ZEROS = sum(_WEIGHTS) * ord("0")  # the sum is taken over character codes: no 17 conversions for each row of a file
_FORMAT = re.compile(r"[0-9]{17}[0-9X]")
_FIRST_YEAR = 1900
_SEPARATORS = re.compile(r"[\s\-－—_.·,，、/*]")
_INSIDE = re.compile(r"(?=([0-9]{17}[0-9X]))")  # at every place, for they may overlap
_NO_DIGITS = re.compile(r"[^0-9]+")
_DIGITS_OF_A_MOBILE = 11  # an identity number has more
_MOBILE = re.compile(r"(?<![0-9\-])1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4}(?![0-9\-])")


class IdentityNumber(msgspec.Struct, frozen=True):
    """A number that passed the check, with an upper-case X; `adult_on` and `fourteen_on` are birthdays."""

    number: str
    born_on: date
    adult_on: date
    fourteen_on: date

    def __repr__(self) -> str:
        return "IdentityNumber(…)"  # a repr ends up in logs


def parse_identity_number(text: str, today: date) -> IdentityNumber:
    """Check format, birth date (1900 to `today`) and check digit; any division code, for abolished ones live on.

    Takes a lower-case x, full-width digits and spaces. Raises Invalid with code `identity_number_length`,
    `identity_number_format`, `identity_number_date` or `identity_number_check`.
    """
    number = fold(clean(text)).upper()
    if len(number) != 18:
        raise Invalid("identity_number_length", "身份证号应为 18 位，请与身份证核对；15 位的旧号码请换成 18 位的。")
    if _FORMAT.fullmatch(number) is None:
        raise Invalid("identity_number_format", "身份证号的前 17 位应为数字，最后一位应为数字或 X，请与身份证核对。")
    born_on = _born_on(number)
    if born_on is None or born_on.year < _FIRST_YEAR or born_on > today:
        raise Invalid("identity_number_date", "身份证号的第 7 至 14 位不是有效的出生日期，请与身份证核对。")
    if _check_character(number) != number[17]:
        raise Invalid("identity_number_check", "身份证号的校验位不对，可能有一位写错了，请与身份证核对。")
    return IdentityNumber(number, born_on, birthday(born_on, 18), birthday(born_on, 14))


def checked_before(number: str) -> IdentityNumber:
    """The birthdays of a number that `parse_identity_number` gave earlier. Checks nothing again."""
    born_on = _born_on(number)
    if born_on is None:
        raise ValueError("not an identity number that was checked")
    return IdentityNumber(number, born_on, birthday(born_on, 18), birthday(born_on, 14))


def carries_number(text: str, born_before: date = date.max) -> bool:
    """Whether an identity number or a mobile number stands anywhere in a text; spaced, hyphenated or full-width too.

    `born_before`: documents are numbered by division, day and serial, too, and one in eleven of such numbers has a
    right check digit; who is named in a document was born well before it.
    """
    if not text:
        return False
    folded = fold(clean(text)).upper()
    if len(_NO_DIGITS.sub("", folded)) < _DIGITS_OF_A_MOBILE:  # as nearly every cell of a file
        return False
    packed = _SEPARATORS.sub("", folded)
    found = (_born_on(each[1]) for each in _INSIDE.finditer(packed) if _check_character(each[1]) == each[1][17])
    return _MOBILE.search(folded) is not None or any(born_on and born_on < born_before for born_on in found)


def birthday(born_on: date, age: int) -> date:
    """The day on which a person reaches an age of whole years (周岁): the birthday itself.

    Who was born on 29 February reaches it on 1 March of a common year: a period counted in years ends on the
    last day of the month when that month lacks the day (民法典 art. 202), and the age is full once it has ended.
    """
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def _check_character(number: str) -> str:
    return _CHECKS[(sum(map(mul, _WEIGHTS, number[:17].encode())) - _OF_ZEROS) % 11]


def _born_on(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
