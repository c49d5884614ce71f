"""The groups of commands, a module with a Typer for each; app/cli.py adds them."""
