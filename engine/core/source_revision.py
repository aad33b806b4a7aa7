"""The commit of the source, for records of measurements and trainings."""

from __future__ import annotations

import subprocess
from pathlib import Path

_GIT_TIMEOUT_S = 10.0


def find_revision(checkout: Path) -> str | None:
    """Return the commit that is checked out in ``checkout``, or None.

    None is returned where git is not installed, and where ``checkout`` is no checkout of its
    own, such as an installed package inside the repository of somebody else.
    """
    # The folder is named, so that git neither searches the parents nor obeys GIT_DIR of a hook
    # that we may run in. In a worktree, .git is a file that points to the folder; git follows it.
    command = ["git", "--git-dir", str(checkout / ".git"), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_GIT_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
