#!/bin/sh
# SPDX-License-Identifier: MIT
family=both virtual_mac=true
# shellcheck source=tests/e2e/failover.sh
. "$(dirname "$0")/failover.sh"
