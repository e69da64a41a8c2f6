# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# vrrpd, keepalived and FRR, told the same in their own words.  Sourced after
# lib.sh by whoever compares them, or lets one take over from the other.
#
#	daemon=vrrpd		which one the routers run; daemon_r1=... for r1
#	interval=100		ms between advertisements; priority_r1=...,
#	virtual_mac=true	preempt=true, preempt_delay=0 (s), checksum=rfc9568,
#				packet_io=pcap (vrrpd's alone)
#	vrouter NAME INTERFACE VRID ADDRESS...  a virtual router that all have
#	daemon_start NAME	with these settings, its pid remembered
#	daemon_again NAME	with the file that it had
#	daemon_next NAME	the same, beside the one that runs, from which it
#				takes over; returns 1 if no daemon of its kind can
#	daemon_reload NAME	with the settings as they are now
#	is NAME STATE [VROUTER]	are all its virtual routers active, or backup?
#	unable NAME		why the settings cannot be met by its daemon
#	daemon_version DAEMON	what it says of itself: "2.2.7"
#
# What the lab knows of a daemon's states it reads in that one's log, each line
# of which is stamped as it is written: states.awk.

: "${daemon:=vrrpd}" "${interval:=100}" "${virtual_mac:=true}"
: "${preempt:=true}" "${preempt_delay:=0}" "${checksum:=rfc9568}"
: "${packet_io:=pcap}"

daemon_of() { eval "echo \"\${daemon_$1:-\$daemon}\""; }
priority_of() { eval "echo \"\${priority_$1:-100}\""; }
checksum_of() { eval "echo \"\${checksum_$1:-\$checksum}\""; }

vrouter() { echo "$@" >>"$LAB/vrouters"; }

# How many virtual routers of the RFC, which has one per family, by that name.
daemon_families() {
	awk -v name="$1" 'name == "" || name == $1 { four = six = 0
		for (i = 4; i <= NF; i++)
			if ($i ~ /:/) six = 1; else four = 1
		n += four + six
	} END { print n + 0 }' "$LAB/vrouters"
}

unable() {
	case $(daemon_of "$1") in
	keepalived)
		[ -x /usr/sbin/keepalived ] || echo "keepalived is not installed"
		;;
	frr)
		[ -x /usr/lib/frr/vrrpd ] || echo "FRR is not installed"
		[ "$virtual_mac" = true ] ||
			echo "FRR has no virtual router without virtual MAC"
		[ "$preempt_delay" = 0 ] || echo "FRR has no preempt delay"
		;;
	esac
}

daemon_version() {
	case $1 in
	vrrpd) "$BIN/vrrpd" --version ;;
	keepalived) /usr/sbin/keepalived --version ;;
	frr) /usr/lib/frr/vrrpd --version ;;
	esac 2>&1 | sed -n '1s/^[^0-9]*\([0-9.]*[0-9]\).*/\1/p'
}

# ---- Configurations ----

daemon_write_vrrpd() {
	awk -v priority="$(priority_of "$1")" -v interval="$interval" \
		-v mac="$virtual_mac" -v preempt="$preempt" \
		-v delay="$preempt_delay" -v checksum="$(checksum_of "$1")" \
		-v packet_io="$packet_io" '
	BEGIN { print "virtual_routers = (" }
	{
		printf "%s  {\n    name = \"%s\";\n    interface = \"%s\";\n" \
			"    vrid = %d;\n    priority = %d;\n" \
			"    advertisement_interval = \"%dms\";\n" \
			"    preempt = %s;\n    preempt_delay = \"%ss\";\n" \
			"    virtual_mac = %s;\n    checksum = \"%s\";\n" \
			"    packet_io = \"%s\";\n" \
			"    virtual_addresses = [", (NR > 1 ? ",\n" : ""), $1,
			$2, $3, priority, interval, preempt, delay, mac,
			checksum, packet_io
		for (i = 4; i <= NF; i++)
			printf "%s \"%s\"", (i > 4 ? "," : ""), $i
		printf " ];\n  }"
	}
	END { print "\n);" }' "$LAB/vrouters"
}

# An instance for each family, as keepalived has it.
daemon_write_keepalived() {
	awk -v priority="$(priority_of "$1")" -v interval="$interval" \
		-v mac="$virtual_mac" -v preempt="$preempt" \
		-v delay="$preempt_delay" '
	function instance(family,    i, some) {
		for (i = 4; i <= NF; i++)
			some = some || ($i ~ /:/) == (family == 6)
		if (!some)
			return
		printf "vrrp_instance %s_%d {\n\tinterface %s\n" \
			"\tvirtual_router_id %d\n\tpriority %d\n" \
			"\tadvert_int %g\n", $1, family, $2, $3, priority,
			interval / 1000
		if (mac == "true")
			print "\tuse_vmac"
		if (preempt == "false")
			print "\tnopreempt"
		if (delay > 0)
			print "\tpreempt_delay " delay
		print "\taccept\n\tvirtual_ipaddress {"
		for (i = 4; i <= NF; i++)
			if (($i ~ /:/) == (family == 6) && listed++ < 20)
				print "\t\t" $i
		print "\t}"
		if (listed > 20)
			print "\tvirtual_ipaddress_excluded {"
		for (i = 4; i <= NF; i++)
			if (($i ~ /:/) == (family == 6) && beyond++ >= 20)
				print "\t\t" $i
		print (listed > 20 ? "\t}\n" : "") "}"
		listed = beyond = 0
	}
	BEGIN { print "global_defs {\n\tvrrp_version 3\n}" }
	{ instance(4); instance(6) }' "$LAB/vrouters"
}

