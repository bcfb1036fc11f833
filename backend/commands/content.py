"""The command that fills the search table of articles anew."""

import argparse

from backend.commands.setting_up import with_database
from backend.content.indexing import index_all
from backend.settings import Settings


def run(settings: Settings, _arguments: argparse.Namespace) -> int:
    """`index-articles`."""
    print(f"已重新建立 {with_database(settings, index_all)} 篇文章的检索")
    return 0
