"""Run the study: ``python -m benchmark.two_stage``."""

from benchmark.two_stage.study import main

if __name__ == "__main__":
    main()
