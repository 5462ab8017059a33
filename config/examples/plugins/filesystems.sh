#!/bin/sh
# A collector: how full each mounted file system is.
set -eu
cat >/dev/null # The request: there is nothing to choose.
df -Pk | awk '
  BEGIN { printf "{\"schema\": \"seaworthy.exec-facts/v1\", \"facts\": [" }
  NR > 1 && $5 ~ /^[0-9]+%$/ && $6 !~ /["\\]/ && !seen[$6]++ {
    sub(/%/, "", $5)
    printf "%s{\"kind\": \"filesystem\", \"name\": \"%s\", ", separator, $6
    printf "\"value\": {\"ref\": \"%s\", \"used_percent\": %d}}", $6, $5
    separator = ", "
  }
  END { print "]}" }
'
