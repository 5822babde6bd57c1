"""``python -m crawler.commands``: the command where no script of that name is installed."""

import sys

from crawler.commands.main import main

sys.exit(main())
