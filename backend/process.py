"""What every process of ours does first, whatever it is for."""

import logging
from datetime import timedelta

from backend import clock
from backend.settings import Settings

APP_NAME = "lushan"  # by which the web processes find their app


def set_up_process(settings: Settings) -> None:
    """Check the settings, set clock and log. Raises SettingsError."""
    settings.check()
    if settings.demo:
        clock.shift(timedelta(days=settings.demo_clock_shift_days))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    logging.getLogger("backend.requests").setLevel(logging.INFO if settings.log_requests else logging.WARNING)
    # An auditor keeps the seals' lines elsewhere; who tries the demo need not see one each minute.
    logging.getLogger("backend.staff.sealing").setLevel(logging.WARNING if settings.demo else logging.INFO)
    # Sanic's own lines repeat paths and arguments; ours name the operation.
    for noisy in ("sanic.root", "sanic.server", "sanic.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it quotes what a broken form says
