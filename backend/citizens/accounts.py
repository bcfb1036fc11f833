"""What one account writes happens one after another."""

from backend.citizens.models import Account


async def hold_account(account: Account) -> None:
    """Take the account's row for the rest of the transaction: before everything else in it, so that nobody deadlocks.

    A row that refers to the account (its idempotency key, a consent) takes a weaker lock on it, and two transactions
    that hold the weaker one cannot both go on to change the account. SQLite has one writer and needs no lock.
    """
    await Account.filter(id=account.id).select_for_update()
