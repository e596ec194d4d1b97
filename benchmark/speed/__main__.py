"""Run the study: ``python -m benchmark.speed``."""

from benchmark.speed.study import main

if __name__ == "__main__":
    main()
