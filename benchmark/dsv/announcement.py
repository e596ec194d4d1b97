"""What a run will do and about how long it takes, said before the work starts."""


def announce(specs, tasks, objects, n_jobs):
    return ""
