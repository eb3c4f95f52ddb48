"""`pejling law …`: what is due next, how each rule was kept, and the rules with their sources. As the web says them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pejling.facts.mistakes import Mistake
from pejling.grounded import grounded, reaching
from pejling.indicators.due import AHEAD
from pejling.printing import Format, Language, print_rows, say

if TYPE_CHECKING:
    from pejling.facts.store import Store
    from pejling.pages.ground import Ground

law_app = typer.Typer(help="The law: what is due, how it is kept, and the rules themselves.", no_args_is_help=True)
UnitId = Annotated[str, typer.Argument(help="A unit's id.")]
Spoken = Annotated[Language, typer.Option("--language", envvar="PEJLING_LANGUAGE", help="Danish or English.")]
Form = Annotated[Format, typer.Option("--format")]


@law_app.command("due")
def law_due(context: typer.Context, unit: UnitId, language: Spoken = Language.EN, form: Form = Format.TABLE) -> None:
    """The steps that the unit's open courses owe: overdue, or due within 14 days. The look is logged."""
    with _ruled(context.obj.store, language) as ground:
        from pejling.agreements.looks import record_look
        from pejling.agreements.people import owner
        from pejling.indicators.due import due
        from pejling.pages.due import due_row

        through, found = due(ground.connection, (ground.measured, ground.every), ground.unit(unit).unit_id)
        if through is None:
            raise Mistake("the law", "no rule of the model has its records delivered", "See `pejling law rules`")
        record_look(
            owner(), indicator="law_due", unit=unit, period=str(through), group_by="", group="", courses=len(found),
            snapshot=ground.measured.snapshot,
        )  # fmt: skip
        rows = [(each, due_row(ground, each, through)) for each in found]
    print_rows(
        [
            {
                "due_on": each.due_on,
                "when": row.when,
                "course": each.course_id,
                "rule": each.rule if form is not Format.TABLE else row.rule,
                "lacking": row.what,
                "last": each.last_on or "",
                "at_stake": each.at_stake / 100,
                "unit": each.unit_id,
                "target_group": each.target_group,
                "person": each.person_id,
            }
            for each, row in rows
        ],
        form,
    )
    overdue = sum(each.due_on <= through for each in found)
    say.print(
        f"As of {through}: {overdue} overdue, {len(found) - overdue} due within {AHEAD} days. The look is logged."
    )


@law_app.command("course")
def law_course(
    context: typer.Context,
    course: Annotated[str, typer.Argument(help="A course's id.")],
    language: Spoken = Language.EN,
    form: Form = Format.TABLE,
) -> None:
    """Every step that the law asked for of one course, how it went, and what is next. The look is logged."""
    with _ruled(context.obj.store, language) as ground:
        from pejling.agreements.looks import record_look
        from pejling.agreements.people import owner
        from pejling.pages.course_law import course_law_page, went_words

        page = course_law_page(ground, course)
        record_look(
            owner(), indicator="law_course", unit=page.course.unit_id, period=str(page.course.through or ""),
            group_by="", group="", courses=1, snapshot=page.snapshot,
        )  # fmt: skip
        table = form is Format.TABLE
        rows = [
            {
                "due_on": each.due_on,
                "rule": each.name if table else each.rule,
                "went": went_words(each.went) if table else each.went,
                "said": each.said,
                "unit": each.unit,
            }
            for each in page.rows
        ]
    print_rows(rows, form)
    say.print(f"As of {page.course.through}: {page.at_risk or 'no'} reimbursement at risk. The look is logged.")


