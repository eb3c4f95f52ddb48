"""Which figures to hide besides the small ones, so that no hidden figure can be worked out from those that are shown.

A table is numbers that add up: each equation says that a total is its parts. Whoever reads it knows what is shown, the
equations, that no number is below 0, and of some the ceiling. From that they can work out a range for each number that
is hidden, by linear programming. The rule: **that range is at least as wide as the number's demand.**

How: a *move* is a change of hidden numbers that keeps every equation. Each move is a table that the reader cannot rule
out; the highest and lowest that moves reach for a number are inside its range. Where the numbers hidden so far allow no
move that is wide enough, the cheapest move through shown numbers is sought, and what it passes is hidden too. At last
what has become needless is shown again. Moves are found by the simplex method of HiGHS.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_EPS = 1e-6
_LOOKS = 12  # at a block, in directions drawn anew, before its numbers are looked at one by one
_FAR = 1e7  # in place of infinity: further than any number of people goes
_SMALL, _TRIES = 300, 4  # numbers of a table that is gone through in several orders
_CARE = 4000  # programs solved to show again what need not be hidden; a larger table is left with a little too much


@dataclass(frozen=True)
class Table:
    """`n` numbers and the equations between them, each in arrays of that length.

    `down` and `up`: how far below and above its true value a number could be for all that is known of it alone (it is
    not below 0, say); infinite where nothing is known. `hidden` are those that must be; `demand` is how wide the range
    of a number must be if it is hidden. `cost` is what is lost by hiding it, infinite where it is known already: then
    to hide it is no help.
    `terms` are the equations, as arrays of equation, number and factor: the sum of factor x number in each is known.
    `blocks` are labels, from small neighbourhoods to large: moves are sought within one before all over; -1 for none.
    """

    down: Floats
    up: Floats
    hidden: Bools
    demand: Floats
    cost: Floats
    terms: tuple[Ints, Ints, Floats]
    blocks: tuple[Ints, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """`exposed` are hidden numbers whose demand could not be met, for too much about them is known already."""

    hidden: Bools
    exposed: Ints


def protect(table: Table) -> Pattern:
    """The numbers to hide: those that must be, and few others.

    A small table is gone through in several orders, and the least costly answer is taken.
    """
    tries = _TRIES if len(table.down) <= _SMALL else 1
    found = [_protected(table, seed) for seed in range(tries)]
    return min(found, key=lambda one: (len(one.exposed), table.cost[one.hidden & ~table.hidden].sum()))


def _protected(table: Table, seed: int) -> Pattern:
    search = _Search(table, seed)
    for labels in table.blocks:
        search.stretch_blocks(labels)
    search.stretch(np.flatnonzero(search.hidden))
    exposed = []
    while (waiting := search.wanting()).size:
        lacking = table.demand[waiting] - search.high[waiting] + search.low[waiting]
        if seed:
            lacking *= search.random.random(len(waiting))
        number = int(waiting[np.argmax(lacking)])
        if not search.settle(number) and not search.extend(number):
            exposed.append(number)
            search.given_up[number] = True
    search.tidy()
    return Pattern(search.hidden, np.array(exposed, dtype=np.int64))


class _Quiet(highspy.Highs):
    """Without the callbacks of its parent: to switch them on prints a banner, whatever the options say."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


class _Program:
    """A linear program over moves: `matrix` x move = 0, each number's move between two bounds, at the least cost."""

    def __init__(self, matrix: csc_array, low: Floats, high: Floats, cost: Floats) -> None:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(low), matrix.shape[0]
        program.col_cost_, program.col_lower_, program.col_upper_ = cost, low, high
        program.row_lower_ = program.row_upper_ = np.zeros(matrix.shape[0])
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = matrix.indptr
        program.a_matrix_.index_ = matrix.indices
        program.a_matrix_.value_ = matrix.data
        self.solver = _Quiet()
        # serial, and no number of threads named: HiGHS solves nothing where another part of the process came first,
        # with another number
        for option, value in (("output_flag", False), ("parallel", "off"), ("presolve", "off"), ("random_seed", 0)):
            self.solver.setOptionValue(option, value)
        self.solver.passModel(program)

    def bound(self, number: int, low: float, high: float) -> None:
        self.solver.changeColBounds(number, low, high)

    def price(self, costs: Mapping[int, float]) -> None:
        self.solver.changeColsCost(len(costs), np.array(list(costs)), np.array(list(costs.values())))

    def move(self) -> Floats | None:
        """None where there is none. Raises RuntimeError where the solver fails: to go on would give people away."""
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS ended with {status.name}")
        return np.array(self.solver.getSolution().col_value)


