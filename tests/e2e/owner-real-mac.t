#!/bin/sh
# SPDX-License-Identifier: MIT
virtual_mac=false
# shellcheck source=tests/e2e/owner.sh
. "$(dirname "$0")/owner.sh"
