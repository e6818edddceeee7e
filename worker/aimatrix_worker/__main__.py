import sys

from aimatrix_worker.cli import main

sys.exit(main())
