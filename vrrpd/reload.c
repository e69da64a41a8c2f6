/* SPDX-License-Identifier: MIT */
/*
 * One job, which may find many lines to say.
 */
#include "vrrpd/reload.h"

#include "vrrpd/container.h"

#include <stdlib.h>
#include <string.h>

void reload_add(void *arg, const char *line)
{
	struct reload_lines *lines = arg;
	size_t used = lines->text ? strlen(lines->text) : 0;
	size_t size = strlen(line);
	char *text = realloc(lines->text, used + size + 2);

	if (!text)
		return;
	memcpy(text + used, line, size);
	memcpy(text + used + size, "\n", 2);
	lines->text = text;
}

void reload_clear(struct reload_lines *lines)
{
	free(lines->text);
	lines->text = NULL;
}

static void run(struct job *job)
{
	struct reload *reload = container_of(job, struct reload, job);

	reload->config =
		config_load(reload->path, reload_add, &reload->problems);
}

static void done(struct job *job)
{
	struct reload *reload = container_of(job, struct reload, job);
	struct config *config = reload->config;

	reload->config = NULL;
	reload->read(reload, config, &reload->problems);
	reload_clear(&reload->problems);
}

void reload_begin(struct reload *reload)
{
	reload->job.run = run;
	reload->job.done = done;
	worker_post(reload->worker, &reload->job);
}

bool reload_is_busy(const struct reload *reload)
{
	return reload->job.posted;
}
