"""What the worker does: the jobs that were promised, and those that come back every so often. It knows no HTTP."""

from datetime import timedelta
from time import monotonic

from backend.citizens import idempotency, identity, sessions
from backend.content import file_sweeping, poster_sweeping
from backend.honours import honour_pictures, judgement_forgetting, objection_forgetting
from backend.jobs import worker
from backend.jobs.schedule import Repeating
from backend.jobs.worker import Handler
from backend.nominations import check_answers, checking
from backend.nominations import forgetting as nominee_forgetting
from backend.nominations.checking import Checker
from backend.points import checkpoints, lasting, settling
from backend.points.ledger import Ledger
from backend.records import approval, import_rows, receiving
from backend.repairs import forgetting
from backend.secrets import Vault
from backend.staff import department_keys, sealing
from backend.staff import sessions as staff_sessions
from media import sweeping
from media.storage import Storage

LONGEST = 120  # seconds that a repeating job with much to do keeps the others waiting; the rest is for the next time


def job_handlers(vault: Vault, ledger: Ledger, storage: Storage) -> dict[str, Handler]:
    """What the worker does for each promised job."""
    return {
        approval.POST_APPROVED: lambda payload: approval.post_promised(ledger, vault, payload),
        receiving.IMPORT_RECEIVED: lambda payload: receiving.import_received(ledger, vault, storage, payload),
        honour_pictures.COPY_PICTURE: lambda payload: honour_pictures.copy_promised(storage, payload),
    }


def wechat_jobs(checker: Checker) -> dict[str, Handler]:
    """What the worker does for promised jobs that ask WeChat, or were promised because of its answers."""
    return {
        checking.CHECK_NOMINATION: lambda payload: checking.check(checker, payload),
        check_answers.TAKE_ANSWER: check_answers.take_promised,
    }


def repeating_jobs(vault: Vault, ledger: Ledger, storage: Storage) -> dict[str, Repeating]:
    """What the worker does every so often."""
    day, hour = timedelta(days=1), timedelta(hours=1)
    return {
        "forget_idempotency_keys": Repeating(day, idempotency.forget_old),
        "forget_binding_tries": Repeating(day, identity.forget_old),
        "forget_sessions": Repeating(day, sessions.forget_expired),
        "forget_staff_sessions": Repeating(day, staff_sessions.forget_expired),
        "forget_request_nonces": Repeating(timedelta(hours=1), department_keys.forget_nonces),
        "seal_audit": Repeating(timedelta(minutes=1), sealing.seal),
        "forget_import_rows": Repeating(day, import_rows.forget_old),
        "sweep_received_files": Repeating(day, lambda: receiving.sweep_received(storage)),
        "forget_drafts": Repeating(day, forgetting.forget_drafts),
        "forget_nominees": Repeating(day, lambda: nominee_forgetting.forget(vault)),
        "forget_judgement_words": Repeating(day, judgement_forgetting.forget_words),
        "forget_objections": Repeating(day, objection_forgetting.forget_objections),
        "settle_due": Repeating(hour, lambda: settling.settle_due(ledger, monotonic() + LONGEST)),
        "take_checkpoint": Repeating(hour, checkpoints.take_checkpoint),
        "follow_ends": Repeating(hour, lambda: lasting.follow_ends(monotonic() + LONGEST)),
        "forget_done_jobs": Repeating(day, worker.forget_done),
        "sweep_orphans": Repeating(day, lambda: sweeping.sweep_orphans(storage)),
        "sweep_article_files": Repeating(day, lambda: file_sweeping.sweep(storage)),
        "sweep_posters": Repeating(day, lambda: poster_sweeping.sweep(storage)),
        "delete_due_pictures": Repeating(day, lambda: sweeping.delete_due(storage)),
    }
