"""Every desk of the console, and the ways to them."""

from sanic import Blueprint

from backend.console import (
    account,
    audit,
    catalogue,
    corrections,
    evidence,
    evidence_decisions,
    evidence_pictures,
    filing,
    guard,
    home,
    keys,
    people,
    set_up,
    sign_in,
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
    filing.desk,
    corrections.desk,
    catalogue.desk,
    people.desk,
    keys.desk,
    audit.desk,
]

NAVIGATION = (
    NavigationEntry("/console", "首页", "home"),
    NavigationEntry("/console/evidence", "证明材料", "queue", "review_evidence"),
    NavigationEntry("/console/reversals", "撤销通过", "back", "reverse_evidence"),
    NavigationEntry("/console/filing", "记录报送", "file", "file_records"),
    NavigationEntry("/console/corrections", "更正撤回", "pen", "correct_records"),
    NavigationEntry("/console/catalogue", "信用目录", "book"),
    NavigationEntry("/console/people", "工作人员", "people", "manage_staff"),
    NavigationEntry("/console/keys", "接口密钥", "key", "manage_keys"),
    NavigationEntry("/console/audit", "审计日志", "audit", "read_audit"),
    NavigationEntry("/console/account", "我的账号", "account"),
)


def blueprint(tools: Tools) -> Blueprint:
    """The console as routes."""
    return guard.blueprint(DESKS, NAVIGATION, tools)
