# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Faults as verbs.  Sourced by lib.sh, which makes what is broken here.  Each
# verb says what it does in $LAB/events right before it does it; PORT is a port
# of a switch ("r1" is that of r1's eth0), NAME a router or host.
#
#	kill NAME		SIGKILL to all of the daemon's processes
#	stop NAME		SIGTERM, a planned exit; waits for the end
#	start_again NAME	what ran there, with the same file
#	restart NAME		stop and start_again
#	upgrade NAME		another process goes on in the place of this one;
#				restart, where the daemon has no such thing
#	reload NAME		have the daemon read its file again
#	freeze, thaw NAME	SIGSTOP and SIGCONT to the daemon's processes
#	vm_pause, vm_resume NAME  all processes stand still, and the network
#				hears nothing of the host
#	power_off NAME		kill all that runs there, forget the kernel's
#				addresses, take its ports away
#	power_on NAME		as it was made, with no daemon
#	host_reboot NAME [S]	off, S seconds later (1) on, start_again
#
#	cut, mend PORT		silently: both ends keep their carrier, and the
#				switch its table of MAC addresses
#	unplug, plug PORT	with loss of carrier
#	flap PORT TIMES [S]	unplug and plug, S seconds (0.1) each
#	one_way PORT mute	what the host sends is lost (or: out)
#	one_way PORT deaf	what is sent to it is lost (or: in)
#	both_ways PORT		the end of that
#	partition PORT... -- PORT... [-- ...]
#				nothing passes from one group to another; ports
#				not named belong to all groups
#	heal			the end of that
#	lose PERCENT [PORT [in|out]]  of what the switches pass on; with a PORT
#				of what it carries, in both directions or one
#	lossless [PORT]		the end of that, as `lose 0 [PORT]`
#	drop_vrrp PORT		the switch loses protocol 112 there
#	pass_vrrp PORT		the end of that
#	delay PORT TIME [JITTER]  each frame, in each direction: 10ms
#	reorder PORT PERCENT TIME  all but PERCENT are late by TIME
#	on_time PORT		the end of both
#
#	flood NAME [RATE|most [LOOKUPS]]  UDP for another port of it, RATE (100000)
#				a second: with LOOKUPS (500) in its packet filter
#				for each, its kernel drops most of them
#	calm			the end of that
#
#	hog_cpu N		N busy loops beside everything else
#	rest			the end of that
#	hold_rtnl TIME		another program keeps the kernel's configuration
#				lock: "300ms", at most 10 s
#	release_rtnl		the end of that, if it has not come by itself
#	delete_address NAME ADDRESS  as another program on the host would, and
#	delete_macvlan NAME	the first one: to mend it is the daemon's duty
#	duplicate_address ADDRESS [SWITCH]  a stray host has it and says so
#	stray_leaves		the end of that
#	firewall_drop NAME	the host's own nftables drop protocol 112
#	firewall_pass NAME	the end of that
#
# What this kernel cannot do returns 77 after a note in $LAB/events.
#
# A SIGKILLed agent leaves its addresses in its kernel, which goes on
# answering, or not, if there is a fence: the silent death of a host is `cut`
# or `vm_pause`, never `kill` alone.
#
# start_again, upgrade and reload call daemon_again, daemon_next and
# daemon_reload NAME, which know what ran there.

# A verb that cannot be done here, and why.
skip_fault() {
	event note - "skipped: $(echo "$*" | tr -d '\\"')"
	echo "SKIP: $*" >&2
	return 77
}

# ---- Processes ----

# All processes of the namespace but those that the lab has put there for its
# own purposes, with LAB_HELPER in their environment.
daemon_pids() {
	fault_files=$(ip netns pids "$1" | sed 's,.*,/proc/&/environ,')
	[ -n "$fault_files" ] || return 0
	# shellcheck disable=SC2086 # names without blanks
	grep -Lzs '^LAB_HELPER=' $fault_files | tr -cd '0-9\n'
}

