"""``psa-bot``, also ``python -m bot``."""

import io
import sys

from bot.cli.main import run


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Unicode must not stop an answer
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
