"""Run the study: ``python -m benchmark.thresholds``."""

from benchmark.thresholds.study import main

if __name__ == "__main__":
    main()
