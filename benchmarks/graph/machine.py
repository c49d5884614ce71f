import os
import platform
import re
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # It ships no types.


def machine(database_version: str) -> str:
    """Describe in one line what figures are measured on, and how busy it is before."""
    models = re.findall(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = psutil.virtual_memory().total / 1024**3
    return (
        f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()},"
        f" PostgreSQL {database_version}, load average {os.getloadavg()[0]:.1f} before the run"
    )
