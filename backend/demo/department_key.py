"""A key for the business system of one department of the demo county, and how its secret is told."""

from pathlib import Path

from backend.demo import by_hand
from backend.demo.staff import ADMIN, at_work, usernames
from backend.secrets import Vault
from backend.settings import ROOT
from backend.staff import department_keys
from backend.staff.department_keys import Issued

DEPARTMENT = by_hand.PENALTIES_DEPARTMENT
MONTHS = 12
_NAME = "商户信用管理系统（示例）"


async def issue(vault: Vault) -> Issued:
    """A new key as the administrator issues it, in the name of the department's first officer: the second approves."""
    first, _ = usernames(DEPARTMENT)
    return await department_keys.issue(vault, await at_work(ADMIN), DEPARTMENT, first, _NAME, MONTHS)


def told(issued: Issued, address: str, file: Path) -> str:
    """What to type, with the secret: it stands nowhere else, so this is said once."""
    first, second = usernames(DEPARTMENT)
    if file.is_relative_to(ROOT):
        file = file.relative_to(ROOT)
    return f"""
部门接口    {issued.key.department.name}的一个密钥，只能打开这个演示，只显示这一次；丢了请以 {ADMIN} 登录控制台再发一个
  export LUSHAN_URL={address} LUSHAN_KEY={issued.key.public_id} LUSHAN_SECRET={issued.secret}
  .venv/bin/python docs/department_client.py push {file}
  报送算在 {first} 名下，失信的一条由 {second} 登录控制台复核
"""
