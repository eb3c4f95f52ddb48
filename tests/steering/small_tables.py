"""Small tables, drawn by a seed, and the fewest numbers that must be hidden in them, by an exact solver.

The exact solver is a mixed integer program: a binary for each number says whether it is hidden; for each number with a
demand there are two moves that only hidden numbers take part in, and the number's two ends are as far apart as it
demands. (M. Fischetti and J. J. Salazar, Management Science 47 (2001) 1008-1027, in its full form.)
"""

from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, coo_array, csr_array, eye_array, hstack, vstack

from pejling.steering.suppression import Table

K = 5
Tree = list[int | None]  # each one's parent; the first is the whole


def table(trees: list[Tree], leaves: np.ndarray, k: int = K) -> tuple[Table, np.ndarray]:
    """The table of these hierarchies, one a dimension, and its values: hidden is what is below k."""
    numbers = np.zeros([len(tree) for tree in trees])
    ends = [[at for at in range(len(tree)) if at not in tree] for tree in trees]
    for place, value in zip(product(*ends), leaves, strict=False):
        numbers[place] = value
    index = np.arange(numbers.size).reshape(numbers.shape)
    terms: list[tuple[int, int, float]] = []
    equations = 0
    for axis, tree in enumerate(trees):
        for above in sorted({at for at in tree if at is not None}, reverse=True):
            parts = [at for at, parent in enumerate(tree) if parent == above]
            at = [slice(None)] * len(trees)
            at[axis] = above
            numbers[tuple(at)] = np.take(numbers, parts, axis=axis).sum(axis=axis)
    for axis, tree in enumerate(trees):
        for above in sorted({at for at in tree if at is not None}):
            parts = np.take(index, [at for at, parent in enumerate(tree) if parent == above], axis=axis)
            for total, each in zip(
                np.take(index, above, axis=axis).ravel(), np.moveaxis(parts, axis, -1).reshape(-1, parts.shape[axis]),
                strict=True,
            ):  # fmt: skip
                terms += [(equations, int(total), -1.0), *((equations, int(part), 1.0) for part in each)]
                equations += 1
    values = numbers.ravel()
    hidden = values < k
    rows, columns, factors = map(np.array, zip(*terms, strict=True))
    return Table(
        down=values, up=np.full(values.size, np.inf), hidden=hidden, demand=np.where(hidden, float(k), 0.0),
        cost=np.ones(values.size), terms=(rows, columns, factors),
    ), values  # fmt: skip


def drawn(seed: int, at_most: int = 90) -> Table:
    """One to three dimensions, flat or of three levels, sparse or not."""
    random = np.random.default_rng(seed)
    trees = [_tree(random) for _ in range(random.integers(1, 3))]
    if len(trees) == 2 and random.random() < 0.3:
        trees.append([None, 0, 0])
    while np.prod([len(tree) for tree in trees]) > at_most:
        trees.pop()
    size = int(np.prod([sum(at not in tree for at in range(len(tree))) for tree in trees]))
    leaves = random.poisson(random.gamma(1.0, random.choice([3, 8, 15, 40]), size)) * (random.random(size) > 0.1)
    return table(trees, leaves)[0]


def _tree(random: np.random.Generator) -> Tree:
    kind = random.integers(0, 3)
    if kind == 1:
        top = int(random.integers(2, 4))
        tree: Tree = [None, *([0] * top)]
        for each in range(1, top + 1):
            tree += [each] * int(random.integers(2, 4))
        return tree
    return [None, *([0] * int(random.integers(*((2, 5) if kind == 0 else (3, 7)))))]


def fewest(table: Table, seconds: float = 60) -> int:
    """How many must be hidden at least, those included that must be anyway; TimeoutError where it is not found."""
    size, asked = len(table.down), np.flatnonzero(table.hidden & (table.demand > 0))
    if not len(asked):
        return int(table.hidden.sum())
    rows, columns, factors = table.terms
    sums = coo_array((factors, (rows, columns)), shape=(rows.max() + 1, size)).tocsr()
    moves = 2 * len(asked)
    up = np.minimum(table.up, table.down.sum() + K)
    low = np.concatenate([table.hidden.astype(float), np.tile(-table.down, moves)])
    high = np.concatenate([np.ones(size), np.tile(up, moves)])
    each = eye_array(moves * size)
    wide = np.zeros((len(asked), size * (moves + 1)))
    for row, number in enumerate(asked):
        wide[row, size * (1 + 2 * row) + number], wide[row, size * (2 + 2 * row) + number] = 1, -1
    found = milp(
        np.concatenate([table.cost, np.zeros(moves * size)]),
        constraints=[
            LinearConstraint(hstack([csr_array((sums.shape[0] * moves, size)), block_diag([sums] * moves)]), 0, 0),
            LinearConstraint(hstack([vstack([csr_array(np.diag(-up))] * moves), each]), -np.inf, 0),
            LinearConstraint(hstack([vstack([csr_array(np.diag(table.down))] * moves), each]), 0, np.inf),
            LinearConstraint(csr_array(wide), table.demand[asked], np.inf),
        ],
        integrality=np.concatenate([np.ones(size), np.zeros(moves * size)]),
        bounds=Bounds(low, high), options={"time_limit": seconds},
    )  # fmt: skip
    if found.status != 0:
        raise TimeoutError
    return round(found.fun)
