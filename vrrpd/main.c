/* SPDX-License-Identifier: MIT */
/*
 * vrrpd(8): options, the configuration, what the process needs, and then the
 * daemon (daemon.h) until a signal ends it.
 */
#include "vrrpd/config.h"
#include "vrrpd/daemon.h"
#include "vrrpd/log.h"
#include "vrrpd/process.h"
#include "vrrpd/signals.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FAST INT64_C(100000) /* us: needs real-time priority on a busy host */

#define OTHER_FILES 64 /* descriptors that are not of a virtual router */

struct options {
	const char *config;
	const char *socket; /* NULL: "control" in the state directory */
	const char *state_dir;
	enum daemon_beginning beginning;
	bool check;
	bool print;
	bool verbose;
};

static const char usage[] =
	"usage: vrrpd [-nptTvV] [-f FILE] [-s SOCKET] [-S STATE-DIR]\n";

static void parse_options(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'f' },
		{ "check", no_argument, NULL, 'n' },
		{ "print-config", no_argument, NULL, 'p' },
		{ "socket", required_argument, NULL, 's' },
		{ "state-dir", required_argument, NULL, 'S' },
		{ "take-over", no_argument, NULL, 't' },
		{ "stand-in", no_argument, NULL, 'T' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "f:nps:S:tTvV", options, NULL)) !=
	       -1) {
		switch (c) {
		case 'f':
			o->config = optarg;
			break;
		case 'n':
			o->check = true;
			break;
		case 'p':
			o->print = true;
			break;
		case 's':
			o->socket = optarg;
			break;
		case 'S':
			o->state_dir = optarg;
			break;
		case 't':
			o->beginning = DAEMON_TAKE_OVER;
			break;
		case 'T':
			o->beginning = DAEMON_STAND_IN;
			break;
		case 'v':
			o->verbose = true;
			break;
		case 'V':
			puts("vrrpd " VERSION);
			exit(0);
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		exit(2);
	}
}

static void report(void *arg, const char *line)
{
	(void)arg;
	fprintf(stderr, "%s\n", line);
}

/* Where it may matter, a warning. */
static void ask_for_privileges(const struct config *config)
{
	int no_priority = process_realtime();
	int not_locked = process_stay_resident();
	enum log_level level = LOG_INFO;

	for (size_t n = 0; n < config->count; n++)
		if (config->routers[n].interval < FAST)
			level = LOG_WARN;
	if (no_priority)
		log_write(
			level,
			"no real-time priority (%s): with advertisements "
			"faster than 100ms, a busy host may take over falsely",
			strerror(-no_priority));
	if (not_locked)
		log_write(
			level,
			"memory not locked (%s): where it is short, vrrpd may "
			"be late",
			strerror(-not_locked));
}

/* The file may be read again from wherever we are then. */
static int make_absolute(const char *path, char absolute[PATH_MAX])
{
	char here[PATH_MAX] = "";
	int size;

	if (path[0] != '/' && !getcwd(here, sizeof here))
		return -errno;
	size = snprintf(absolute, PATH_MAX, "%s%s%s", here,
			path[0] == '/' ? "" : "/", path);
	return size < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int make_paths(const struct options *o, struct daemon_paths *paths)
{
	int size;

	paths->beginning = o->beginning;
	if (o->socket)
		size = snprintf(paths->socket, PATH_MAX, "%s", o->socket);
	else
		size = snprintf(paths->socket, PATH_MAX, "%s/control",
				o->state_dir);
	if (size >= PATH_MAX ||
	    snprintf(paths->promises, PATH_MAX, "%s/promises", o->state_dir) >=
		    PATH_MAX)
		return -ENAMETOOLONG;
	return make_absolute(o->config, paths->config);
}

/* Takes over `config`. */
static int start(const struct options *o, struct config *config,
		 struct daemon **daemon, struct daemon_paths *paths)
{
	const char *missing = process_missing_capability();
	size_t count = config->count;
	int err = make_paths(o, paths);

	if (missing) {
		log_error("%s is missing: vrrpd needs CAP_NET_ADMIN and "
			  "CAP_NET_RAW",
			  missing);
		err = -EPERM;
		goto out;
	}
	if (!err && mkdir(o->state_dir, 0755) < 0 && errno != EEXIST) {
		err = -errno;
		log_error("%s: %s", o->state_dir, strerror(-err));
	}
	if (err)
		goto out;
	ask_for_privileges(config); /* of the daemon's threads, too */
	err = daemon_open(daemon, config, paths);
	if (!err)
		log_info("vrrpd " VERSION " runs %zu virtual router%s of %s",
			 count, count == 1 ? "" : "s", o->config);
	return err;
out:
	config_free(config);
	return err;
}

static int run(const struct options *o, struct config *config)
{
	struct daemon *daemon;
	struct daemon_paths paths;
	int err = start(o, config, &daemon, &paths);

	if (err)
		return err;
	err = daemon_run(daemon);
	daemon_close(daemon);
	if (err)
		log_error("%s", strerror(-err));
	else
		log_info("ended");
	return err;
}

int main(int argc, char **argv)
{
	struct options o = {
		.config = "/etc/vrrpd/vrrpd.cfg",
		.state_dir = "/run/vrrpd",
	};
	struct config *config;
	int err = 0;

	parse_options(&o, argc, argv);
	config = config_load(o.config, report, NULL);
	if (!config)
		return 1;
	if (o.print) {
		config_print(config, stdout);
	} else if (!o.check) {
		process_prepare(OTHER_FILES + 2 * config->count);
		signals_block();
		log_start(o.verbose ? LOG_DEBUG : LOG_INFO);
		err = run(&o, config);
		config = NULL;
		if (!log_stop())
			_exit(err ? 1 : 0);
	}
	config_free(config);
	return err ? 1 : 0;
}
