"""`python -m qabot`: the command `qabot`."""

import sys

from qabot.cli import main

sys.exit(main())
