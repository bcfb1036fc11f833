"""Who a nominated person is: the digest by which nominations of one person meet, and the register's proof of her."""

import re
import unicodedata

from backend.citizens.models import Citizen, RegisterPerson
from backend.citizens.person_name import parse_name
from backend.errors import Invalid
from backend.secrets import Vault

PERSON_FIELD = "nominee.person"

_MOBILE = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[ \-]?)?(1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4})(?![0-9])")


def person_digest(vault: Vault, name: str, township: str) -> str:
    """By which likely the same person is found in a season. Raises Invalid for what is no name."""
    return vault.digest(f"{parse_name(name)}\n{township}", PERSON_FIELD)


def phones_in(contact: str) -> list[str]:
    """The mobile numbers of 11 digits in what was written of how to reach somebody, however they are spaced."""
    found = _MOBILE.findall(unicodedata.normalize("NFKC", contact))
    return list(dict.fromkeys("".join(filter(str.isdigit, each)) for each in found))


async def matched(vault: Vault, name: str, contact: str) -> Citizen | None:
    """The citizen whose name and phone in the county register are these two; nobody when either does not fit.

    A name alone proves nothing: neighbours share names. Two people who fit are no proof either.
    """
    person = await matched_person(vault, name, contact)
    return None if person is None else await Citizen.get_or_none(number_digest=person.number_digest)


async def matched_person(vault: Vault, name: str, contact: str) -> RegisterPerson | None:
    """The one line of the register that fits both, whether or not she ever came here."""
    phones = phones_in(contact)
    if not phones or (digest := name_digest(vault, name)) is None:
        return None
    known = [vault.digest(each, "citizen.phone") for each in phones]
    people = await RegisterPerson.filter(phone_digest__in=known, name_digest=digest).limit(2)
    return people[0] if len(people) == 1 else None


def name_digest(vault: Vault, name: str) -> str | None:
    """As the register keeps names; nothing for what is no name."""
    try:
        return vault.digest(parse_name(name), "citizen.name")
    except Invalid:
        return None
