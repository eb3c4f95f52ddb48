"""One way in. Exit code 2 is the user's mistake, 1 a fault of ours; 130 says that it was stopped by Ctrl-C."""

import importlib
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

STOPPED = 130
_told: list[int] = []  # by Ctrl-C to stop: what fails after that, fails for it


def main() -> NoReturn:
    """Run the command that was typed."""
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # who started it may have it ignored
    if heeded:
        signal.signal(signal.SIGINT, _stop_at_once)
    importlib.import_module("pejling.cli")
    if heeded:
        signal.signal(signal.SIGINT, _stop)
    try:
        code = _run()
    except KeyboardInterrupt:
        code = STOPPED
    if code == STOPPED:
        sys.stderr.write("Stopped.\n")
    sys.exit(code)


def _stop_at_once(number: int, frame: FrameType | None) -> NoReturn:
    """While the program is being read nothing is at stake, and a library that is left half read may fall over."""
    os.write(2, b"Stopped.\n")
    os._exit(STOPPED)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    _told.append(number)
    raise KeyboardInterrupt


def _run() -> int:
    """The exit code; what went wrong has then been said."""
    import typer
    from typer.exceptions import TyperException

    from pejling.cli import app
    from pejling.facts.cpr import holds_cpr, masked
    from pejling.facts.mistakes import Mistake
    from pejling.printing import how_it_is_written, say

    def said(what: str) -> None:
        say.print(masked(what), style="red", markup=False)

    try:
        if any(map(holds_cpr, sys.argv[1:])):  # before anything repeats it
            raise Mistake(
                "the command line",
                "it holds a CPR number, which everyone on the machine can see there",
                "Take it out; `pejling erase` asks for it",
            )
        return app(standalone_mode=False, prog_name="pejling") or 0
    except Mistake as mistake:
        said(str(mistake))
        return 2
    except TyperException as misused:
        if how := how_it_is_written(misused):
            said(how)
        return 2
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # whoever read on has seen enough, as `head` has
            return 0
        raise
    except BrokenPipeError:
        return 0
    except Exception as fault:
        from pejling.config import faults

        # DuckDB says so in its own way where it was at work; a library that was being read may be left half read
        if _told or (isinstance(fault, RuntimeError) and str(fault) == "Query interrupted"):
            return STOPPED
        if isinstance(fault, typer.Abort):
            said("No answer came, so it was not done")
            return 2
        if of_the_machine := faults.of_the_machine(fault):
            said(of_the_machine)
            return 2
        try:
            where = f"Reference {faults.record(fault)} in {faults.log_file()}"
        except OSError:
            where = f"It could not be logged: {faults.log_file()} cannot be written. Name another file in PEJLING_LOG"
        said(f"Pejling failed: this is a fault of ours, not yours. {where}")
        return 1


if __name__ == "__main__":
    main()
