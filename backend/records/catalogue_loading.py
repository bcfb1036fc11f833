"""Loading a catalogue file together with its departments' file, by command."""

from tortoise.exceptions import IntegrityError

from backend.database import transaction
from backend.records import catalogue as files
from backend.records.catalogue_publishing import about, check, hold_catalogue, keep, published_at_once
from backend.staff import audit
from backend.staff.models import Department


async def load_departments(data: bytes) -> int:
    """Bring the departments' table in line with a file; how many it names. Raises CatalogueRefused.

    A department that the file no longer names stays: records point to it.
    """
    departments = files.parse_departments(data)
    async with transaction():
        for each in departments:
            await Department.update_or_create(
                code=each.code,
                defaults={
                    "name": each.name,
                    "office": each.office,
                    "phone": each.phone,
                    "from_day": each.from_day,
                    "until_day": each.until_day,
                    "replaced_by": each.replaced_by,
                },
            )
    return len(departments)


async def load_catalogue(data: bytes, departments_data: bytes, *, audited: bool = False) -> files.Catalogue:
    """Publish a catalogue file; the same file again changes nothing but the departments.

    `audited` writes a new version into the audit log, as done at the command line. Raises CatalogueRefused with all
    faults, Conflict when somebody else publishes at this moment.
    """
    parsed = files.parse_catalogue(data)
    departments = files.parse_departments(departments_data)
    try:
        async with transaction():
            await hold_catalogue()
            checked = await check(parsed, departments)
            await load_departments(departments_data)
            if not checked.stands:
                await keep(checked)
                if audited:
                    await audit.record(None, "catalogue.publish", about(parsed.version))
    except IntegrityError:
        raise published_at_once() from None
    return parsed
