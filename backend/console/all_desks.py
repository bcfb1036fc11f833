"""Every desk of the console, and the ways to them."""

from sanic import Blueprint

from backend.console import (
    account,
    article_files,
    article_looks,
    article_reviews,
    article_saving,
    article_sheet,
    article_versions,
    article_way,
    articles,
    audit,
    campaigns,
    catalogue,
    corrections,
    evidence,
    evidence_decisions,
    evidence_pictures,
    figures,
    filing,
    guard,
    home,
    keys,
    people,
    set_up,
    sign_in,
    watched_words,
)
from backend.console.pages import NavigationEntry
from backend.console.visit import Tools

DESKS = [
    home.desk,
    sign_in.desk,
    set_up.desk,
    account.desk,
    evidence.desk,
    evidence_decisions.desk,
    evidence_pictures.desk,
    articles.desk,
    article_saving.desk,
    article_looks.desk,
    article_files.desk,
    campaigns.desk,
    figures.desk,
    filing.desk,
    corrections.desk,
    article_reviews.desk,
    article_versions.desk,
    article_way.desk,
    article_sheet.desk,
    watched_words.desk,
    catalogue.desk,
    people.desk,
    keys.desk,
    audit.desk,
]

NAVIGATION = (
    NavigationEntry("/console", "首页", "home"),
    NavigationEntry("/console/evidence", "证明材料", "queue", "review_evidence"),
    NavigationEntry("/console/reversals", "撤销通过", "back", "reverse_evidence"),
    NavigationEntry("/console/articles", "文章", "article", "write_articles"),
    NavigationEntry("/console/campaigns", "宣传活动", "flag", "manage_campaigns"),
    NavigationEntry("/console/figures", "阅读数字", "chart", "read_figures"),
    NavigationEntry("/console/filing", "记录报送", "file", "file_records"),
    NavigationEntry("/console/corrections", "更正撤回", "pen", "correct_records"),
    NavigationEntry("/console/reviews", "审稿", "read", "review_articles"),
    NavigationEntry("/console/words", "错敏词", "words", "manage_words"),
    NavigationEntry("/console/catalogue", "信用目录", "book"),
    NavigationEntry("/console/people", "工作人员", "people", "manage_staff"),
    NavigationEntry("/console/keys", "接口密钥", "key", "manage_keys"),
    NavigationEntry("/console/audit", "审计日志", "audit", "read_audit"),
    NavigationEntry("/console/account", "我的账号", "account"),
)


def blueprint(tools: Tools) -> Blueprint:
    """The console as routes."""
    return guard.blueprint(DESKS, NAVIGATION, tools)
