"""Pure: one thing that a guard points out in a draft."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`excerpt` never repeats a whole private number; `must`: the article cannot be handed in before it is mended.

    `kind`: identity_number, phone, bank_card, name_table, name_list, name_in_case, wrong_word, sensitive_word, case.
    """

    kind: str
    where: str  # 标题, 正文第 3 段 …
    excerpt: str
    advice: str
    must: bool
