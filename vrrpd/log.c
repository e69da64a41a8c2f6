/* SPDX-License-Identifier: MIT */
/*
 * The one global of the project.  Producers are the loop and the netlink
 * worker; they hold the mutex only to copy a line, the writer never holds it
 * while it writes.
 */
#include "vrrpd/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINES    256
#define SILENCE  INT64_C(10000000) /* us between two limited lines */
#define BURST    10                /* lines in a minute */
#define PATIENCE 2                 /* s, with who should read the last lines */
#define MINUTE   INT64_C(60000000)

struct line {
	enum log_level level;
	struct timespec when;
	char text[500];
};

static struct {
	enum log_level highest;
	bool journal;
	bool running, stop;
	unsigned head, count; /* of the lines waiting in the ring */
	unsigned long lost;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct line line[LINES];
} logger = {
	.highest = LOG_INFO,
	.wake = PTHREAD_COND_INITIALIZER,
};

static void print(const struct line *line)
{
	static const char *const prefix[] = {
		[LOG_ERROR] = "<3>",
		[LOG_WARN] = "<4>",
		[LOG_INFO] = "<6>",
		[LOG_DEBUG] = "<7>",
	};
	char stamp[32];
	struct tm tm;

	if (logger.journal) {
		fprintf(stderr, "%s%s\n", prefix[line->level], line->text);
		return;
	}
	localtime_r(&line->when.tv_sec, &tm);
	strftime(stamp, sizeof stamp, "%F %T", &tm);
	fprintf(stderr, "%s.%03ld %s%s\n", stamp, line->when.tv_nsec / 1000000,
		line->level == LOG_ERROR ? "error: " : "", line->text);
}

static void print_lost(unsigned long lost)
{
	struct line line = { .level = LOG_WARN };

	clock_gettime(CLOCK_REALTIME, &line.when);
	snprintf(line.text, sizeof line.text, "%lu log lines lost", lost);
	print(&line);
}

static void *writer(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&logger.lock);
	while (!logger.stop || logger.count > 0) {
		struct line line;
		unsigned long lost;

		if (logger.count == 0) {
			pthread_cond_wait(&logger.wake, &logger.lock);
			continue;
		}
		line = logger.line[logger.head];
		logger.head = (logger.head + 1) % LINES;
		logger.count--;
		lost = logger.lost;
		logger.lost = 0;
		pthread_mutex_unlock(&logger.lock);
		print(&line);
		if (lost > 0)
			print_lost(lost);
		pthread_mutex_lock(&logger.lock);
	}
	pthread_mutex_unlock(&logger.lock);
	return NULL;
}

/* systemd tells in JOURNAL_STREAM which file is the journal: device:inode. */
static bool is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device &&
	       st.st_ino == inode;
}

int log_start(enum log_level highest)
{
	pthread_mutexattr_t attr;
	sigset_t all, old;
	int err;

	logger.highest = highest;
	logger.journal = is_journal();
	/* The loop, real-time, must not wait behind a writer that is not. */
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&logger.lock, &attr);
	pthread_mutexattr_destroy(&attr);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&logger.thread, NULL, writer, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	logger.running = err == 0;
	if (logger.running)
		pthread_setname_np(logger.thread, "log");
	return -err;
}

bool log_stop(void)
{
	struct timespec until;

	if (!logger.running)
		return true;
	pthread_mutex_lock(&logger.lock);
	logger.stop = true;
	pthread_cond_signal(&logger.wake);
	pthread_mutex_unlock(&logger.lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE;
	if (pthread_timedjoin_np(logger.thread, NULL, &until) != 0)
		return false;
	logger.running = logger.stop = false;
	return true;
}

static void enqueue(const struct line *line)
{
	pthread_mutex_lock(&logger.lock);
	if (logger.count < LINES) {
		unsigned tail = (logger.head + logger.count++) % LINES;

		logger.line[tail] = *line;
		pthread_cond_signal(&logger.wake);
	} else {
		logger.lost++;
	}
	pthread_mutex_unlock(&logger.lock);
}

void log_write(enum log_level level, const char *format, ...)
{
	struct line line = { .level = level };
	va_list args;

	if (level > logger.highest)
		return;
	clock_gettime(CLOCK_REALTIME, &line.when);
	va_start(args, format);
	vsnprintf(line.text, sizeof line.text, format, args);
	va_end(args);
	if (logger.running)
		enqueue(&line);
	else
		print(&line);
}

static bool allows(struct log_limit *limit, int64_t now, unsigned lines,
		   int64_t period, unsigned *held)
{
	if (now >= limit->until) {
		*held = limit->held;
		*limit = (struct log_limit){ .until = now + period, .used = 1 };
		return true;
	}
	if (limit->used == lines) {
		limit->held++;
		return false;
	}
	limit->used++;
	*held = 0;
	return true;
}

bool log_limit_allows(struct log_limit *limit, int64_t now, unsigned *held)
{
	return allows(limit, now, 1, SILENCE, held);
}

bool log_burst_allows(struct log_limit *limit, int64_t now, unsigned *held)
{
	return allows(limit, now, BURST, MINUTE, held);
}

const char *log_held(unsigned held, char text[LOG_HELD])
{
	text[0] = '\0';
	if (held > 0)
		snprintf(text, LOG_HELD, " (%u more like it before)", held);
	return text;
}
