"""What a run will do and about how long it takes, said before the work starts.

The constants were measured with ``small_cnn`` in float32, two detectors at once on two
cores of an AMD EPYC with AVX512, by ``python -m benchmark.dsv --precision float32
--objects brick,grass,gravel``: 45 detectors of 100 updates in 108 s, 15 baselines in
27 s, the rest in 34 s.
"""

import joblib

BACKBONE = "small_cnn"
# Of training, per pixel of the images and their augmented copies: 0.56 at 64 px.
MICROSECONDS_PER_PIXEL = 0.7
# Of criteria and figures.
SECONDS_PER_TASK = 1.0
SECONDS_TO_START = 15.0


def announce(specs, tasks, objects, baselines, n_jobs):
    """Return what will be done, and the time if it can be estimated.

    Parameters
    ----------
    specs : list of Spec
    tasks : list of Task
    objects : dict of str to AnomalyDataset
    baselines : dict of str to Baseline
    n_jobs : int

    Returns
    -------
    str
    """
    work = (
        f"{len(specs)} detectors on {len(objects)} objects, {len(tasks)} tasks, "
        f"{len(baselines)} baselines"
    )
    if any(spec.backbone != BACKBONE or spec.device != "cpu" for spec in specs):
        return f"{work}; the time is unknown but for {BACKBONE} on the CPU"
    cores = min(joblib.effective_n_jobs(n_jobs), joblib.cpu_count())
    seconds = estimate_seconds(specs, tasks, objects, baselines, cores)
    return f"{work}: about {seconds:.0f} s on {cores} cores, less what is stored"


def estimate_seconds(specs, tasks, objects, baselines, cores):
    """Return the seconds that a run takes if nothing is stored."""
    pixels = sum(s.steps * 2 * s.batch_size * s.image_size**2 for s in specs)
    n_images = sum(len(data.X_train) + len(data.X_test) for data in objects.values())
    fits = MICROSECONDS_PER_PIXEL * 1e-6 * pixels
    fits += n_images * sum(b.seconds_per_image for b in baselines.values())
    return SECONDS_TO_START + fits / cores + SECONDS_PER_TASK * len(tasks)
