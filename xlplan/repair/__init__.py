"""The repair card: for each contradiction the likeliest wrong cell, what should stand there, how sure, and why.

Crossing identities come first (a row and a column, a count and its rate, start and end, part and whole, the other
sheet), then the smallest set of cells that settles everything, ranked by the shape of the slip and by how the
figure fits beside last year's and the other villages'. Where nothing singles out a cell, the likeliest are listed.
"""

from __future__ import annotations

from decimal import Decimal

from xlplan.checks.scope import Case
from xlplan.model import Finding, Proposal
from xlplan.repair.network import EXACT, VIOLATED, Network
from xlplan.repair.plausible import Plausibility
from xlplan.repair.search import WORK, Search, Solution, weights
from xlplan.repair.shifts import shifted_rows
from xlplan.repair.words import Grounds, formula_itself, proposal, wrong_formula
from xlplan.tuples import NamedTuple

SURE = 0.98  # share of the likelihood from which two crossing identities are called certain
LIKELY, POSSIBLE = 0.75, 0.5
AHEAD = 1.5  # how much likelier than the next a cell is that is singled out
LISTED = 5  # candidates
WORTH = 0.02  # likelihood beside the best one's below which a cell is no candidate
INDEPENDENT = 2  # cells of a set, beyond which one of several sets is no better than another
LAST_DIGIT = 9
MOST_STEPS = 30  # cells settled one by one where there are too many for a search


class Ranked(NamedTuple):
    """A cell with a new value and its share of the likelihood; ``alone`` is set where no other set was found.

    ``others`` are the cells that change with it in the likeliest set. A ``guess`` may be listed, never proposed.
    """

    at: int
    value: int
    share: float
    alone: bool
    others: tuple[int, ...] = ()
    shifted: bool = False
    guess: bool = False


