#!/usr/bin/env bash
# Makes sure that what speaks and calls offline is there: flite (the voice), baresip and sipp (telephones that call).
# Where they cannot be had it says so, and the tests and the demo that need them are skipped.
set -u
if command -v flite >/dev/null && command -v baresip >/dev/null && command -v sipp >/dev/null; then
  exit 0
fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends flite baresip-core sip-tester >/dev/null && exit 0
fi
echo "Not all of flite, baresip and sipp are here: sudo apt-get install flite baresip-core sip-tester" >&2
