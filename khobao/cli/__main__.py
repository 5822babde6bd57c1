"""``python -m khobao.cli``: the command where no script of that name is installed."""

import sys

from khobao.cli.main import main

sys.exit(main())