# Those of PID... that are not the child of another one.
fault_parents() {
	for fault_pid; do
		fault_parent=$(awk '$1 == "PPid:" { print $2 }' \
			"/proc/$fault_pid/status" 2>/dev/null) || continue
		case " $* " in
		*" $fault_parent "*) ;;
		*) echo "$fault_pid" ;;
		esac
	done
}

no_daemon() { [ -z "$(daemon_pids "$1")" ]; }

# fault_signal KIND NAME SIGNALS TEXT: to all of the daemon's processes.
fault_signal() {
	fault_pids=$(daemon_pids "$2")
	[ -n "$fault_pids" ] || fail "no daemon runs on $2"
	event "$1" "$2" "$4"
	for fault_signal in $3; do
		# shellcheck disable=SC2086 # pids
		command kill -s "$fault_signal" $fault_pids
	done
}

# `kill` is the command still, unless its only argument is a router or host.
# Stopped first, so that none sees another one die, and cleans up after it.
kill() {
	if [ $# = 1 ] && [ -e "$LAB/$1/node" ]; then
		fault_signal fault "$1" "STOP KILL" "its daemon is killed"
		# shellcheck disable=SC2086 # pids
		within 10 fault_ended $fault_pids
		event_process "$1" ended killed
	else
		command kill "$@"
	fi
}

# fault_ended PID...: does none of them run any more?  As long as one of its
# threads waits in the kernel, a process that was killed keeps its sockets.
fault_ended() {
	for fault_pid; do
		! grep -qs '^State:[[:space:]]*[^ZX]' \
			"/proc/$fault_pid"/task/*/status || return 1
	done
}

# Whoever is on their way to the end may have a second.
fault_linger() {
	fault_left=20
	until no_daemon "$1" || [ "$fault_left" = 0 ]; do
		sleep 0.05
		fault_left=$((fault_left - 1))
	done
}

# To the parents, which see to it that their children end in good order; and
# then to those whom they have left behind, as FRR's vrrpd does zebra.
fault_stop() {
	fault_pids=$(daemon_pids "$1")
	[ -n "$fault_pids" ] || fail "no daemon runs on $1"
	# shellcheck disable=SC2086 # pids
	fault_pids=$(fault_parents $fault_pids)
	event fault "$1" "$2"
	# shellcheck disable=SC2046,SC2086 # pids
	while [ -n "$fault_pids" ]; do
		command kill -s TERM $fault_pids 2>/dev/null || :
		within 60 fault_ended $fault_pids
		fault_linger "$1"
		fault_pids=$(fault_parents $(daemon_pids "$1"))
	done
	event_process "$1" ended "has ended"
}

stop() { fault_stop "$1" "its daemon is told to end"; }

start_again() {
	event repair "$1" "its daemon is started again"
	daemon_again "$1"
}

restart() {
	fault_stop "$1" "its daemon is restarted"
	start_again "$1"
}

upgrade() {
	fault_pids=$(daemon_pids "$1")
	event fault "$1" "its daemon is upgraded"
	daemon_next "$1" || { restart "$1" && return; }
	# shellcheck disable=SC2086 # pids
	within 60 fault_ended $fault_pids
	event_process "$1" running "another process goes on"
}

reload() {
	event fault "$1" "its daemon reads its file again"
	daemon_reload "$1"
}

freeze() {
	fault_signal fault "$1" STOP "its daemon is frozen"
	event_process "$1" frozen "stands still"
}

thaw() {
	fault_signal repair "$1" CONT "its daemon goes on"
	event_process "$1" running "goes on"
}

# ---- Hosts ----

fault_port_states() {
	for fault_port in $(ports "$1"); do
		bridge link set dev "$fault_port" state "$2"
	done
}

# Its frames end first, as the kernel answers for a host whose processes stand
# still; and the kernel is reachable again before they go on, so that what they
# say is heard.
# fault_vm NAME KIND TEXT PORT-STATE SIGNAL STATE TEXT
fault_vm() {
	fault_pids=$(ip netns pids "$1")
	event "$2" "$1" "$3"
	fault_port_states "$1" "$4"
	# shellcheck disable=SC2086 # pids
	[ -z "$fault_pids" ] || command kill -s "$5" $fault_pids
	event_process "$1" "$6" "$7"
}

vm_pause() {
	fault_vm "$1" fault "the virtual machine pauses" 0 \
		STOP frozen "stands still"
}

vm_resume() {
	fault_vm "$1" repair "the virtual machine goes on" 3 \
		CONT running "goes on"
}

fault_power_off() {
	fault_port_states "$1" 0
	for fault_pid in $(ip netns pids "$1"); do
		command kill -KILL "$fault_pid" 2>/dev/null || :
	done
	# Namespaces go in their own time, a link at once: its name is free.
	for fault_port in $(ports "$1"); do
		ip link del "$fault_port"
	done
	ip netns del "$1"
	rm -f "$LAB/$1/pid" "$LAB/$1/control"
}

power_off() {
	event fault "$1" "its host loses its power"
	fault_power_off "$1"
}

power_on() {
	event repair "$1" "its host boots"
	# shellcheck source=/dev/null # written by lib.sh
	. "$LAB/$1/node"
}

host_reboot() {
	event fault "$1" "its host reboots"
	fault_power_off "$1"
	sleep "${2:-1}"
	power_on "$1"
	daemon_again "$1"
}

# ---- Cables and switches ----

# fault_cable PORT: sets fault_host and fault_interface, its other end.
fault_cable() {
	fault_host=$1 fault_interface=eth0
	for fault_file in "$LAB"/*/node; do
		while read -r _ fault_name fault_port fault_dev _; do
			[ "$fault_port" != "$1" ] || fault_host=$fault_name \
				fault_interface=$fault_dev
		done <"$fault_file"
	done
}

# fault_event KIND PORT TEXT...: about the host of the port.
fault_event() {
	fault_kind=$1
	fault_cable "$2"
	shift 2
	[ "$fault_interface" = eth0 ] || set -- "$@" "($fault_interface)"
	event "$fault_kind" "$fault_host" "$*"
}

# A bridge drops what comes in by, and what would leave by a port that is not
# forwarding, and forgets nothing of what it has learned there.
cut() {
	fault_event fault "$1" "cut off at the switch, silently"
	bridge link set dev "$1" state 0
}

mend() {
	fault_event repair "$1" "connected again"
	bridge link set dev "$1" state 3
}

unplug() {
	fault_event fault "$1" "its cable is pulled"
	ip link set "$1" down
}

plug() {
	fault_event repair "$1" "its cable is plugged in again"
	ip link set "$1" up
}

flap() {
	fault_left=$2
	while [ "$fault_left" -gt 0 ]; do
		unplug "$1"
		sleep "${3:-0.1}"
		plug "$1"
		sleep "${3:-0.1}"
		fault_left=$((fault_left - 1))
	done
}

# fault_filter TABLE, the chains on standard input: in the place of what the
# table was before.
fault_filter() {
	{
		printf 'table bridge %s\ndelete table bridge %s\n' "$1" "$1"
		printf 'table bridge %s {\n' "$1"
		cat
		echo '}'
	} | nft -f -
}

fault_unfilter() {
	printf 'table bridge %s\ndelete table bridge %s\n' "$1" "$1" | nft -f -
}

# fault_drop TABLE PORT in|out|both MATCH: in and out as the host sees it.
# Before the bridge has looked at it, so that it learns nothing from it.
fault_drop() {
	fault_out="iifname \"$2\" $4 drop" fault_in="oifname \"$2\" $4 drop"
	case $3 in
	in | deaf) fault_out= ;;
	out | mute) fault_in= ;;
	esac
	fault_filter "$1" <<-END
		chain sent {
			type filter hook prerouting priority 0
			$fault_out
		}
		chain received {
			type filter hook postrouting priority 0
			$fault_in
		}
	END
}

