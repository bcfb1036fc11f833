"""Pure: one way of writing what Unicode has twice, so that what is kept, found and pointed out is the same text."""

import re
import unicodedata

# Of the radicals' supplement those that look like what EquivalentUnifiedIdeograph.txt (Unicode 14) names beside them.
# ⺌ or ⺼, which look otherwise, are written by who writes about radicals.
_SUPPLEMENT = (
    "⺁⺂⺃⺄⺅⺆⺇⺉⺊⺋⺎⺏⺐⺑⺒⺓⺔⺕⺖⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺨⺩⺪⺬⺭⺮⺯⺰⺱⺲⺳⺵⺶⺷⺸⺹⺺⺻⺽⺾⺿⻀"
    "⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
)
_MEANT = (
    "厂乛乚乙亻冂𠘨刂卜㔾兀尣尢𡯂巳幺彑彐忄扌攵旡日月歺母民氵氺灬爫爫丬犭王𤴔示礻𥫗糹纟罓罒㓁𦉫羊𦍌𦍋耂肀聿𦥑艹艹艹"
    "虎衤覀西见角𧢲讠贝𧾷车辶辶辶钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
_ONE_WAY = (
    {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}  # Kangxi radicals
    | str.maketrans(_SUPPLEMENT, _MEANT)
    | str.maketrans("０１２３４５６７８９", "0123456789")
)
_POINT = re.compile("(?<=[0-9])．(?=[0-9])")


def composed(text: str) -> str:
    """The text as it is kept and shown: a character that Unicode has twice is written in one way (NFC).

    So is a radical that looks like a character, as in whatever is copied out of a PDF, and a full-width digit, with the
    point between two of them. Other full-width forms, ① and ㎡ are what their writer chose. As long as NFC makes it;
    done again it changes nothing.
    """
    if text.isascii():
        return text
    return _POINT.sub(".", unicodedata.normalize("NFC", text).translate(_ONE_WAY))
