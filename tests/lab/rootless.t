#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The lab needs no root where the kernel lets anybody have namespaces.  Root
# runs this as somebody else.

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

# In the lab's user namespace we are root again, hence LAB_INSIDE.
if [ -z "${LAB_INSIDE:-}" ]; then
	if [ "$(id -u)" = 0 ]; then
		nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
		$nobody test -x "$0" ||
			skip "this directory is not for everybody"
		exec $nobody "$0"
	fi
	unshare -rmnpf --mount-proc true 2>/dev/null ||
		skip "user namespaces are not for everybody here"
fi
# shellcheck source=tests/lab/faults.sh
. "$(dirname "$0")/faults.sh"
# shellcheck source=netns-lab/daemons.sh
. "$TOP/netns-lab/daemons.sh"

plan 14

# "inside outside count"
check "this is not root" awk '{ exit $2 == 0 }' /proc/self/uid_map

state_of() { awk '$1 == "State:" { print $2 }' "/proc/$1/status"; }

three_hosts
vrouter lan eth0 51 192.0.2.1/24 fe80::5:1/64 2001:db8::1/64
export priority_r1=200 priority_r2=100
daemon_start r1
check "a pair of routers has an Active" within 20 is r1 active
daemon_start r2
check "and a Backup" within 20 is r2 backup
check "which serves a client" within 20 reaches client 192.0.2.1

cut r1
check "cut: the other one takes over" within 20 is r2 active
check "and serves" within 20 reaches client 192.0.2.1
mend r1
check "mend: the better one is Active" \
	within 20 eval 'is r1 active && is r2 backup'

freeze r1
check "freeze" within 20 eval '[ "$(state_of "$(daemon_pid r1)")" = T ]'
thaw r1
within 20 is r1 active
lose 100 r1
check "lose" not reaches client $R1
lossless r1
check "lossless" within 20 reaches client $R1
firewall_drop r1
firewall_pass r1
unplug r1
plug r1
within 20 is r1 active
kill r1
check "kill" within 20 is r2 active
start_again r1
check "start_again" within 20 is r1 active
host_reboot r1 0.1
check "host_reboot" within 20 is r1 active
stop r1
check "stop" within 20 is r2 active
