#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Whatever makes an Active go or come back on purpose, who asks it every 100 us,
# by IPv4 and by IPv6, loses nothing.
family=both interval=10ms asked="192.0.2.1 2001:db8::1"
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 6

# The second virtual router is there because no file may be without any.
with() {
	config r1 200
	sed -i 's/^});/}, {/' "$LAB/r1.cfg"
	without | tail -n +2 >>"$LAB/r1.cfg"
}

without() {
	cat <<-'END'
		virtual_routers = ({
			interface = "eth0"; vrid = 9;
			advertisement_interval = "10ms";
			virtual_addresses = [ "192.0.2.9/24" ];
		});
	END
}

is_removed() {
	without >"$LAB/r1.cfg"
	ctl r1 reload >"$LAB/said"
	within 10 is r2 active
	within 10 idle r1
}

is_added() {
	with
	ctl r1 reload >"$LAB/said"
	within 10 is r1 active
	within 10 is r2 backup
}

is_drained() { ctl r1 drain lan >"$LAB/said" && within 10 is r2 active; }

is_resumed() {
	ctl r1 resume lan >"$LAB/said"
	within 10 is r1 active
	within 10 is r2 backup
}

pair
with
start r1
start r2
within 10 is r1 active
within 10 is r2 backup

check "SIGTERM" spares leaves comes_back --interval 100us
check "a start, and preemption" spares comes_back leaves --interval 100us
check "a reload that removes it" spares is_removed is_added --interval 100us
check "a reload that adds it" spares is_added is_removed --interval 100us
check "vrrpctl drain" spares is_drained is_resumed --interval 100us
check "vrrpctl resume" spares is_resumed is_drained --interval 100us
