"""How many made-up examples a property is held against: all of them in `./pejling test`, fewer in `./pejling check`."""

import os

CHECK = os.environ.get("PEJLING_CHECK") == "1"  # set by run.py


def draws(number: int) -> int:
    """Of that many, those that are drawn in this run: a fifth of them is enough to see that something broke."""
    return -(-number // 5) if CHECK else number