# The comments are for netns-lab/frr, which makes the macvlans.
daemon_write_frr() {
	awk -v priority="$(priority_of "$1")" -v interval="$interval" \
		-v preempt="$preempt" -v host="$(priority_of "$1")" '
	function macvlan(family,    i, list) {
		for (i = 4; i <= NF; i++)
			if (($i ~ /:/) == (family == 6) && $i !~ /^fe80/)
				list = list " " $i
		if (list)
			printf "! macvlan %s %d %d %s%s\n", $2, family, $3,
				family == 6 ? sprintf("fe80::f:%x:%x", host,
				$3) : "-", list
	}
	{
		macvlan(4)
		macvlan(6)
		text = text sprintf("interface %s\n vrrp %d version 3\n" \
			" vrrp %d advertisement-interval %d\n" \
			" vrrp %d priority %d\n", $2, $3, $3, interval, $3,
			priority)
		if (preempt == "false")
			text = text " no vrrp " $3 " preempt\n"
		for (i = 4; i <= NF; i++) {
			split($i, part, "/")
			text = text sprintf(" vrrp %d %s %s\n", $3,
				$i ~ /:/ ? "ipv6" : "ip", part[1])
		}
		text = text "exit\n"
	}
	END { printf "%s", text }' "$LAB/vrouters"
}

daemon_configure() {
	mkdir -p "$LAB/$1/daemon"
	"daemon_write_$(daemon_of "$1")" "$1" >"$LAB/$1/daemon/cfg"
}

# ---- Processes ----

# In the place of lib.sh's: what it says goes to "log" as it is, and stamped to
# "log.us".
lab_daemon() {
	rm -f "$LAB/$1/pipe"
	mkfifo "$LAB/$1/pipe"
	"$BIN/stamp" "$LAB/$1/log.us" <"$LAB/$1/pipe" >>"$LAB/$1/log" &
	echo "$!" >"$LAB/$1/reader"
	ip netns exec "$@" >"$LAB/$1/pipe" 2>&1 </dev/null &
	echo "$!" >"$LAB/$1/pid"
}

daemon_again() {
	event_process "$1" started "$(daemon_of "$1") starts"
	now_us >"$LAB/$1/since"
	case $(daemon_of "$1") in
	vrrpd) vrrpd "$1" "$LAB/$1/daemon/cfg" ;;
	keepalived) keepalived "$1" "$LAB/$1/daemon/cfg" ;;
	frr)
		chmod 755 "$LAB" "$LAB/$1"
		lab_daemon "$1" "$TOP/netns-lab/frr" "$LAB/$1/daemon"
		;;
	esac
}

daemon_next() {
	[ "$(daemon_of "$1")" = vrrpd ] || return 1
	vrrpd "$1" "$LAB/$1/daemon/cfg" --take-over
}

daemon_start() {
	daemon_configure "$1"
	daemon_again "$1"
}

# FRR reloads by a program of its own, which is not tried here.
daemon_reload() {
	daemon_configure "$1"
	case $(daemon_of "$1") in
	vrrpd) ctl "$1" reload >"$LAB/$1/reloaded" 2>&1 ;;
	*) kill_daemon "$1" HUP ;;
	esac
}

# ---- States ----

# states NAME: what the log of its daemon tells, as JSON lines.
states() {
	[ -e "$LAB/$1/log.us" ] || return 0
	awk -v router="$1" -v daemon="$(daemon_of "$1")" \
		-f "$TOP/netns-lab/states.awk" "$LAB/vrouters" "$LAB/$1/log.us"
}

# Of others than vrrpd by their log, from their last start on.
is() {
	if [ "$(daemon_of "$1")" = vrrpd ]; then
		# With no input at all, jq -e would be content.
		ctl "$1" --json status 2>/dev/null | jq -n -e \
			--arg state "$2" --arg name "${3:-}" '
			[inputs.routers[] |
			select($name == "" or .name == $name).state] |
			unique == [$state]' >/dev/null
	else
		states "$1" | jq -e -s --arg state "$2" --arg name "${3:-}" \
			--argjson since "$(cat "$LAB/$1/since")" \
			--argjson count "$(daemon_families "${3:-}")" '
			map(select(.time_us >= $since)) |
			map(select($name == "" or .instance == $name)) |
			group_by([.instance, .family]) | map(.[-1].state) |
			length == $count and all(. == $state)' >/dev/null
	fi
}
