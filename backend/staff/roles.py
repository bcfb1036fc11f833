"""The roles that staff may have, and what each is called. Loads nothing: the command line names them in its help."""

from typing import Literal

Role = Literal[
    "reviewer", "officer", "moderator", "judge", "editor", "chief_editor", "case_officer", "auditor", "admin"
]

ROLES: dict[Role, str] = {
    "reviewer": "审核员",
    "officer": "报送员",
    "moderator": "评选管理员",
    "judge": "评审委员",
    "editor": "编辑",
    "chief_editor": "主编",
    "case_officer": "异议修复办理员",
    "auditor": "审计员",
    "admin": "系统管理员",
}