@law_app.command("timely")
def law_timely(
    context: typer.Context,
    unit: UnitId,
    period: Annotated[
        list[str] | None,
        typer.Option(help="2009, 2009-Q1, 2009-03, or 2009-03/12 (the year to March); every covered year if none."),
    ] = None,
    language: Spoken = Language.EN,
    form: Form = Format.TABLE,
) -> None:
    """How each rule was kept at the unit, what reimbursement is at risk, and the room that is left."""
    with _ruled(context.obj.store, language) as ground:
        from pejling.indicators.law_figures import money, timeliness
        from pejling.indicators.periods import Period
        from pejling.pages import words
        from pejling.steering.law import room, standings

        ground.unit(unit)
        spans = [Period.parse(text) for text in period] if period else [*map(Period.parse, ground.periods("year"))]
        texts = [span.text for span in spans]
        months = ground.periods("month")
        for text in texts:
            if not ground.has_period(text):
                raise Mistake("--period", f"the records do not cover {text}", reaching(months[0], months[-1]))
        base = ground.measured, ground.every
        measured = timeliness(ground.connection, base, [unit], texts)
        found = money(ground.connection, base, [unit], texts)
        rows, sums = [], []
        for span in spans:
            steps, kroner = measured[unit, span.text], found[unit, span.text]
            for one in standings(ground.model, steps, span):
                figure = one.figure
                counted: dict[str, int | None] = {
                    "due": one.timely.due,
                    "in_time": int(figure.numerator or 0),
                    "late": one.timely.late,
                    "not_held": one.timely.missed,
                    "exempt": sum(one.timely.exempt.values()),
                }
                if figure.state == "not_reported":
                    counted = dict.fromkeys(counted)  # not 0: nobody knows
                rows.append(
                    {
                        "period": span.text,
                        "rule": one.rule.key if form is not Format.TABLE else words.text(one.rule.name),
                        **counted,
                        "share": figure.value,
                        "low": figure.low,
                        "high": figure.high,
                        "at_least": one.terms.at_least,
                        "state": figure.state,
                        "verdict": one.verdict,
                    }
                )
            sums.append((span, kroner, room(ground.model, steps, kroner)))
    if form is Format.TABLE:
        rows = [{**row, **{key: _share(row[key]) for key in ("share", "low", "high", "at_least")}} for row in rows]
    print_rows(rows, form)
    if not rows:
        say.print(f"No rule of the model is in force in {', '.join(texts)}.", markup=False)
    for span, kroner, left in sums:
        if kroner.at_risk and kroner.expected and kroner.at_risk.numerator is not None:
            say.print(
                f"{span.text}: reimbursement {kroner.expected.numerator:,.2f} kr., "
                f"at risk {kroner.at_risk.numerator:,.2f} kr. ({kroner.at_risk.state})"
            )
        if left is not None and left.state != "not_reported":
            free = "the frame is not known"
            if left.free is not None:
                hours = "" if left.free_hours is None else f"{left.free_hours:,} hours, "
                free = f"free {hours}{left.free:,.2f} kr. of {left.frame:,.2f} kr."
            say.print(f"{span.text}: bound {left.hours:,} hours, {left.bound:,.2f} kr.; {free} ({left.state})")


@law_app.command("rules")
def law_rules(
    context: typer.Context,
    unit: Annotated[str | None, typer.Argument(help="Only rules that had steps due there.")] = None,
    language: Spoken = Language.EN,
    form: Form = Format.TABLE,
) -> None:
    """The rules in plain words, each version with its dates, its source and how sure we are of it."""
    with _ruled(context.obj.store, language) as ground:
        from pejling.indicators.law_figures import timeliness
        from pejling.pages.law_words import rule_view

        model = ground.model
        kept = {rule.key for rule in model.law}
        if unit:
            years = ground.periods("year")
            base = ground.measured, ground.every
            found = timeliness(ground.connection, base, [ground.unit(unit).unit_id], years)
            kept = {each.rule for steps in found.values() for each in steps if each.due or each.exempt}
        views = [rule_view(model, each) for each in (*model.law, *model.reimbursements)]
        rows = [
            {
                "key": view.key,
                "rule": view.name,
                "for": view.whom,
                "holds": version.holds,
                "asks": " ".join(version.sentences),
                "source": version.source,
                "certainty": version.certainty if form is not Format.TABLE else version.certain,
            }
            for view in views
            if view.key in kept or view.key not in {rule.key for rule in model.law}
            for version in view.versions
        ]
    if form is not Format.TABLE:
        print_rows(rows, form)
        return
    for row in rows:
        say.print(f"{row['rule']} ({row['key']})", style="bold", markup=False)
        say.print(f"  {row['for']} · {row['holds']}", markup=False)
        say.print(f"  {row['asks']}", markup=False)
        say.print(f"  {row['source']} · {row['certainty']}", style="dim", markup=False)


def _share(value: object) -> str:
    return "" if not isinstance(value, int | float) else f"{100 * value:.1f} %"


@contextmanager
def _ruled(store: "Store", language: Language) -> "Iterator[Ground]":
    """The workspace as its owner sees it. Raises Mistake, also where its model has no rules."""
    with grounded(store, language) as ground:
        if not ground.model.law and not ground.model.reimbursements:
            raise Mistake("the law", "the model has no rules of it", "Take one in, or write one, in model/law")
        yield ground
