"""The capabilities that the API publishes, in the order of its document."""

from miniprogram_api import catalogue, entries, identity, notices, records, score, sessions, texts

ALL_ROUTES = [
    texts.routes,
    catalogue.routes,
    sessions.routes,
    identity.routes,
    score.routes,
    entries.routes,
    records.routes,
    notices.routes,
]