fault_way() {
	case $1 in
	in | deaf) echo "it hears nothing any more" ;;
	*) echo "it is not heard any more" ;;
	esac
}

one_way() {
	case $2 in
	mute | out | deaf | in) ;;
	*) fail "one_way $*: mute or deaf?" ;;
	esac
	fault_event fault "$1" "$(fault_way "$2")"
	fault_drop "one_way-$1" "$1" "$2" ""
}

both_ways() {
	fault_event repair "$1" "heard again, both ways"
	fault_unfilter "one_way-$1"
}

# fault_groups PORT... -- PORT...: a rule for each pair of different groups.
fault_groups() {
	fault_of=0
	for fault_one; do
		[ "$fault_one" != -- ] || fault_of=$((fault_of + 1))
		fault_to=0
		for fault_other; do
			[ "$fault_other" != -- ] || fault_to=$((fault_to + 1))
			case $fault_one/$fault_other in
			--/* | */--) continue ;;
			esac
			[ "$fault_of" = "$fault_to" ] ||
				echo "iifname \"$fault_one\"" \
					"oifname \"$fault_other\" drop"
		done
	done
}

partition() {
	fault_rules=$(fault_groups "$@")
	[ -n "$fault_rules" ] || fail "partition $*: less than two groups"
	event fault - "the switch falls apart: $*"
	fault_filter partition <<-END
		chain passed_on {
			type filter hook forward priority 0
			$fault_rules
		}
	END
}

