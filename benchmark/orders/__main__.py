"""Run the study: ``python -m benchmark.orders``."""

from benchmark.orders.study import main

if __name__ == "__main__":
    main()
