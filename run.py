"""The one command: serve, demo, migrate, catalogue, imports, staff, proof."""

import sys

from backend.commands.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
