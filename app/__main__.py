"""The command line, as `python -m app`."""

import gc

# What is imported stays as long as the process: to look through it for garbage again and again
# took a sixth of the start of an API.
gc.disable()

from app.cli import main  # noqa: E402 - Only what is imported now is not looked through.

gc.freeze()
gc.enable()

main()