heal() {
	event repair - "the switch is whole again"
	fault_unfilter partition
}

lose() {
	if [ "$1" = 0 ]; then
		shift
		lossless "$@"
	elif [ $# = 1 ]; then
		event fault - "$1 % of all frames are lost"
		fault_filter lose <<-END
			chain passed_on {
				type filter hook forward priority 0
				numgen random mod 100 <= $(($1 - 1)) drop
			}
		END
	else
		fault_event fault "$2" "$1 % of its frames are lost${3:+, $3}"
		fault_drop "lose-$2" "$2" "${3:-both}" \
			"numgen random mod 100 <= $(($1 - 1))"
	fi
}

lossless() {
	if [ $# = 0 ]; then
		event repair - "no frame is lost any more"
	else
		fault_event repair "$1" "none of its frames is lost any more"
	fi
	fault_unfilter "lose${1:+-$1}"
}

drop_vrrp() {
	fault_event fault "$1" "the switch drops its VRRP"
	fault_drop "vrrp-$1" "$1" both "meta l4proto 112"
}

pass_vrrp() {
	fault_event repair "$1" "the switch passes its VRRP again"
	fault_unfilter "vrrp-$1"
}

can_netem() {
	tc qdisc add dev lo root netem delay 1ms 2>/dev/null &&
		tc qdisc del dev lo root
}

# fault_netem PORT ARG...: at both ends, so in both directions.
fault_netem() {
	fault_cable "$1"
	fault_port=$1
	shift
	tc -n "$fault_host" qdisc replace dev "$fault_interface" root netem "$@"
	tc qdisc replace dev "$fault_port" root netem "$@"
}

delay() {
	can_netem || skip_fault "delay $*: the kernel has no netem" || return
	fault_event fault "$1" "its frames are late by $2${3:+, give or take $3}"
	# shellcheck disable=SC2086 # no jitter is no argument
	fault_netem "$1" delay "$2" ${3:-}
}

reorder() {
	can_netem || skip_fault "reorder $*: the kernel has no netem" || return
	fault_event fault "$1" "all but $2 % of its frames are late by $3"
	fault_netem "$1" delay "$3" reorder "$2%"
}

on_time() {
	can_netem || skip_fault "on_time $*: the kernel has no netem" || return
	fault_event repair "$1" "its frames are on time again"
	tc qdisc del dev "$1" root
	tc -n "$fault_host" qdisc del dev "$fault_interface" root
}

# ---- What shares the host ----

hog_cpu() {
	event fault - "$1 programs hog the CPU"
	fault_left=$1
	while [ "$fault_left" -gt 0 ]; do
		sh -c 'while :; do :; done' </dev/null >/dev/null 2>&1 &
		echo "$!" >>"$LAB/hogs"
		fault_left=$((fault_left - 1))
	done
}

rest() {
	event repair - "the programs that hogged the CPU end"
	while read -r fault_pid; do
		command kill -KILL "$fault_pid"
		wait "$fault_pid" 2>/dev/null || :
	done <"$LAB/hogs"
	rm "$LAB/hogs"
}

# hold needs a privilege and a kernel with userfaultfd, and says if not.
can_hold_rtnl() {
	fault_status=0
	"$BIN/hold" 1ms >"$LAB/held" 2>"$LAB/held.why" || fault_status=$?
	[ "$fault_status" != 77 ]
}

fault_holds_rtnl() { grep -qs from_us "$LAB/held"; }

hold_rtnl() {
	can_hold_rtnl || skip_fault "hold_rtnl: $(cat "$LAB/held.why")" || return
	rm "$LAB/held"
	event fault - "the kernel's configuration lock is held for $1"
	"$BIN/hold" "$1" >"$LAB/held" 2>"$LAB/held.why" </dev/null &
	echo "$!" >"$LAB/holder"
	within 10 fault_holds_rtnl
}

# Early, or after it has ended by itself.
release_rtnl() {
	event repair - "the kernel's configuration lock is free"
	read -r fault_pid <"$LAB/holder"
	command kill -s TERM "$fault_pid" 2>/dev/null || :
	wait "$fault_pid" || :
}

delete_address() {
	case $2 in
	*:*) fault_length=128 ;;
	*) fault_length=32 ;;
	esac
	# "3: eth0    inet 192.0.2.1/24 scope global eth0\ ..."
	fault_found=$(ip -n "$1" -o addr show to "$2/$fault_length" |
		awk 'NR == 1 { print $4, "dev", $2 }')
	[ -n "$fault_found" ] || fail "delete_address $*: it is not there"
	event fault "$1" "another program deletes $2"
	# shellcheck disable=SC2086 # words
	ip -n "$1" addr del $fault_found
}

