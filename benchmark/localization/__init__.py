"""Where is the defect: every map on every task, measured on pixels."""
