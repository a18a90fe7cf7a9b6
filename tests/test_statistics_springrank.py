"""SpringRank against a dense solve and the published scores of a hiring network; PageRank and the temperature."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mercato.statistics import springrank as module
from mercato.statistics.springrank import pagerank, score_errors, springrank, temperature

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "oracles" / "springrank"
if not DATA.is_dir():
    DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "oracles" / "springrank"


def dense(origin: np.ndarray, destination: np.ndarray, moves: np.ndarray, size: int, alpha: float) -> np.ndarray:
    """The same equations as a full matrix, solved by least squares."""
    count = np.zeros((size, size))
    np.add.at(count, (origin, destination), moves)
    np.fill_diagonal(count, 0)
    arrived, left = count.sum(axis=0), count.sum(axis=1)
    system = np.diag(arrived + left + alpha) - count - count.T
    score = np.linalg.lstsq(system, arrived - left, rcond=None)[0]
    return score if alpha else score - score.mean()


def random_network(size: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    ring = np.arange(size)
    origin = np.concatenate([ring, rng.integers(0, size, 4 * size)])
    destination = np.concatenate([np.roll(ring, 1), rng.integers(0, size, 4 * size)])
    return origin, destination, rng.integers(1, 9, 5 * size).astype(float)


@pytest.mark.skipif(not DATA.is_dir(), reason="the published hiring network lies beside the project")
def test_the_hiring_network_of_computer_science_has_its_published_scores() -> None:
    # A doctorate from u who is hired at v says that u stands above v: a spring from v up to u.
    edges = np.loadtxt(DATA / "US_CS_adjacency.dat", dtype=int)
    told = dict(np.loadtxt(DATA / "US_CS_SpringRank_a0.0_l0_1.0_l1_1.0.dat"))
    nodes, place = np.unique(edges[:, :2], return_inverse=True)
    above, below = place.reshape(-1, 2).T
    found = springrank(below, above, edges[:, 2], len(nodes)).score
    published = np.array([told[node] for node in nodes])
    assert_allclose(found, dense(below, above, edges[:, 2], len(nodes), 0.0), atol=1e-9)
    assert_allclose(found + published.mean(), published, atol=0.003)


@pytest.mark.parametrize("alpha", [0.0, 0.5])
@pytest.mark.parametrize("direct", [0, 3_000])
def test_scores_are_those_of_a_dense_solve(alpha: float, direct: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DIRECT", direct)
    network = random_network(60, 5)
    found = springrank(*network, 60, alpha)
    assert found.converged
    assert_allclose(found.score, dense(*network, 60, alpha), atol=1e-9 if direct else 1e-7)


def test_two_employers_with_moves_one_way_lie_one_step_apart() -> None:
    found = springrank([0, 0], [1, 1], [3, 4], 2)
    assert_allclose(found.score, [-0.5, 0.5])
    # As many back as there: no order at all.
    assert_allclose(springrank([0, 1], [1, 0], [3, 3], 2).score, [0, 0], atol=1e-12)
    # Three there for one back: half a step.
    assert_allclose(springrank([0, 1], [1, 0], [3, 1], 2).score, [-0.25, 0.25])


def test_parts_without_a_move_between_them_are_told_apart() -> None:
    found = springrank([0, 2], [1, 3], [5, 1], 5)
    assert_array_equal(found.component, [0, 0, 1, 1, 2])
    assert_allclose(found.score, [-0.5, 0.5, -0.5, 0.5, 0])


def test_no_moves_and_moves_to_oneself_order_nobody() -> None:
    assert_allclose(springrank([], [], [], 3).score, [0, 0, 0])
    assert_allclose(springrank([1, 1], [1, 2], [9, 0], 3).score, [0, 0, 0])
    with pytest.raises(ValueError, match="negative"):
        springrank([0], [1], [-1], 2)


def test_the_temperature_is_that_of_the_share_that_goes_up() -> None:
    # 3 of 4 go up one step: 1 / (1 + exp(-2 beta)) = 3/4 where beta = ln(3) / 2.
    score = np.array([0.0, 1.0])
    assert temperature(score, [0, 1], [1, 0], [3, 1]) == pytest.approx(np.log(3) / 2)
    assert temperature(score, [0, 1], [1, 0], [1, 3]) == 0
    assert temperature(score, [0], [1], [3]) == np.inf
    assert np.isnan(temperature(np.zeros(2), [0], [1], [3]))


def test_pagerank_is_the_stationary_share_of_the_walk() -> None:
    origin, destination, moves = random_network(30, 8)
    step = np.zeros((30, 30))
    apart = origin != destination
    np.add.at(step, (destination[apart], origin[apart]), moves[apart])
    walk = 0.85 * step / step.sum(axis=0) + 0.15 / 30
    values, vectors = np.linalg.eig(walk)
    wanted = np.real(vectors[:, np.argmax(np.real(values))])
    assert_allclose(pagerank(origin, destination, moves, 30), wanted / wanted.sum(), atol=1e-9)
    # Nobody left the second: the walk starts anew there. x = 0.15 / 2 + 0.85 (1 - x) / 2 for the first.
    assert_allclose(pagerank([0], [1], [1], 2)[0], (0.075 + 0.425) / 1.425)


def test_draws_tell_how_far_scores_go_when_moves_are_counted_again() -> None:
    # Of 300 moves 200 go there: the share is 2/3 with a variance of 2/9/300, and the step twice the share less 1.
    # One move more either way adds 1 (1 - 1/3)² + 1 (1 + 1/3)² to the 300 * 8/9 of the pushes.
    found = springrank([0, 1], [1, 0], [200, 100], 2)
    drawn = score_errors(found, [0, 1], [1, 0], [200, 100], draws=4_000)
    variance = (200 * (2 / 3) ** 2 + 100 * (4 / 3) ** 2 + 20 / 9) / 300**2
    assert np.std(drawn[:, 1] - drawn[:, 0]) == pytest.approx(np.sqrt(variance), rel=0.05)
    assert_allclose(drawn.sum(axis=1), 0, atol=1e-12)


def test_draws_agree_with_counting_again_and_solving_again() -> None:
    origin, destination, moves = random_network(25, 2)
    moves = moves * 30
    found = springrank(origin, destination, moves, 25)
    drawn = score_errors(found, origin, destination, moves, draws=600)
    rng = np.random.default_rng(1)
    again = np.array([springrank(origin, destination, rng.poisson(moves), 25).score for _ in range(300)])
    assert_allclose(drawn.std(axis=0), again.std(axis=0), rtol=0.2)


def test_nothing_is_certain_because_all_went_one_way() -> None:
    found = springrank([0], [1], [5], 2)
    assert np.std(score_errors(found, [0], [1], [5])[:, 1]) > 0.1
    assert score_errors(springrank([], [], [], 3), [], [], []).shape == (200, 3)


def test_a_large_network_is_solved_without_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    network = random_network(60, 5)
    found = springrank(*network, 60)
    direct = score_errors(found, *network, draws=20)
    monkeypatch.setattr(module, "DIRECT", 0)
    assert_allclose(score_errors(found, *network, draws=20), direct, atol=1e-3)


def test_a_network_of_nobody_has_no_shares() -> None:
    assert pagerank([], [], [], 0).tolist() == []
