# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# One run of a story, for lab and try, in a lab of its own.
#
#	take WHERE SCENARIO TITLE DAEMON RUN CMD...
#
# Its records are in WHERE/result.json, what it has said in WHERE/said; $status
# is its exit status.  An interrupt reaches the lab, too; and it ends when we do,
# however we do.  Whatever kept it from its end is a result, too.

take() {
	take_where=$1 take_scenario=$2 take_title=$3 take_daemon=$4 take_run=$5
	shift 5
	status=0
	LAB_OUT=$take_where LAB_DAEMON=$take_daemon LAB_RUN=$take_run \
		setpriv --pdeathsig TERM \
		timeout --foreground -k 5 "${LAB_TIMEOUT:-300}" "$@" \
		>"$take_where/said" 2>&1 </dev/null || status=$?
	[ ! -s "$take_where/result.json" ] || return 0
	jq -n -c --arg scenario "$take_scenario" --arg title "$take_title" \
		--arg daemon "$take_daemon" --argjson run "$take_run" \
		--arg reason "it ended with status $status: $(tail -n 1 \
			"$take_where/said")" '
		{ $scenario, $title, $daemon, $run, verdict: "failed", $reason,
		versions: {}, machine: {}, settings: {}, checks: [],
		events: [], routers: [], probes: [], takeovers: [],
		measures: {} }' >"$take_where/result.json"
}
