"""Run the study: ``python -m benchmark.detectors``."""

from benchmark.detectors.study import main

if __name__ == "__main__":
    main()
