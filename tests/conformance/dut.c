/* SPDX-License-Identifier: MIT */
/*
 * Processes and questions to the kernel.  Questions go through iproute2, so
 * that they are those an operator would ask.
 */
#include "tests/conformance/dut.h"

#include "tests/conformance/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void dut_append(char *text, size_t room, const char *format, ...)
{
	size_t used = strlen(text);
	va_list list;

	va_start(list, format);
	vsnprintf(text + used, room - used, format, list);
	va_end(list);
}

void dut_configure(const struct dut *dut, const struct setup *setup,
		   size_t count)
{
	static char text[200000];
	char path[96];
	FILE *file;

	text[0] = '\0';
	dut->daemon->write(dut, text, sizeof text, setup, count);
	snprintf(path, sizeof path, "%s/cfg", dut->directory);
	file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
		perror(path);
		abort();
	}
}

static void become(const struct dut *dut)
{
	char path[96];
	int log;

	snprintf(path, sizeof path, "%s/log", dut->directory);
	log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
	if (log < 0)
		_exit(126);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dut->preload)
		setenv("LD_PRELOAD", dut->preload, 1);
	dut->daemon->run(dut);
	_exit(127);
}

void dut_start(struct dut *dut)
{
	dut->started = wire_now();
	dut->pid = fork();
	if (dut->pid < 0)
		abort();
	if (dut->pid == 0)
		become(dut);
}

void dut_signal(const struct dut *dut, int signal)
{
	if (dut->pid > 0)
		kill(dut->pid, signal);
}

void dut_signal_all(const struct dut *dut, int signal)
{
	dut_shell("ip netns pids %s | xargs -r kill -s %d", dut->name, signal);
}

int dut_wait(struct dut *dut, int milliseconds)
{
	int status;

	for (int i = 0; i <= milliseconds; i += 5) {
		if (waitpid(dut->pid, &status, WNOHANG) == dut->pid) {
			dut->pid = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
		}
		usleep(5000);
	}
	return -1;
}

void dut_stop(struct dut *dut)
{
	for (int i = 0; i < 5; i++) {
		dut_signal(dut, SIGTERM);
		if (dut_wait(dut, 500) >= 0)
			return;
	}
	dut_signal_all(dut, SIGKILL);
	dut_wait(dut, 5000);
}

const char *dut_shell(const char *format, ...)
{
	static char line[4][256];
	static unsigned next;
	char command[512], *answer = line[next++ % 4];
	va_list list;
	FILE *pipe;

	va_start(list, format);
	vsnprintf(command, sizeof command, format, list);
	va_end(list);
	answer[0] = '\0';
	pipe = popen(command, "r");
	if (!pipe)
		abort();
	if (fgets(answer, sizeof line[0], pipe))
		answer[strcspn(answer, "\n")] = '\0';
	/* The rest, or it would die of SIGPIPE. */
	while (getc(pipe) != EOF)
		continue;
	pclose(pipe);
	return answer;
}

int64_t dut_status(const struct dut *dut, const char *filter)
{
	const char *answer;

	if (!dut->daemon->has_status)
		return -1;
	answer = dut_shell("$B/vrrpctl -s %s/control --json status 2>&1 | "
			   "jq -r '%s | numbers' 2>/dev/null",
			   dut->directory, filter);
	return answer[0] ? strtoll(answer, NULL, 10) : -1;
}

bool dut_holds(const struct dut *dut, const char *address)
{
	return dut_shell("ip -n %s -j addr show | jq -r '.[] | "
			 "select(.flags | index(\"NO-CARRIER\") | not) | "
			 ".addr_info[].local' | grep -Fx %s",
			 dut->name, address)[0] != '\0';
}

long dut_logged(const struct dut *dut, const char *text)
{
	return strtol(
		dut_shell("grep -ciF -e '%s' %s/log", text, dut->directory),
		NULL, 10);
}
