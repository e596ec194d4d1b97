"""Run the study: ``python -m benchmark.selection``."""

from benchmark.selection.study import main

if __name__ == "__main__":
    main()
