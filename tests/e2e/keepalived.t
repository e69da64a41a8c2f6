#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A pair with keepalived, in both roles; it computes IPv4 checksums in the form
# of RFC 5798.  Skipped where keepalived is not installed.
family=ipv4 extra='checksum = "rfc5798";'
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

[ -x /usr/sbin/keepalived ] || skip_all "keepalived is not installed"
plan 7

pair
config r2 200
cat >"$LAB/keepalived.cfg" <<-END
	global_defs {
		vrrp_version 3
	}
	vrrp_instance lan {
		interface eth0
		use_vmac
		virtual_router_id 51
		priority 150
		advert_int 0.1
		virtual_ipaddress {
			192.0.2.1/24
		}
	}
END

keepalived r1 "$LAB/keepalived.cfg"
within 10 holds r1 192.0.2.1
start r2
check "vrrpd preempts keepalived" within 10 is r2 active
check "which yields" within 10 not holds r1 192.0.2.1
stop r2
check "keepalived takes over from vrrpd that leaves" within 10 idle r2
check "and serves" within 10 holds r1 192.0.2.1

extra=
config r2 100
start r2
check "vrrpd waits behind keepalived" within 10 is r2 backup
check "and says that its checksums will not be understood" \
	within 10 logged r2 "RFC 5798's"
kill_daemon r1 TERM
check "it takes over when keepalived leaves" within 10 is r2 active
