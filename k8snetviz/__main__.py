"""``python -m k8snetviz`` is the command line."""

import sys

from k8snetviz.cli import main

sys.exit(main())
