/* SPDX-License-Identifier: MIT */
/*
 * vrrpd(8): options, the configuration, what the process needs, and then the
 * daemon (daemon.h) until a signal ends it.
 */
#include "vrrpd/config.h"
#include "vrrpd/daemon.h"
#include "vrrpd/log.h"
#include "vrrpd/privilege.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

struct options {
	const char *config;
	const char *socket; /* NULL: "control" in the state directory */
	const char *state_dir;
	bool check;
	bool print;
	bool verbose;
};

static const char usage[] =
	"usage: vrrpd [-npvV] [-f FILE] [-s SOCKET] [-S STATE-DIR]\n";

static void parse_options(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'f' },
		{ "check", no_argument, NULL, 'n' },
		{ "print-config", no_argument, NULL, 'p' },
		{ "socket", required_argument, NULL, 's' },
		{ "state-dir", required_argument, NULL, 'S' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "f:nps:S:vV", options, NULL)) !=
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

/* What the daemon's threads inherit, so before the first of them starts. */
static void prepare_process(void)
{
	struct rlimit files;
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* A lock per virtual router: 510 may exceed the usual 1024. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	/* Three threads that allocate little: one heap is enough for them. */
	mallopt(M_ARENA_MAX, 1);
}

static int run(const struct options *o, const struct config *config)
{
	const char *missing = privilege_missing();
	char socket[PATH_MAX];
	struct daemon *daemon;
	int err;

	if (missing) {
		log_error("%s is missing: vrrpd needs CAP_NET_ADMIN and "
			  "CAP_NET_RAW",
			  missing);
		return -EPERM;
	}
	if (mkdir(o->state_dir, 0755) < 0 && errno != EEXIST) {
		err = -errno;
		log_error("%s: %s", o->state_dir, strerror(-err));
		return err;
	}
	snprintf(socket, sizeof socket, "%s/control", o->state_dir);
	err = daemon_open(&daemon, config, o->socket ? o->socket : socket);
	if (err)
		return err;
	log_info("vrrpd " VERSION " runs %zu virtual router%s of %s",
		 config->count, config->count == 1 ? "" : "s", o->config);
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
		prepare_process();
		log_start(o.verbose ? LOG_DEBUG : LOG_INFO);
		err = run(&o, config);
		log_stop();
	}
	config_free(config);
	return err ? 1 : 0;
}
