/* SPDX-License-Identifier: MIT */
/*
 * vrrpctl(8): asks the agent over its control socket and shows the answer.
 * The agent speaks JSON only; how it looks to a person is decided here.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 5 /* seconds without a word from the agent */

static const char usage[] = "usage: vrrpctl [-jV] [-s SOCKET] COMMAND\n"
			    "commands: status\n";

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof address.sun_path)
		return -1;
	strcpy(address.sun_path, path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The agent's whole answer, or NULL with errno. */
static json_t *ask(const char *path, const char *command)
{
	json_error_t error;
	json_t *answer;
	FILE *stream;
	int fd = connect_to(path);

	if (fd < 0)
		return NULL;
	if (dprintf(fd, "%s\n", command) < 0 || !(stream = fdopen(fd, "r"))) {
		close(fd);
		return NULL;
	}
	errno = 0;
	answer = json_loadf(stream, 0, &error);
	if (!answer && !errno)
		errno = EPROTO;
	fclose(stream);
	return answer;
}

static const char *string(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

static int64_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* "4d 2h", "3m 20s", "12s": two figures are enough. */
static const char *duration(int64_t us, char text[32])
{
	int64_t s = us / 1000000;

	if (s >= 86400)
		snprintf(text, 32, "%" PRId64 "d %" PRId64 "h", s / 86400,
			 s % 86400 / 3600);
	else if (s >= 3600)
		snprintf(text, 32, "%" PRId64 "h %" PRId64 "m", s / 3600,
			 s % 3600 / 60);
	else if (s >= 60)
		snprintf(text, 32, "%" PRId64 "m %" PRId64 "s", s / 60, s % 60);
	else
		snprintf(text, 32, "%" PRId64 "s", s);
	return text;
}

static int print_status(const json_t *answer)
{
	const json_t *routers = json_object_get(answer, "routers");
	int64_t now = number(json_object_get(answer, "clock"), "monotonic-us");
	const json_t *r;
	size_t i;

	printf("%-16s %-15s %4s %-6s %-10s %-9s %4s  %s\n", "NAME", "INTERFACE",
	       "VRID", "FAMILY", "STATE", "SINCE", "PRIO", "ACTIVE");
	json_array_foreach(routers, i, r)
	{
		int64_t since = number(json_object_get(r, "last-transition"),
				       "time-us");
		const char *fault =
			json_string_value(json_object_get(r, "fault"));
		char text[32] = "-";

		if (since > 0)
			duration(now - since, text);
		printf("%-16s %-15s %4" PRId64 " %-6s %-10s %-9s %4" PRId64
		       "  %s%s%s\n",
		       string(r, "name"), string(r, "interface"),
		       number(r, "vrid"), string(r, "family"),
		       string(r, "state"), text, number(r, "priority"),
		       string(r, "last-adv-source"), fault ? "  " : "",
		       fault ? fault : "");
	}
	return 0;
}

static int print_json(const json_t *answer)
{
	int err = json_dumpf(answer, stdout, JSON_INDENT(2));

	putchar('\n');
	return err ? 1 : 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "socket", required_argument, NULL, 's' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = "/run/vrrpd/control", *error;
	bool json = false;
	json_t *answer;
	int c, status;

	/* Options may also follow the command: "vrrpctl status --json". */
	while ((c = getopt_long(argc, argv, "js:V", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			json = true;
			break;
		case 's':
			path = optarg;
			break;
		case 'V':
			puts("vrrpctl " VERSION);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (argc - optind != 1 || strcmp(argv[optind], "status") != 0) {
		fputs(usage, stderr);
		return 2;
	}
	answer = ask(path, argv[optind]);
	if (!answer) {
		fprintf(stderr, "vrrpctl: %s: %s (is vrrpd running?)\n", path,
			strerror(errno));
		return 1;
	}
	error = json_string_value(json_object_get(answer, "error"));
	if (error) {
		fprintf(stderr, "vrrpctl: %s\n", error);
		status = 1;
	} else {
		status = json ? print_json(answer) : print_status(answer);
	}
	json_decref(answer);
	return status;
}
