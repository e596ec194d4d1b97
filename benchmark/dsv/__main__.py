"""Run the study: ``python -m benchmark.dsv``."""

from benchmark.dsv.study import main

if __name__ == "__main__":
    main()
