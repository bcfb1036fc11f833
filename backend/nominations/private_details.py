"""Pure: private details in what a nominator wrote, pointed out to the moderator, who keeps them from being shown."""

import re
from collections.abc import Iterator

from backend.content.finding import Finding
from backend.content.private_numbers import hidden, private_numbers

_CUT = 10  # characters shown on each side
# What people write with the best of intentions, and what the person it is about may not want read.
_KINDS = {
    "health": (
        re.compile(
            "(?:白血病|尿毒症|癌症?|肿瘤|艾滋|精神病|抑郁症|癫痫|肝炎|瘫痪|残疾|智力障碍|糖尿病|脑梗|中风|透析|流产)"
        ),
        "写到了病情。没有本人和家人的同意，请不要让别人看到。",
    ),
    "home": (
        re.compile(r"(?:[0-9一二三四五六七八九十]+(?:号楼|单元|栋)|[0-9]+室|门牌[0-9一二三四五六七八九十]+号?)"),
        "写到了住址，请只写到村或者街道。",
    ),
    "means": (
        re.compile("(?:低保|五保|贫困户|欠债|欠款|贷款|离婚|改嫁|收养|刑满|吸毒|服刑)"),
        "写到了别人家里的私事，请看看有没有必要。",
    ),
    "plate": (
        re.compile("[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•]?[A-Z0-9]{5,6}"),
        "写到了车牌号，请去掉。",
    ),
}


def private_details(where: str, text: str) -> Iterator[Finding]:
    """Numbers of people first, which have to go; then one finding for each kind of other detail."""
    yield from private_numbers(where, text)
    for kind, (pattern, advice) in _KINDS.items():
        found = pattern.search(text)
        if found is not None:
            start, end = max(found.start() - _CUT, 0), found.end() + _CUT
            shown = ("…" if start else "") + hidden(text[start:end]) + ("…" if end < len(text) else "")
            yield Finding(kind, where, shown, advice, must=False)