class _Search:
    """What is hidden so far, and the moves that were found: how far each number reaches down and up by them."""

    def __init__(self, table: Table, seed: int) -> None:
        size = len(table.down)
        self.table, self.hidden = table, table.hidden.copy()
        self.down, self.up = np.minimum(table.down, _FAR), np.minimum(table.up, _FAR)
        self.low, self.high = np.zeros(size), np.zeros(size)
        self.low_by, self.high_by = (np.full(size, -1) for _ in range(2))
        self.given_up = np.zeros(size, dtype=bool)
        self.moves: list[tuple[Ints, Floats]] = []
        equation, number, factor = table.terms
        shape = (int(equation.max(initial=-1)) + 1, size)
        self.matrix = csc_array((factor, (equation, number)), shape=shape)
        self.random = np.random.default_rng(seed)
        self.open = np.flatnonzero(table.hidden | np.isfinite(table.cost))  # what may move at all
        self.at = np.full(size, -1)
        self.at[self.open] = np.arange(len(self.open))
        self._scopes: dict[tuple[int, int], tuple[Ints, _Program]] = {}
        self._wide: _Program | None = None

    def wanting(self, among: Ints | None = None) -> Ints:
        """Hidden numbers whose range is not yet known to be wide enough."""
        lacks = self.hidden & ~self.given_up & (self.high - self.low < self.table.demand - _EPS)
        return np.flatnonzero(lacks) if among is None else among[lacks[among]]

    def note(self, numbers: Ints, amounts: Floats) -> None:
        moved = np.abs(amounts) > _EPS
        numbers, amounts = numbers[moved], amounts[moved]
        further, lower = amounts > self.high[numbers] + _EPS, amounts < self.low[numbers] - _EPS
        if further.any() or lower.any():
            self.high[numbers[further]], self.low[numbers[lower]] = amounts[further], amounts[lower]
            self.high_by[numbers[further]] = self.low_by[numbers[lower]] = len(self.moves)
            self.moves.append((numbers, amounts))

    def stretch_blocks(self, labels: Ints) -> None:
        wanting = self.wanting()
        for label in np.unique(labels[wanting]):
            if label >= 0:
                self.stretch(np.flatnonzero(self.hidden & (labels == label)))

    def stretch(self, members: Ints, looks: int = _LOOKS) -> None:
        """Move as many of them at once as far as they need, in directions drawn anew each time."""
        members = self._movable(members)
        wanting = self.wanting(members)
        if not wanting.size:
            return
        place = {int(number): at for at, number in enumerate(members)}
        enough = np.where(self.table.demand[members] > 0, self.table.demand[members], _FAR)
        program = _Program(
            _touched(self.matrix[:, members]),
            -np.minimum(self.down[members], enough), np.minimum(self.up[members], enough), np.zeros(len(members)),
        )  # fmt: skip
        for look in range(looks):
            signs = self.random.choice([-1.0, 1.0], len(wanting)) if look > 1 else np.full(len(wanting), 1.0 - 2 * look)
            price = dict.fromkeys(range(len(members)), 0.0)
            price |= {
                place[int(number)]: -sign / self.table.demand[number]
                for number, sign in zip(wanting, signs, strict=True)
            }
            program.price(price)
            move = program.move()
            if move is None:
                return
            self.note(members, move)
            wanting = self.wanting(members)
            if not wanting.size:
                return

    def _movable(self, members: Ints) -> Ints:
        """Without those that stand alone in some equation: they cannot move."""
        while True:
            part = self.matrix[:, members]
            counts = np.bincount(part.indices, minlength=part.shape[0])
            alone = counts[part.indices] == 1
            if not alone.any():
                return members
            columns = np.repeat(np.arange(len(members)), np.diff(part.indptr))
            members = np.delete(members, np.unique(columns[alone]))

    def settle(self, number: int) -> bool:
        """Look for how far the number reaches by what is hidden, near it and then all over; is it far enough?"""
        for scope in self._around(number):
            if scope not in self._scopes:
                self._scopes[scope] = self._scope(scope)
            members, program = self._scopes[scope]
            at = int(np.searchsorted(members, number))
            for sign in (-1.0, 1.0):
                program.price({at: sign})
                move = program.move()
                if move is not None:
                    self.note(members, move)
                if self._enough(number):
                    break
            program.price({at: 0.0})
            if self._enough(number):
                return True
        return False

    def _around(self, number: int) -> list[tuple[int, int]]:
        near = [(level, int(labels[number])) for level, labels in enumerate(self.table.blocks)]
        return [*(scope for scope in near if scope[1] >= 0), (len(self.table.blocks), 0)]

    def _scope(self, scope: tuple[int, int]) -> tuple[Ints, _Program]:
        level, label = scope
        members = self.open
        if level < len(self.table.blocks):
            members = members[self.table.blocks[level][members] == label]
        free = self.hidden[members]
        low, high = np.where(free, -self.down[members], 0), np.where(free, self.up[members], 0)
        return members, _Program(_touched(self.matrix[:, members]), low, high, np.zeros(len(members)))

    def _enough(self, number: int) -> bool:
        return bool(self.high[number] - self.low[number] >= self.table.demand[number] - _EPS)

    def extend(self, number: int) -> bool:
        """Hide what the cheapest move passes that takes the number as far as it needs; False where there is none.

        As far as it can, where one way does not reach: then the other way is still to be taken.
        """
        lacking = self.table.demand[number]
        amounts = min(lacking + self.low[number], self.up[number]), max(self.high[number] - lacking, -self.down[number])
        found = []
        for amount in amounts:
            if not self.low[number] - _EPS <= amount <= self.high[number] + _EPS:
                move = self._cheapest(number, amount)
                if move is not None:
                    passed = self._passed(move)
                    found.append((self.table.cost[passed].sum() / abs(amount), amount, move, passed))
        if not found:
            return False
        _, _, move, passed = min(found, key=lambda each: each[:2])
        for each in passed:
            self._hide(int(each))
        self.note(self.open, move)
        self.stretch(self.open[np.abs(move) > _EPS], 2)
        return True

    def _passed(self, move: Floats) -> Ints:
        moved = self.open[np.abs(move) > _EPS]
        return moved[~self.hidden[moved]]

    def _cheapest(self, number: int, amount: float) -> Floats | None:
        """Of the moves of the number by the amount, about the one that passes the fewest shown numbers.

        A program counts how far numbers move, not how many do; so it is asked again, with those that moved made cheap.
        """
        size = len(self.open)
        if self._wide is None:
            matrix = self.matrix[:, self.open]
            high = np.concatenate([self.up[self.open], self.down[self.open]])
            self._wide = _Program(hstack([matrix, -matrix], format="csc"), np.zeros(2 * size), high, np.zeros(2 * size))
        cost = np.where(self.hidden, 0, self.table.cost)[self.open]
        at = int(self.at[number])
        self._wide.bound(at, max(amount, 0), max(amount, 0))
        self._wide.bound(at + size, max(-amount, 0), max(-amount, 0))
        best, least, price = None, np.inf, cost
        for _ in range(3):
            self._wide.price(dict(enumerate(np.concatenate([price, price]).tolist())))
            solved = self._wide.move()
            if solved is None:
                break
            move = solved[:size] - solved[size:]
            lost = cost[np.abs(move) > _EPS].sum()
            if lost < least - _EPS:
                best, least = move, lost
            price = cost * abs(amount) / (np.abs(move) + 0.05 * abs(amount))
        self._wide.bound(at, 0, self.up[number])
        self._wide.bound(at + size, 0, self.down[number])
        return best

    def _hide(self, number: int) -> None:
        self.hidden[number] = True
        self._bound(number, -self.down[number], self.up[number])

    def _show(self, number: int) -> None:
        self.hidden[number] = False
        self._bound(number, 0, 0)

    def _bound(self, number: int, low: float, high: float) -> None:
        for scope in self._around(number):
            if scope in self._scopes:
                members, program = self._scopes[scope]
                program.bound(int(np.searchsorted(members, number)), low, high)

    def tidy(self) -> None:
        """Show again what need not be hidden, the dearest first."""
        added = np.flatnonzero(self.hidden & ~self.table.hidden)
        care = _CARE
        for number in added[np.argsort(-self.table.cost[added], kind="stable")]:
            kept = self.low.copy(), self.high.copy(), self.low_by.copy(), self.high_by.copy()
            without = np.array([number in numbers for numbers, _ in self.moves] or [False])
            leaning = np.flatnonzero(
                self.hidden & ~self.given_up
                & ((self.low_by >= 0) & without[self.low_by] | (self.high_by >= 0) & without[self.high_by])
            )  # fmt: skip
            leaning = leaning[leaning != number]
            if len(leaning) > care:
                continue
            care -= len(leaning)
            self._show(int(number))
            self._forget(without)
            self.low[number] = self.high[number] = 0
            if all(self._enough(int(each)) or self.settle(int(each)) for each in leaning):
                for at in np.flatnonzero(without):
                    self.moves[at] = np.array([], dtype=np.int64), np.array([])
            else:
                self._hide(int(number))
                self.low, self.high, self.low_by, self.high_by = kept

    def _forget(self, without: Bools) -> None:
        """Forget what was reached by those moves, and see what the others reach."""
        for reach, by in ((self.low, self.low_by), (self.high, self.high_by)):
            lost = (by >= 0) & without[by]
            reach[lost], by[lost] = 0, -1
        for at, (numbers, amounts) in enumerate(self.moves):
            if not without[at]:
                further, lower = amounts > self.high[numbers] + _EPS, amounts < self.low[numbers] - _EPS
                self.high[numbers[further]], self.low[numbers[lower]] = amounts[further], amounts[lower]
                self.high_by[numbers[further]], self.low_by[numbers[lower]] = at, at


def _touched(matrix: csc_array) -> csc_array:
    """Without the equations that hold none of the numbers."""
    return matrix.tocsr()[np.unique(matrix.indices)].tocsc()
