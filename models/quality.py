#!/usr/bin/env python3
"""Prints what the table of docs/models.md says of quality, from the report.json of each cross-validation named."""
import json
import sys

for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    gate, reasons = report["gate"], report["reasons"]["figures"]
    print(path)
    for name, figure in (
        ("gate AUC", gate["auc"]),
        ("recall at 1 % false alarms", gate["recall_at_1_percent_false_alarms"]),
        ("UAR of the reasons", reasons["uar"]),
    ):
        print(f"  {name}: {figure['value']:.4f} ({figure['low']:.4f} to {figure['high']:.4f})")
