# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Prompts in a network that stands: story_shell, which story.sh calls in the
# place of a story when LAB_SHELL is set, which names a terminal.  tmux runs inside the lab, so all of
# it is gone when tmux ends.
#
# Each router and client has a pane, whose prompt is its name and where
# vrrpctl knows the socket; "switch" is outside of all of them, and has the
# verbs that break things.

# The directories of hosts are those with a node file (lib.sh).
shell_hosts() {
	for shell_file in "$LAB"/*/node; do
		basename "${shell_file%/node}"
	done
}

# What a shell reads when it starts there.
shell_prepare() {
	{
		echo "PS1='$1# ' PATH=$BIN:\$PATH"
		[ ! -S "$LAB/$1/control" ] || echo "vrrpctl() {" \
			"'$BIN/vrrpctl' -s '$LAB/$1/control' \"\$@\"; }"
		[ "$1" != switch ] || shell_verbs
	} >"$LAB/$1/rc"
}

shell_verbs() {
	cat <<-END
		LAB_JOINED='$TOP' B='$BIN' daemon='${daemon:-vrrpd}'
		. '$TOP/netns-lab/lib.sh'
		. '$TOP/netns-lab/daemons.sh'
		[ -z '${own_plan:-}' ] || . '$TOP/netns-lab/own/topology.sh'
		own_plan='${own_plan:-}'
		fail() { echo "\$*" >&2; }
		set +eu
		cat '$LAB/hint'
	END
}

# shell_command NAME: an interactive shell, with a history if there is one.
shell_command() {
	shell_inside=
	[ "$1" = switch ] || shell_inside="ip netns exec $1 "
	if command -v bash >/dev/null; then
		echo "${shell_inside}bash --rcfile $LAB/$1/rc -i"
	else
		echo "${shell_inside}env ENV=$LAB/$1/rc sh -i"
	fi
}

shell_tmux() {
	env -u TMUX tmux -S "$LAB/tmux" -f /dev/null "$@"
}

# Beside the others where there is room.
shell_pane() {
	shell_prepare "$1"
	shell_tmux split-window -t lab "$(shell_command "$1")" \
		2>/dev/null || shell_tmux new-window -t lab -n "$1" \
		"$(shell_command "$1")"
	shell_tmux select-layout -t lab tiled >/dev/null
	shell_tmux select-pane -t lab -T "$1"
}

shell_hint() {
	cat >"$LAB/hint" <<-END
		Routers know vrrpctl, clients can ping. Here are the
		verbs that break things (netns-lab/faults.sh): cut,
		mend, unplug, plug, stop, kill, start_again NAME.
		Ctrl-b o: the next pane. Ctrl-b d: the end of it all.
	END
}

story_shell() {
	trap - EXIT
	mkdir -p "$LAB/switch"
	shell_hint
	shell_prepare switch
	shell_tmux new-session -d -s lab -n lab -x 160 -y 48 \
		"$(shell_command switch)"
	shell_tmux set-option -g -w pane-border-status top
	shell_tmux set-option -g -w pane-border-format ' #{pane_title} '
	shell_tmux set-option -g -w allow-rename off
	shell_tmux select-pane -t lab -T switch
	for shell_host in $(shell_hosts); do
		shell_pane "$shell_host"
	done
	shell_tmux select-pane -t lab:lab.0
	# In the background standard input is not the terminal (lib.sh); and
	# tmux writes to it, too.
	shell_tmux attach -t lab <>"$LAB_SHELL" || :
	shell_tmux kill-server 2>/dev/null || :
	exit 0
}
