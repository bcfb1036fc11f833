"""What a department's own system pushed, at the filing desk: it is no file, and nobody is told to upload one."""

from datetime import timedelta

import pytest

from backend import clock
from backend.records import pushing
from backend.records.models import ImportBatch
from backend.records.pushed_rows import PushedRow
from backend.staff import department_keys, people
from backend.staff.permissions import staff_of
from tests import factories
from tests.console.conftest import Office
from tests.department_api.systems import a_row
from tests.factories import LEDGER, NEIGHBOUR, PENALTY, VAULT

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def pushed(office: Office, *rows: PushedRow) -> ImportBatch:
    """A batch of the system for which 王报送 answers."""
    wang = await office.set_up("sjj-wang", roles=["officer"], name="王报送")
    admin = await staff_of(await people.add_staff("sjj-admin", "李主任", "SJJ", ["admin"]))
    issued = await department_keys.issue(VAULT, admin, "SJJ", "sjj-wang", "执法办案系统", 12)
    assert wang.user is not None
    staff = await staff_of(wang.user)
    return (await pushing.push(LEDGER, VAULT, staff, issued.key, "push-of-today", rows)).batch


async def test_a_pushed_batch_is_called_so_and_its_problems_go_back_to_the_system(office: Office) -> None:
    await factories.register()
    rows = [a_row(NEIGHBOUR, PENALTY), a_row(item="NO-001")]
    batch = await pushed(office, *map(PushedRow, rows))
    colleague = await office.signed_in("sjj-li", roles=["officer"], name="李报送")
    await colleague.get("/filing")
    assert "业务系统推送" in colleague.page
    await colleague.get(f"/filing/{batch.id}")
    assert "业务系统推送：执法办案系统" in colleague.page
    assert "交来的文件" not in colleague.page
    assert "请在业务系统里改好，作为新的一批推送" in colleague.page


async def test_a_stuck_push_is_to_be_sent_again_by_the_system(office: Office) -> None:
    await factories.register()
    batch = await pushed(office, PushedRow(a_row()))
    long_ago = clock.now() - timedelta(hours=2)
    await ImportBatch.filter(id=batch.id).update(state="reading", created_at=long_ago)
    colleague = await office.signed_in("sjj-li", roles=["officer"], name="李报送")
    await colleague.get(f"/filing/{batch.id}")
    assert "请业务系统用原来的编号（Idempotency-Key）和内容重发" in colleague.page
    assert "同一个文件" not in colleague.page
