"""Pure: the county's townships and streets as a nomination names them, and when two spellings mean the same one."""

from backend.spreadsheets.cells import fold

ELSEWHERE = "其他"
# 鲁山县 410423. 土门办事处 has no division code of its own, and the seed addresses it.
_NAMES = {
    "街道": ("露峰", "琴台", "鲁阳", "汇源"),
    "镇": ("下汤", "梁洼", "张官营", "张良", "尧山", "瓦屋", "赵村"),
    "乡": (
        *("四棵树", "团城", "熊背", "让河", "观音寺", "昭平台库区", "背孜", "仓头", "董周", "张店", "辛集"),
        *("滚子营", "马楼"),
    ),
    "办事处": ("土门",),
}
TOWNSHIPS: tuple[str, ...] = (*(name + kind for kind, names in _NAMES.items() for name in names), ELSEWHERE)

_KINDS = ("街道办事处", "办事处", "街道", "镇", "乡")
_SPELLINGS = {"瀼河": "让河", "磙子营": "滚子营"}


def same_township(one: str, other: str) -> bool:
    """Whether two texts name the same township: the register writes 瀼河乡 or 下汤, the form 让河乡 and 下汤镇."""
    return _plain(one) == _plain(other) != ""


def _plain(text: str) -> str:
    """The bare name, without county and kind."""
    name = fold(text).removeprefix("河南省").removeprefix("平顶山市").removeprefix("鲁山县").removesuffix("人民政府")
    name = next((name.removesuffix(kind) for kind in _KINDS if name.endswith(kind)), name)
    return _SPELLINGS.get(name, name)
