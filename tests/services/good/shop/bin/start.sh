#!/bin/sh
# Starts the shop once every variable that it needs is there.
for name in DATABASE_URL PAYMENT_URL; do
  eval "value=\${$name:-}"
  if [ -z "$value" ]; then
    echo "the variable $name is not set" >&2
    exit 78
  fi
done
exec python3 -m shop