def proposals(case: Case, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The same findings, each contradiction with its proposal or its candidates.

    Findings that no identity explains stay as they are. Contradictions that the same cell explains get the same
    proposal.
    """
    network = Network(case, findings)
    if not network.wrong:
        return findings
    cards = _Cards(network)
    return tuple(
        item if number is None else cards.put(item, number)
        for item, number in zip(findings, network.of_finding, strict=True)
    )


class _Cards:
    """What was found for every contradiction of one submission."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.plausibility = Plausibility(network.case)
        self.first = Search(network, self.plausibility, {}, WORK)
        self.ranked: dict[int, list[Ranked]] = {}
        self.settled: dict[int, Ranked] = {}
        self.formulas = network.formulas()
        for at, value in self.formulas.items():
            self._settle(Ranked(at, value, 1.0, alone=True))
        shifted = shifted_rows(network)
        for at, value in shifted.items():
            others = tuple(other for other in shifted if other != at)
            self._settle(Ranked(at, value, 1.0, alone=True, others=others, shifted=True))
        search = Search(network, self.plausibility, {**self.formulas, **shifted}, WORK)
        for group in search.groups():
            self._solve(search, group)

    def _solve(self, search: Search, group: list[int]) -> None:
        solutions = search.solve(group)
        if solutions:
            self._rank(group, solutions)
            return
        applied = dict(search.applied)
        for _ in range(MOST_STEPS):  # too many wrong cells for a search: those where identities cross, one by one
            one = Search(self.network, self.plausibility, applied, search.work)
            left = [n for n in group if one.before(n) == VIOLATED]
            step = one.step(left)
            search.work = one.work
            if step is None:
                break
            applied[step[0]] = step[1]
            self._settle(Ranked(*step, LIKELY, alone=False))
        one = Search(self.network, self.plausibility, applied, search.work)
        for rest in one.groups():
            if not set(rest) <= set(group):
                continue
            for some in (rest, *self._apart(rest)):
                if found := one.solve(some):
                    self._rank(some, found)
                    if some is rest:
                        break
        search.work = one.work

    def _apart(self, group: list[int]) -> list[list[int]]:
        """What adds up, then each part that is beyond its whole: no one set of cells settles them together."""
        bounds = [n for n in group if self.network.constraint(n).kind == "bound"]
        sums = [n for n in group if n not in bounds]
        return [part for part in (sums, *([n] for n in bounds)) if part and part != group]

    def _settle(self, ranked: Ranked) -> None:
        self.settled[ranked.at] = ranked
        for n in self.network.touching(ranked.at):
            if self.first.before(n) == VIOLATED:
                self.ranked.setdefault(n, []).append(ranked)

    def _rank(self, group: list[int], solutions: list[Solution]) -> None:
        shares: dict[tuple[int, int], float] = {}
        others: dict[tuple[int, int], tuple[int, ...]] = {}
        for solution, weight in zip(solutions, weights(solutions), strict=True):
            for change in solution.changes:
                shares[change] = shares.get(change, 0.0) + weight
                others.setdefault(change, tuple(at for at, _ in solution.changes if at != change[0]))
        alone = len(solutions) == 1
        guess = all(self.network.constraint(n).kind == "bound" for n in group)
        guess |= not alone and len(solutions[0].changes) > INDEPENDENT
        ranked = [Ranked(*change, share, alone, others[change], guess=guess) for change, share in shares.items()]
        ranked.sort(key=lambda r: -r.share)
        for n in group:
            bound = self.network.constraint(n).cells
            self.ranked[n] = [*self.ranked.get(n, []), *(r for r in ranked if r.at in bound)]
        for r in ranked:
            if r.share >= LIKELY and not guess:
                self.settled[r.at] = r

    # ---- findings

    def put(self, item: Finding, number: int) -> Finding:
        """A finding with its card."""
        constraint = self.network.constraint(number)
        if constraint.mine is not None and self.first.before(number) == VIOLATED:
            return item._replace(proposal=formula_itself(item))
        ranked = self.ranked.get(number) or self._explained(number)
        if item.code == "A01":  # the cell itself is no count: only what it should be is asked
            ranked = [r for r in ranked if self.network.spots[r.at].cell.ref == item.ref]
        if not ranked:
            return item
        best = ranked[0]
        ranked = [r for r in ranked if r.share >= WORTH * ranked[0].share]
        rivals = [r for r in ranked[1:] if r.at not in best.others]
        ahead = not rivals or best.share >= AHEAD * rivals[0].share
        if best.share >= POSSIBLE and ahead and not constraint.opaque and not best.guess:
            card = self._card(best, self._needed(best, number))
            listed = () if card.confidence == "certain" else tuple(self._card(r) for r in rivals[: LISTED - 1])
            return item._replace(proposal=card, candidates=listed)
        if best.guess:  # one value of each cell is enough where none is certain
            ranked = list({r.at: r for r in reversed(ranked)}.values())[::-1]
        cards = (self._card(r, self._needed(r, number)) for r in ranked[:LISTED])
        return item._replace(candidates=tuple(card._replace(confidence="possible") for card in cards))

    def _needed(self, ranked: Ranked, number: int) -> list[int]:
        """The cells that must be corrected together with one, or an identity does not hold."""
        change, network = {ranked.at: ranked.value}, self.network
        open_ = [
            n
            for n in network.touching(ranked.at)
            if (state := network.constraint(n).state(change, network.spots)) > self.first.before(n)
            or (n == number and state != EXACT)
        ]
        bound = {at for n in open_ for at in network.constraint(n).cells} - {ranked.at}
        return [at for at in (*ranked.others, *self.settled) if at in bound]

    def _explained(self, number: int) -> list[Ranked]:
        """A remark (a rate one unit off) that a settled cell explains as well."""
        changes = {r.at: r.value for r in self.settled.values()}
        constraint = self.network.constraint(number)
        if self.first.before(number) == EXACT or constraint.state(changes, self.network.spots) != EXACT:
            return []
        return [r for at, r in self.settled.items() if at in constraint.cells][:1]

    def _shape(self, at: int, value: int) -> str:
        """The slip by name; that figures of one digit differ in one digit says nothing."""
        name, typed = self.first.shape(at, value).name, self.network.spots[at].value
        if name == "wrong" and max(value, typed) <= LAST_DIGIT:
            return ""
        return "tenth" if name == "ten" and typed < value else name

    def _card(self, ranked: Ranked, needed: list[int] | None = None) -> Proposal:
        at, network = ranked.at, self.network
        spot, change = network.spots[at], {ranked.at: ranked.value}
        after = {n: network.constraint(n).state(change, network.spots) for n in network.touching(at)}
        failing = [n for n in after if self.first.before(n) == VIOLATED and network.constraint(n).kind != "bound"]
        settled = [n for n in failing if after[n] == EXACT]
        meeting = [set(network.constraint(n).cells) for n in settled]
        crossing = len(settled) > 1 and set.intersection(*meeting) == {at}
        clean = all(state <= self.first.before(n) for n, state in after.items())
        confidence = "likely" if ranked.share >= LIKELY else "possible"
        if ranked.share >= SURE and crossing and clean and not needed:
            confidence = "certain"
        grounds = Grounds(
            list(dict.fromkeys(network.constraint(n).rule for n in settled)),
            crossing,
            "row" if ranked.shifted else self._shape(at, ranked.value),
            self.plausibility.last_year(spot),
            ranked.alone,
            [network.spots[other].cell.ref.seen_from(spot.cell.ref.sheet) for other in dict.fromkeys(needed or ())],
        )
        value = Decimal(ranked.value).scaleb(-spot.places)
        if at in self.formulas:
            right = len(settled) == len(failing) and not needed
            return wrong_formula(network.case, spot, value, "certain" if right else "likely")
        return proposal(network.case, spot, value, confidence, grounds)
