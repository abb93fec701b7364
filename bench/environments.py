"""Environments of their own: one as the product is installed, one for a library that it is only compared with."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.running import ROOT

PYCONNECTWISE: Final = "0.6.1.2"
PY_AUTOTASK: Final = "2.3.0"


def runtime() -> str:
    """The interpreter of an environment with what the product needs and no development tools.

    Some libraries load whatever tools they find beside them, which takes memory.
    """
    wanted = ("--require-hashes", "-r", str(ROOT / "locks" / "requirements.txt"))
    return str(_made(ROOT / ".venv-bench-runtime", wanted))


def pyconnectwise() -> str | None:
    """It is GPL: compared with, never depended on. None: it could not be installed."""
    return _compared(".venv-bench", f"pyconnectwise=={PYCONNECTWISE}")


def py_autotask() -> str | None:
    """It brings pandas, redis and more along. None: it could not be installed."""
    return _compared(".venv-bench-autotask", f"py-autotask=={PY_AUTOTASK}")


def _compared(folder: str, library: str) -> str | None:
    try:
        return str(_made(ROOT / folder, (library,)))
    except subprocess.CalledProcessError as error:
        print(f"{library} cannot be installed: {error.stderr}", file=sys.stderr)
        return None


def _made(folder: Path, wanted: tuple[str, ...]) -> Path:
    """Made on first use, brought up to date on every other."""
    interpreter = folder / "bin" / "python"
    if not interpreter.exists():
        _uv("venv", "--python", sys.executable, str(folder))
    _uv("pip", "install", "--python", str(interpreter), *wanted)
    return interpreter


def _uv(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "uv", "--quiet", *arguments], check=True, capture_output=True, text=True)
