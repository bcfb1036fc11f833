"""The capabilities that the API publishes, in the order of its document."""

from miniprogram_api import (
    access_log,
    catalogue,
    entries,
    evidence,
    identity,
    media,
    notices,
    records,
    score,
    sessions,
    texts,
)

ALL_ROUTES = [
    texts.routes,
    catalogue.routes,
    sessions.routes,
    identity.routes,
    score.routes,
    entries.routes,
    records.routes,
    media.routes,
    evidence.routes,
    notices.routes,
    access_log.routes,
]
