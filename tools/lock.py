"""Lock the newest versions that pyproject.toml and pwa/package.json allow, with hashes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tools.paths import ROOT
from tools.say import run_or_explain, step

LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["pyproject.toml", "--group", "dev"],
    "requirements-node.lock": ["--group", "node"],
}
OPTIONS = [
    "--quiet", "--upgrade", "--universal", "--python-version=3.11",
    "--generate-hashes", "--no-header", "--no-annotate",
]  # fmt: skip


def main() -> int:
    """Write all lock files anew; uv comes from a throw-away environment."""
    with tempfile.TemporaryDirectory() as folder:
        step("Fetching uv …")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        programs = Path(folder) / "bin"
        subprocess.run([programs / "pip", "install", "-qq", "uv"], check=True)
        for lock, sources in LOCKS.items():
            step(f"Writing {lock} …")
            command = [str(programs / "uv"), "pip", "compile", *OPTIONS, *sources, "-o", lock]
            subprocess.run(command, cwd=ROOT, check=True)
    step("Writing pwa/package-lock.json …")
    pwa = ROOT / "pwa"
    # npm forgets other platforms' packages when it changes a lock that exists: begin from nothing.
    (pwa / "package-lock.json").unlink(missing_ok=True)
    subprocess.run(["rm", "-rf", "node_modules"], cwd=pwa, check=True)
    subprocess.run(["npm", "install", "--loglevel=error"], cwd=pwa, check=True)
    return 0


if __name__ == "__main__":
    run_or_explain(main)
