"""What an answer that ignores the inputs reaches on the same rows, and how likely chance is to do as well as the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest, hypergeom, mannwhitneyu, random_table, rankdata

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]

# No p-value below 1 / 2,000 comes of these.
PERMUTATIONS = 1_999
# Rows drawn for each permutation of scores, at most: a second or two in all.
DRAWN = 20_000
# Cells held at once: some 80 MB.
BLOCK_CELLS = 10_000_000


@dataclass(frozen=True)
class Baseline:
    """`p_value` is one-sided: how often a model that knows nothing would be as good as this one; None where no test is made."""

    value: float
    p_value: float | None


def measure_baselines(labels: Integers, predicted: Integers, scores: Floats) -> dict[str, Baseline]:
    """By metric. `labels` and `predicted` are class positions, `scores` [n, classes]. ROC AUC and PR AUC for two classes only."""
    baselines = {
        "accuracy": accuracy_baseline(labels, predicted),
        "balanced_accuracy": balanced_accuracy_baseline(labels, predicted),
    }
    if scores.shape[1] == 2 and len(np.unique(labels)) == 2:
        positive = labels == 1
        baselines["roc_auc"] = Baseline(0.5, auc_p_value(scores[positive, 1], scores[~positive, 1]))
        # A ranking at random has the share of positives at every recall.
        baselines["pr_auc"] = Baseline(float(positive.mean()), None)
    return baselines


def accuracy_baseline(labels: Integers, predicted: Integers) -> Baseline:
    """The most frequent class of these very rows: no constant answer is right more often. McNemar's exact test on the rows
    where just one of the two is right (McNemar 1947, doi:10.1007/BF02295996)."""
    majority = np.bincount(labels).argmax()
    model, constant = predicted == labels, labels == majority
    only_model = int((model & ~constant).sum())
    differing = only_model + int((constant & ~model).sum())
    p_value = float(binomtest(only_model, differing, 0.5, alternative="greater").pvalue) if differing else 1.0
    return Baseline(float(constant.mean()), p_value)


def balanced_accuracy_baseline(labels: Integers, predicted: Integers) -> Baseline:
    """Every constant answer has recall 1 on one class and 0 on the others. Two classes: Fisher's exact test, as balanced accuracy
    grows with each hit once the margins are fixed. More: a permutation test with the observed labels among the permutations
    (Phipson and Smyth 2010, doi:10.2202/1544-6115.1585)."""
    classes, counts = np.unique(labels, return_counts=True)
    value = 1 / len(classes)
    if len(classes) == 1:
        return Baseline(value, 1.0)
    if len(classes) == 2 and np.isin(predicted, classes).all():
        last = classes[1]
        hits = int(((labels == last) & (predicted == last)).sum())
        p_value = float(hypergeom.sf(hits - 1, len(labels), int(counts[1]), int((predicted == last).sum())))
        return Baseline(value, p_value)
    return Baseline(value, permutation_p_value(labels, predicted))


def permutation_p_value(labels: Integers, predicted: Integers) -> float:
    """How often labels dealt out anew reach the same sum of recalls."""
    classes, labels = np.unique(labels, return_inverse=True)
    # What was predicted and never occurs is no hit under any permutation; one class holds all of it.
    predicted = np.where(np.isin(predicted, classes), np.searchsorted(classes, predicted), len(classes))
    weight = 1 / np.bincount(labels)
    observed = float(weight[labels[labels == predicted]].sum())
    sums = (
        permuted_tables(labels, predicted, weight)
        if len(classes) ** 2 <= len(labels)
        else permuted_labels(labels, predicted, weight)
    )
    # Sums of the same terms in another order differ in their last bits.
    as_good = sum(int((block >= observed - 1e-9).sum()) for block in sums)
    return (1 + as_good) / (1 + PERMUTATIONS)


def permuted_tables(labels: Integers, predicted: Integers, weight: Floats) -> Iterator[Floats]:
    """The table of labels and predictions, drawn with its margins (Patefield 1981): no work that grows with the rows."""
    count = len(weight)
    table = random_table(np.bincount(labels), np.bincount(predicted, minlength=count + 1))
    rng = np.random.default_rng(0)
    for size in blocks(count * (count + 1)):
        drawn = table.rvs(size, random_state=rng)
        yield np.einsum("tii,i->t", drawn[:, :, :count], weight)


def permuted_labels(labels: Integers, predicted: Integers, weight: Floats) -> Iterator[Floats]:
    """For more classes than make a small table."""
    rng = np.random.default_rng(0)
    for size in blocks(len(labels)):
        shuffled = rng.permuted(np.broadcast_to(labels, (size, len(labels))), axis=1)
        yield ((shuffled == predicted) * weight[shuffled]).sum(axis=1)


def blocks(cells: int) -> Iterator[int]:
    at_once = max(1, BLOCK_CELLS // cells)
    for start in range(0, PERMUTATIONS, at_once):
        yield min(at_once, PERMUTATIONS - start)


def auc_p_value(positive: Floats, negative: Floats) -> float:
    """Mann and Whitney's U. Without ties exact for few rows, else the normal limit. With ties that is far off where few scores
    differ, however many rows there are, so labels are dealt out anew; not where both sides have more than `DRAWN` rows."""
    scores = np.concatenate([positive, negative])
    smaller = min(len(positive), len(negative))
    if len(np.unique(scores)) == len(scores) or smaller > DRAWN:
        return float(mannwhitneyu(positive, negative, alternative="greater", method="auto").pvalue)
    # Twice the mid-ranks are whole numbers, so equal sums are equal.
    ranks = (2 * rankdata(scores)).astype(np.int64)
    observed = int(ranks[: len(positive)].sum())
    rng = np.random.default_rng(0)
    drawn = np.array([ranks[rng.choice(len(ranks), smaller, replace=False, shuffle=False)].sum() for _ in range(PERMUTATIONS)])
    sums = drawn if len(positive) == smaller else ranks.sum() - drawn
    return (1 + int((sums >= observed).sum())) / (1 + PERMUTATIONS)
