"""Commands that serve. `backend.demo` is imported in demo mode only, so that a real server never loads it."""

import argparse
import asyncio
from dataclasses import replace

from backend import server
from backend.commands.setting_up import refuse_old_database
from backend.settings import Settings, demo_settings


def serve(settings: Settings, arguments: argparse.Namespace) -> int:
    """`serve [--port N]`: web and worker on the settings' database."""
    settings = replace(settings, port=arguments.port or settings.port)
    settings.check()
    asyncio.run(refuse_old_database(settings))
    server.serve(settings, _factory(settings))
    return 0


def demo(settings: Settings, arguments: argparse.Namespace) -> int:
    """`demo [--port N]`: the made-up county, made at the first start, with everything that it needs."""
    from backend.demo import county, demo_app

    settings = demo_settings(port=arguments.port or settings.port, log_requests=False)
    settings.check()
    county.prepare(settings)
    demo_app.announce(settings)
    server.serve(settings, _factory(settings), also=demo_app.stand_in_process(settings))
    return 0


def _factory(settings: Settings) -> server.Factory:
    return _demo_app if settings.demo else _app


# Called by name in the web processes: only they load the app.
def _app(settings: Settings) -> server.WebApp:
    from backend.app import create_app

    return create_app(settings)


def _demo_app(settings: Settings) -> server.WebApp:
    from backend.demo.demo_app import create_demo_app

    return create_demo_app(settings)
