"""Where the tables are declared, for whatever opens a database: web processes, the worker, commands and tests.

Names only: who reads them loads nothing else.
"""

MODEL_MODULES = (
    "backend.jobs.models",
    "backend.citizens.models",
    "backend.staff.models",
    "backend.notifications.models",
    "backend.points.models",
    "backend.records.models",
    "backend.content.models",
    "backend.repairs.models",
    "backend.awards.models",
    "backend.nominations.models",
    "backend.honours.models",
    "media.models",
)
