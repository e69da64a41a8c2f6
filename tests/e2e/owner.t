#!/bin/sh
# SPDX-License-Identifier: MIT
virtual_mac=true
# shellcheck source=tests/e2e/owner.sh
. "$(dirname "$0")/owner.sh"
