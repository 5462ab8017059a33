"""Starts the shop."""

import os
import sys

WANTED = ["DATABASE_URL", "PAYMENT_URL"]

if __name__ == "__main__":
    level = os.environ.get("LOG_LEVEL", "info")
    for name in WANTED:
        if not os.environ.get(name):
            sys.exit(f"the variable {name} is not set")
    print(f"listening on port 8080, logging {level}")
