"""Run the study: ``python -m benchmark.localization``."""

from benchmark.localization.study import main

if __name__ == "__main__":
    main()
