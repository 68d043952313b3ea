"""How the tools speak to a person: what is being done, what went wrong, what would help."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Sequence


class Stop(Exception):  # noqa: N818 - it ends a tool, and is raised as a word: raise Stop("…")
    """Ends a tool with a message for a person; `remedy` is what they can do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def step(text: str) -> None:
    """Print what is being done now."""
    print(f"• {text}", flush=True)


def run_or_explain(main: Callable[[], int]) -> None:
    """Exit with what `main` returns; a `Stop` is printed without a traceback, with exit code 1."""
    try:
        code = main()
    except KeyboardInterrupt:
        code = 130  # what a shell expects of a program ended by Ctrl-C
    except Stop as stop:
        print(f"\n✗ {stop}", file=sys.stderr)
        if stop.remedy:
            print(f"  {stop.remedy}", file=sys.stderr)
        code = 1
    sys.exit(code)


def width(text: str) -> int:
    """Columns that a terminal gives to `text`: two for each Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lines of a table whose columns stand straight, also with Chinese in them."""
    columns = [max(width(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = [head, ["─" * columns[index] for index in range(len(head))], *rows]
    return "\n".join(
        "  ".join(cell + " " * (columns[i] - width(cell)) for i, cell in enumerate(line)).rstrip()
        for line in lines
    )
