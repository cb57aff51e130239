"""``python -m monitor`` is ``monitor``."""

from monitor.cli.app import main

main()
