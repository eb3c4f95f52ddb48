"""`pejling model …`: the model looked over, and made the current version when somebody has seen what changes."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pejling.facts.mistakes import Mistake
from pejling.facts.store import connect
from pejling.printing import Format, Language, Workspace, print_rows, say
from pejling.used_rates import hold_used_rates

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pejling.indicators.model import Difference, Model
    from pejling.pages.findings import Said

model_app = typer.Typer(help="The model: what is measured and steered by here.", no_args_is_help=True)
ModelFolder = Annotated[Path | None, typer.Argument(help="The folder of model.yaml (default: the workspace's model/).")]
Spoken = Annotated[Language, typer.Option("--language", envvar="PEJLING_LANGUAGE", help="Danish or English.")]
STYLES = {"error": "red", "warning": "yellow", "political": "magenta", "note": "dim"}


@model_app.command("check")
def model_check(
    context: typer.Context,
    folder: ModelFolder = None,
    language: Spoken = Language.EN,
    form: Annotated[Format, typer.Option("--format")] = Format.TABLE,
) -> None:
    """Look the model over: what was found, why it matters, what to do. Errors stop `model load`."""
    model, found = _checked(context.obj, folder, language)
    if form is Format.TABLE:
        _say_findings(found)
        counts = {each: _count(found, each) for each in STYLES}
        with _spoken(language) as gettext:
            say.print(
                gettext(
                    "Indicators: %(indicators)s. Goals: %(goals)s. Errors: %(error)s. Warnings: %(warning)s. For the "
                    "politicians: %(political)s. Could not be looked at: %(note)s."
                )
                % {"indicators": len(model.indicators), "goals": len(model.goals), **counts}
            )
    else:
        named = ("severity", "rule", "kind", "key", "about", "found", "cases", "why", "source", "cure")
        print_rows([{name: getattr(each, name) for name in named} for each in found], form)
    if _count(found, "error"):
        raise typer.Exit(2)


@model_app.command("load")
def model_load(
    context: typer.Context,
    folder: ModelFolder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Load it without asking: for scripts.")] = False,
    language: Spoken = Language.EN,
) -> None:
    """Show what is different from the version before, ask, and make the model the current version."""
    from pejling.indicators.model import differences, load_model

    store = context.obj.store
    model, found = _checked(context.obj, folder, language)
    _say_findings([each for each in found if each.severity in ("error", "warning")])
    if errors := _count(found, "error"):
        raise Mistake("the model", f"it has {errors} errors", "Mend them, and load it again")
    hold_used_rates(store, model)
    with _connected(context.obj) as connection:
        number, before = _before(connection) if connection else (0, None)
    if before and (different := differences(before, model)):
        _say_differences(before, model, different, language)
        if not yes:
            _ask(number, language)
    version, _ = load_model(store, model, over=number)
    with _spoken(language) as gettext:
        said = {"version": version, "indicators": len(model.indicators), "goals": len(model.goals)}
        say.print(gettext("Model version %(version)s. Indicators: %(indicators)s. Goals: %(goals)s.") % said)
        if before and version == number:
            say.print(gettext("It is the same as before."))
        else:
            say.print(gettext("Figures are by it once they are measured: run `pejling measure`"))


@contextmanager
def _spoken(language: Language) -> "Iterator[Callable[[str], str]]":
    """How phrases are said in the language."""
    from django.utils import translation

    with translation.override(language):
        yield translation.gettext


def _ask(number: int, language: Language) -> None:
    """In the language of the differences. Raises Mistake where nobody is there to answer."""
    if not sys.stdin.isatty():
        raise Mistake(
            "model load",
            f"it is different from version {number}, and it is only at a terminal that this can be answered",
            "Look the differences over, and run it again with --yes",
        )
    with _spoken(language) as gettext:
        question = gettext("Load it over version %(number)s? Version %(number)s is kept.") % {"number": number}
        if not _agreed(question, language):
            say.print(gettext("Nothing is loaded."))
            raise typer.Exit(0)


def _agreed(question: str, language: Language) -> bool:
    """Asked again until it is answered; Enter alone is no."""
    choices = "[j/N]" if language is Language.DA else "[y/N]"
    while True:
        answer = typer.prompt(f"{question} {choices}", default="n", show_default=False, err=True).strip().lower()
        if answer in ("j", "ja", "y", "yes"):
            return True
        if answer in ("n", "nej", "no"):
            return False


def _before(connection: "DuckDBPyConnection") -> "tuple[int, Model | None]":
    from pejling.indicators.model import current_version

    try:
        return current_version(connection)
    except Mistake:  # none is loaded
        return 0, None


def _checked(place: Workspace, folder: Path | None, language: Language) -> "tuple[Model, list[Said]]":
    from pejling.config.serving import speak
    from pejling.indicators.model import read_model

    model = read_model(_found(place, folder))
    speak(place.store)
    from django.utils import translation

    from pejling.pages.model_check import checked, in_words

    with _connected(place) as connection, translation.override(language):
        findings, before = checked(model, _today(), connection)
        return model, in_words(model, findings, before)


def _found(place: Workspace, folder: Path | None) -> Path:
    """The folder of the model. Raises Mistake where there is none, and says which was looked in."""
    looked = folder or place.home / "model"
    if (looked / "model.yaml").exists():
        return looked
    if folder is None and not place.store.key_file.exists():
        cure = "Make one with `pejling init DIR`, or name the model's folder: `pejling model check FOLDER`"
        raise Mistake(str(place.home), "there is no Pejling workspace here", cure)
    raise Mistake(str(looked), "there is no model.yaml in it", "Name the folder that the model is written in")


def _say_differences(before: "Model", after: "Model", different: "list[Difference]", language: Language) -> None:
    from django.utils import translation

    from pejling.pages.differences import told

    with translation.override(language):
        for line in told(before, after, different):
            say.print(f"  {line}", markup=False)


@contextmanager
def _connected(place: Workspace) -> "Iterator[DuckDBPyConnection | None]":
    """None where there is no workspace: a model may be looked over before."""
    if not place.store.key_file.exists():
        yield None
        return
    connection = connect(place.store, read_only=True)
    try:
        yield connection
    finally:
        connection.close()


def _today() -> date:
    return datetime.now().astimezone().date()


def _count(found: "list[Said]", severity: str) -> int:
    return sum(each.severity == severity for each in found)


def _say_findings(found: "list[Said]") -> None:
    for each in found:
        say.print(f"! {each.about}. {each.found}", style=STYLES[each.severity], markup=False)
        for case in each.cases:
            say.print(f"  · {case}", markup=False)
        source = f" ({each.source})" if each.source else ""
        say.print(f"  {each.why}{source}", style="dim", markup=False)
        say.print(f"  → {each.cure}", markup=False)
