"""Tables as files, and as a reader sees them."""

import pandas as pd

from model_selection import to_markdown


def save_tables(tables, folder):
    """Write every table as CSV under its name, with its index where rows have names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        has_names = not isinstance(table.index, pd.RangeIndex)
        table.to_csv(folder / f"{name}.csv", index=has_names, float_format="%.6g")


def print_table(title, table):
    """Print a title and a Markdown table."""
    print(f"\n{title}\n\n{to_markdown(table)}")
