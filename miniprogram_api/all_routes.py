"""The capabilities that the API publishes, in the order of its document."""

from miniprogram_api import catalogue, identity, notices, points, records, sessions, texts

ALL_ROUTES = [
    texts.routes,
    catalogue.routes,
    sessions.routes,
    identity.routes,
    points.routes,
    records.routes,
    notices.routes,
]
