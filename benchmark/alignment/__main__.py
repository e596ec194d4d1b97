"""Run the study: ``python -m benchmark.alignment``."""

from benchmark.alignment.study import main

if __name__ == "__main__":
    main()
