"""Run the study: ``python -m benchmark.st_ssad``."""

from benchmark.st_ssad.study import main

if __name__ == "__main__":
    main()
