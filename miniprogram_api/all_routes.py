"""The capabilities that the API publishes, in the order of its document."""

from miniprogram_api import (
    access_log,
    catalogue,
    catalogue_versions,
    checkpoints,
    entries,
    evidence,
    gains,
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
    catalogue_versions.routes,
    sessions.routes,
    identity.routes,
    score.routes,
    gains.routes,
    entries.routes,
    checkpoints.routes,
    records.routes,
    media.routes,
    evidence.routes,
    notices.routes,
    access_log.routes,
]
