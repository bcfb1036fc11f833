"""The sentences with which a whole file is refused. Each says what to do next."""

from backend.errors import Invalid

MEGABYTE = 1024 * 1024
MOST_BYTES = 200 * MEGABYTE
MOST_COLUMNS = 64
MOST_CELL_CHARACTERS = 2_000
MOST_ROWS = 1_000_000

_SAVE_AGAIN = "请另存为 .xlsx 或 CSV UTF-8 后重新上传。"


def empty() -> Invalid:
    return Invalid("file_empty", "文件是空的，请检查后重新上传。")


def too_large() -> Invalid:
    return Invalid("file_too_large", f"文件超过 {MOST_BYTES // MEGABYTE} MB，请分成几个文件后分别上传。")


def wrong_kind(what: str) -> Invalid:
    return Invalid("file_kind", f"这是{what}，不能读取。{_SAVE_AGAIN}")


def encrypted() -> Invalid:
    return Invalid("file_encrypted", "文件设有打开密码，不能读取。请在 Excel 或 WPS 中取消密码，保存后重新上传。")


def damaged() -> Invalid:
    return Invalid("file_damaged", f"文件已损坏或没有传完整。请用 Excel 或 WPS 打开检查，{_SAVE_AGAIN}")


def bomb() -> Invalid:
    return Invalid(
        "file_expands",
        "文件解压后过大，不能读取。请把数据复制到新建的工作簿中保存，或另存为 CSV UTF-8 后重新上传。",
    )


def unknown_encoding() -> Invalid:
    return Invalid("file_encoding", f"文件的文字编码不能识别。{_SAVE_AGAIN}")


def broken_quotes(row_number: int) -> Invalid:
    return Invalid("csv_quotes", f"第 {row_number} 行附近的双引号没有成对，后面的列分不清。请改正，或{_SAVE_AGAIN}")


def line_too_long(row_number: int) -> Invalid:
    return Invalid("csv_line", f"第 {row_number} 行过长，不像是表格。{_SAVE_AGAIN}")


def no_header(titles: list[str]) -> Invalid:
    return Invalid("header_missing", f"前 10 行里没有找到表头。请保留一行列名：{'、'.join(titles)}。")


def columns_missing(titles: list[str]) -> Invalid:
    return Invalid("header_columns_missing", f"表头缺少这些列：{'、'.join(titles)}。请补上后重新上传。")


def columns_twice(titles: list[str]) -> Invalid:
    return Invalid("header_duplicate", f"表头里这些列出现了不止一次：{'、'.join(titles)}。请每列只保留一个。")


def columns_unknown(titles: list[str]) -> Invalid:
    shown = "、".join(f"“{title[:20]}”" for title in titles[:8])
    return Invalid("header_unknown", f"不认识这些列：{shown}。请改成模板里的列名，或删去这些列后重新上传。")


def too_many_columns() -> Invalid:
    return Invalid("too_many_columns", f"表格超过 {MOST_COLUMNS} 列，请按模板只保留需要的列。")


def too_many_rows() -> Invalid:
    return Invalid("too_many_rows", f"数据超过 {MOST_ROWS:,} 行，请分成几个文件后分别上传。")


def several_sheets(names: list[str]) -> Invalid:
    shown = "、".join(f"“{name[:31]}”" for name in names[:8])
    return Invalid("several_sheets", f"不止一个工作表里有数据：{shown}。请每个文件只放一个工作表，分别上传。")
