"""What ST-SSAD says: what it will do, how long that takes, what starts came to."""

COSTS = {"first": 1.7, "second": 3.4}
"""Plain updates that an iteration takes, as ``python -m benchmark.speed`` measured."""


def announce(families, n_starts, plan, steps, seconds, calibrating=0):
    """Return a line that says what every start will do, and how long all take.

    Parameters
    ----------
    families : list of LearnableAugmentation
    n_starts : int
        Of each family.
    plan : TuningPlan
    steps : int
        Updates after tuning.
    seconds : float
        Of one plain update of the network.
    calibrating : int, optional (default=0)
        Updates of further networks, by which the training images are scored.
    """
    names = ", ".join(type(family).__name__.lower() for family in families)
    total = len(families) * n_starts * count_updates(plan, steps) + calibrating
    return (
        f"tuning {names} from {n_starts} start{'s' * (n_starts > 1)} each: "
        f"{plan.warm_start} updates to warm up, at most {plan.iterations} iterations "
        f"of tuning, {steps} updates to learn on; then {calibrating} updates to "
        f"calibrate; about {format_seconds(total * seconds)}"
    )


def count_updates(plan, steps):
    """Return the work of a start, in plain updates of the network, at most."""
    iteration = COSTS[plan.order] + plan.updates - 1
    return plan.warm_start + plan.iterations * iteration + steps


def format_seconds(seconds):
    """Return a duration in words, with one unit."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 2):.0f} seconds"


def as_line(row):
    """Return a row of ``starts_`` as a line."""
    values = ", ".join(f"{name} {value:.4g}" for name, value in row["tuned"].items())
    return (
        f"start {row['start']}  {row['family']}: {values}  validation loss "
        f"{row['initial_loss']:.4g} -> {row['tuned_loss']:.4g}  selection "
        f"{row['selection']:.4g}  {row['seconds']:.0f} s"
    )
