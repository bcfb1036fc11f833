"""Pure: how many of the hours that a citizen claims a reviewer may approve, in tenths of an hour."""

from backend.errors import Invalid


def quantity_needed() -> Invalid:
    return Invalid("quantity_needed", "请填写认定的时长，至少 0.1 小时。不认定的，请选“不通过”。")


def quantity_not_asked() -> Invalid:
    return Invalid("quantity_not_asked", "这类材料不按时长认定，请不要填写时长。")


def more_than_claimed() -> Invalid:
    return Invalid("more_than_claimed", "认定的时长不能超过申请人填写的时长。")


def more_than_first() -> Invalid:
    return Invalid("more_than_first", "复核可以减少时长，不能比初审认定的多。")


def check_quantity(quantity: int | None, *, claimed: int | None, first: int | None = None) -> None:
    """Raises Invalid unless `quantity` is a part of what was claimed, and of what a first reviewer approved.

    Where no hours were claimed there must be none.
    """
    if claimed is None:
        if quantity is not None:
            raise quantity_not_asked()
        return
    if quantity is None or quantity <= 0:
        raise quantity_needed()
    if quantity > claimed:
        raise more_than_claimed()
    if first is not None and quantity > first:
        raise more_than_first()
