"""Commands that serve."""

import argparse
import asyncio
from dataclasses import replace

from backend import server
from backend.app import create_app
from backend.commands.setting_up import refuse_old_database
from backend.demo import county, demo_app
from backend.settings import Settings, demo_settings


def serve(settings: Settings, arguments: argparse.Namespace) -> int:
    """`serve [--port N]`: web and worker on the settings' database."""
    settings = replace(settings, port=arguments.port or settings.port)
    settings.check()
    asyncio.run(refuse_old_database(settings))
    server.serve(settings, demo_app.create_demo_app if settings.demo else create_app)
    return 0


def demo(settings: Settings, arguments: argparse.Namespace) -> int:
    """`demo [--port N]`: the made-up county, made at the first start, with everything that it needs."""
    settings = demo_settings(port=arguments.port or settings.port)
    settings.check()
    county.prepare(settings)
    demo_app.announce(settings)
    server.serve(settings, demo_app.create_demo_app, also=demo_app.stand_in_process(settings))
    return 0
