"""Tables of an experiment: mean values, mean ranks, and significance.

Every function takes results in one of two forms: a tidy frame with one row a task and
method, or a frame with tasks as rows and methods as columns.
"""

import numpy as np
import pandas as pd
from scipy.stats import wilcoxon


def task_matrix(results, *, task="task", method="method", value="auc"):
    """Arrange results as tasks by methods.

    Parameters
    ----------
    results : DataFrame
        Tidy, with the three columns below, or already tasks by methods.
    task : str or list of str, optional (default="task")
        Column(s) that name a task.
    method : str, optional (default="method")
        Column that names a method.
    value : str, optional (default="auc")
        Column of values; repeats of a task and method, such as seeds, are averaged.

    Returns
    -------
    DataFrame of shape (n_tasks, n_methods)
        Float values, tasks and methods in order of appearance.

    Raises
    ------
    ValueError
        If columns are missing from a tidy frame, or a method lacks a task.
    """
    tasks = [task] if isinstance(task, str) else list(task)
    wanted = {*tasks, method, value}
    if wanted <= set(results.columns):
        groups = results.groupby([*tasks, method], sort=False)[value].mean()
        matrix = groups.unstack(method, sort=False)
    elif wanted & set(results.columns):
        raise ValueError(
            f"a tidy frame needs the columns {sorted(wanted)}, got "
            f"{list(results.columns)}; pass task=, method= or value="
        )
    else:
        matrix = results
    return _complete(matrix.astype(float))


def _complete(matrix):
    """Return the matrix if each method has each task."""
    holes = [
        f"{method} on {task}"
        for task, row in matrix.iterrows()
        for method in matrix.columns[row.isna()]
    ]
    if holes:
        raise ValueError(
            "each method needs a value for each task, got none for "
            f"{'; '.join(holes)}; run them, or drop those tasks"
        )
    return matrix


def rank_table(results, *, greater_is_better=True, **columns):
    """Rank the methods within each task.

    Parameters
    ----------
    results : DataFrame
        Tidy or tasks by methods.
    greater_is_better : bool, optional (default=True)
        Whether the largest value gets rank 1.
    **columns : str
        ``task``, ``method`` and ``value`` of a tidy frame, see `task_matrix`.

    Returns
    -------
    DataFrame of shape (n_tasks, n_methods)
        1 is best; ties share the mean of their ranks.
    """
    matrix = task_matrix(results, **columns)
    return matrix.rank(axis=1, ascending=not greater_is_better, method="average")


def mean_table(results, *, greater_is_better=True, **columns):
    """Mean value and mean rank of each method.

    Parameters
    ----------
    results, greater_is_better, **columns
        As in `rank_table`.

    Returns
    -------
    DataFrame of shape (n_methods, 3)
        Columns ``mean``, ``std`` (over tasks, with Bessel's correction) and
        ``mean_rank``; methods in order of appearance.
    """
    matrix = task_matrix(results, **columns)
    ranks = rank_table(matrix, greater_is_better=greater_is_better)
    return pd.DataFrame(
        {"mean": matrix.mean(), "std": matrix.std(), "mean_rank": ranks.mean()}
    )


def grouped_means(results, by, *, greater_is_better=True, **columns):
    """Mean value and mean rank tables with one row a group, as the papers print them.

    Parameters
    ----------
    results : DataFrame
        Tidy, with a further column ``by``.
    by : str
        Column of groups, such as the augmentation.
    greater_is_better : bool, optional (default=True)
        Whether the largest value gets rank 1.
    **columns : str
        ``task``, ``method`` and ``value``, see `task_matrix`.

    Returns
    -------
    means, mean_ranks : DataFrame of shape (n_groups, n_methods)
        Groups and methods in order of appearance.
    """
    tables = {
        group: mean_table(rows, greater_is_better=greater_is_better, **columns)
        for group, rows in results.groupby(by, sort=False)
    }
    means = pd.DataFrame({group: t["mean"] for group, t in tables.items()}).T
    ranks = pd.DataFrame({group: t["mean_rank"] for group, t in tables.items()}).T
    return means.rename_axis(by), ranks.rename_axis(by)


def wilcoxon_table(results, method_of_interest, *, greater_is_better=True, **columns):
    """Test whether one method beats each of the others.

    Parameters
    ----------
    results : DataFrame
        Tidy or tasks by methods.
    method_of_interest : str
        The method that is compared with all others.
    greater_is_better : bool, optional (default=True)
        Whether larger values are better.
    **columns : str
        ``task``, ``method`` and ``value`` of a tidy frame, see `task_matrix`.

    Returns
    -------
    DataFrame of shape (n_methods - 1, 3)
        Columns ``mean_advantage`` (positive where the method is better), ``p`` of the
        one-sided Wilcoxon signed-rank test over tasks, and ``p_holm`` corrected for the
        number of comparisons. Where all differences are zero, p is 1.

    Raises
    ------
    ValueError
        If the method is not among the results.

    References
    ----------
    .. [1] S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure",
       Scandinavian Journal of Statistics 1979.
    """
    matrix = task_matrix(results, **columns)
    if method_of_interest not in matrix.columns:
        raise ValueError(
            f"no method {method_of_interest!r} among the results, got "
            f"{list(matrix.columns)}"
        )
    sign = 1.0 if greater_is_better else -1.0
    others = matrix.drop(columns=method_of_interest)
    advantage = others.rsub(matrix[method_of_interest], axis=0) * sign
    p = advantage.apply(_one_sided_p)
    return pd.DataFrame(
        {"mean_advantage": advantage.mean(), "p": p, "p_holm": holm(p.to_numpy())}
    )


def _one_sided_p(differences):
    """p of the signed-rank test that differences tend to be positive."""
    if not differences.any():
        return 1.0
    return float(wilcoxon(differences, alternative="greater").pvalue)


def holm(p_values):
    """Holm's step-down correction for multiple tests.

    Parameters
    ----------
    p_values : array-like of shape (n_tests,)
        Uncorrected p-values.

    Returns
    -------
    ndarray of shape (n_tests,)
        Corrected p-values, at most 1, in the order given.

    Examples
    --------
    >>> holm([0.25, 0.125, 0.0625])
    array([0.25  , 0.25  , 0.1875])
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return corrected


def to_markdown(frame, *, digits=3):
    """Format a frame as a Markdown table, without further packages.

    Parameters
    ----------
    frame : DataFrame
        Any table.
    digits : int, optional (default=3)
        Decimals of floating-point numbers.

    Returns
    -------
    str
        A table in pipes, the index as first column, without a final newline.

    Examples
    --------
    >>> print(to_markdown(pd.DataFrame({"auc": [0.5]}, index=["knn"])))
    |  | auc |
    | --- | --- |
    | knn | 0.500 |
    """
    head = ["" if frame.index.name is None else str(frame.index.name)]
    head += [str(column) for column in frame.columns]
    rows = [[row[0], *row[1:]] for row in frame.itertuples(name=None)]
    lines = [head, ["---"] * len(head)]
    lines += [[_cell(value, digits) for value in row] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value, digits):
    """Format one cell; a pipe would end it early."""
    if isinstance(value, float | np.floating):
        return f"{value:.{digits}f}"
    return str(value).replace("|", "\\|")
