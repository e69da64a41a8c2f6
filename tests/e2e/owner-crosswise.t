#!/bin/sh
# SPDX-License-Identifier: MIT
#
# RFC 9568 section 4.2: each of two routers owns its only address and is Backup
# for that of the other, so that both carry load.
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 9

# crosswise NAME PRIORITY-OF-1 PRIORITY-OF-2
crosswise() {
	cat >"$LAB/$1.cfg" <<-END
		virtual_routers = (
			{ name = "one"; interface = "eth0"; vrid = 1;
			  priority = $2; advertisement_interval = "100ms";
			  virtual_addresses = [ "192.0.2.11/24" ]; },
			{ name = "two"; interface = "eth0"; vrid = 2;
			  priority = $3; advertisement_interval = "100ms";
			  virtual_addresses = [ "192.0.2.12/24" ]; });
	END
}
# are NAME STATE-OF-1 STATE-OF-2
are() { shows "$1" "[.routers[].state] == [\"$2\", \"$3\"]"; }

router r1 192.0.2.11/24
router r2 192.0.2.12/24
host client 192.0.2.99/24
crosswise r1 255 100
crosswise r2 100 255
start r1
within 10 are r1 active active
start r2
check "each is Active for its own address" \
	within 10 eval 'are r1 active backup && are r2 backup active'
check "both serve the client" \
	within 10 eval 'reaches 192.0.2.11 && reaches 192.0.2.12'
cut r2
check "one carries both loads when the other is gone" \
	within 10 are r1 active active
check "and serves the client" within 10 reaches 192.0.2.12
mend r2
check "each has its own again" \
	within 10 eval 'are r1 active backup && are r2 backup active'
stop r2
check "a planned exit" within 10 are r1 active active
check "leaves the address with the other one" not holds r2 192.0.2.12
start r2
check "a restart gets it back" \
	within 10 eval 'are r1 active backup && are r2 backup active'
check "and serves the client" within 10 reaches 192.0.2.12