delete_macvlan() {
	# "4: vrrp4-2-51@eth0: <...> ..."
	fault_found=$(ip -n "$1" -o link show type macvlan |
		awk -F '[:@ ]+' 'NR == 1 { print $2 }')
	[ -n "$fault_found" ] || fail "delete_macvlan $1: there is none"
	event fault "$1" "another program deletes $fault_found"
	ip -n "$1" link del "$fault_found"
}

fault_passes() { bridge link show dev "$1" | grep -q "state forwarding"; }

# If it is told to, the kernel announces what is on an interface whose MAC
# address is set, be it the same.
duplicate_address() {
	case $1 in
	*/*) fault_address=$1 ;;
	*:*) fault_address=$1/64 ;;
	*) fault_address=$1/24 ;;
	esac
	host stray
	ip link set stray master "${2:-lan}"
	inside stray sh -c 'cd /proc/sys/net && echo 1 >ipv4/conf/eth0/arp_notify &&
		echo 1 >ipv6/conf/eth0/ndisc_notify'
	within 10 fault_passes stray
	event fault stray "a stray host claims $1"
	ip -n stray addr add "$fault_address" dev eth0
	ip -n stray link set eth0 address "$(lab_mac stray)"
}

stray_leaves() {
	event repair stray "the stray host leaves"
	fault_power_off stray
	rm -r "$LAB/stray"
}

firewall_drop() {
	event fault "$1" "the firewall of its host drops VRRP"
	inside "$1" nft -f - <<-END
		table inet firewall_drop
		delete table inet firewall_drop
		table inet firewall_drop {
			chain received {
				type filter hook input priority 0
				meta l4proto 112 counter drop
			}
			chain sent {
				type filter hook output priority 0
				meta l4proto 112 counter drop
			}
		}
	END
}

firewall_pass() {
	event repair "$1" "the firewall of its host passes VRRP again"
	printf 'table inet %s\ndelete table inet %s\n' firewall_drop \
		firewall_drop | inside "$1" nft -f -
}

# shellcheck source=netns-lab/flood.sh
. "$TOP/netns-lab/flood.sh"
