/* SPDX-License-Identifier: MIT */
#ifndef TESTS_STORY_H
#define TESTS_STORY_H

/*
 * What happened in a run of the LAN, a line for each event and each act of the
 * adversary.  The number of lines is the length of the run: of those that
 * break a rule, the search keeps the one with the fewest.  Part of lan.h.
 */

#include <inttypes.h>
#include <stdio.h>

#define LINES 4000 /* of a run: more is a storm of adverts */

enum story {
	STORY_EVENT,
	STORY_LOST,
	STORY_DELAYED,
	STORY_DOUBLED,
	STORY_CRASHES,
	STORY_STALLS,
	STORY_WAKES,
	STORY_RESTARTS,
};

struct line {
	int64_t now;
	enum story what;
	int who, other; /* the receiver of a frame, the sender of an advert */
	enum vrrp_event_type event;
	uint8_t heard; /* priority */
	enum vrrp_state before, after;
	unsigned actions;
	struct vrrp_parameters par; /* that it has after it */
	bool or_stay;
};

/* Of the run that goes on, and of the shortest that broke a rule. */
static struct line lines[LINES];
static struct {
	struct line lines[LINES];
	int length;
	int64_t now;
	const char *rule;
	const struct plan *plan;
	struct plan copy;
} worst;

/* The first rule that a run breaks ends it. */
static void rule(struct lan *l, bool holds, const char *text)
{
	if (!holds && !l->x->broken)
		l->x->broken = text;
}

static void add_line(struct lan *l, struct line line)
{
	rule(l, l->x->length < LINES, "there are few adverts");
	if (!l->x->broken)
		lines[l->x->length++] = line;
}

static void tell(struct lan *l, enum story what, int who, int other)
{
	add_line(l, (struct line){ .now = l->now,
				   .what = what,
				   .who = who,
				   .other = other });
}

static void tell_event(struct lan *l, int who, int sender,
		       const struct vrrp_event *event, enum vrrp_state before,
		       unsigned actions)
{
	add_line(l, (struct line){ l->now, STORY_EVENT, who, sender,
				   event->type, event->advert.priority, before,
				   l->node[who].v.state, actions,
				   l->node[who].v.par, event->or_stay });
}

static void keep_story(struct explore *x, const void *state)
{
	const struct lan *l = state;

	memcpy(worst.lines, lines, (size_t)x->length * sizeof(lines[0]));
	worst.length = x->length;
	worst.now = l->now;
	worst.rule = x->broken;
	worst.copy = *l->plan;
	worst.plan = &worst.copy;
}

static void write_actions(FILE *out, unsigned actions)
{
	static const char *const name[] = { "send advert", "send priority 0",
					    "claim", "release", "announce" };

	for (unsigned i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		if (actions & 1u << i)
			fprintf(out, ", %s", name[i]);
}

static void write_event(FILE *out, const struct line *line)
{
	static const char *const name[] = {
		[VRRP_STARTUP] = "startup",
		[VRRP_SHUTDOWN] = "shutdown",
		[VRRP_LEAVE] = "told to leave",
		[VRRP_TIMER] = "timer",
		[VRRP_CLAIMED] = "claimed",
		[VRRP_CLAIM_FAILED] = "claim failed",
	};

	if (line->event == VRRP_ADVERT)
		fprintf(out, "hears %d of router %d", line->heard, line->other);
	else if (line->event == VRRP_CHANGE)
		fprintf(out, "has another configuration, every %d ms",
			(int)(line->par.interval / MS));
	else
		fprintf(out, "%s", name[line->event]);
	fprintf(out, "%s: %s", line->or_stay ? ", or stay" : "",
		vrrp_state_name(line->before));
	if (line->after != line->before)
		fprintf(out, " -> %s", vrrp_state_name(line->after));
	write_actions(out, line->actions);
	fprintf(out, "\n");
}

static void write_line(FILE *out, const struct line *line)
{
	static const char *const name[] = {
		[STORY_CRASHES] = "crashes",
		[STORY_STALLS] = "stalls",
		[STORY_WAKES] = "goes on",
		[STORY_RESTARTS] = "is started again",
	};
	static const char *const fate[] = {
		[STORY_LOST] = "lost",
		[STORY_DELAYED] = "delayed",
		[STORY_DOUBLED] = "doubled",
	};

	fprintf(out, "%3d.%06d ", (int)(line->now / SEC),
		(int)(line->now % SEC));
	switch (line->what) {
	case STORY_LOST:
	case STORY_DELAYED:
	case STORY_DOUBLED:
		fprintf(out, "  frame of router %d to router %d is %s\n",
			line->who, line->other, fate[line->what]);
		return;
	case STORY_CRASHES:
	case STORY_STALLS:
	case STORY_WAKES:
	case STORY_RESTARTS:
		fprintf(out, "router %d %s\n", line->who, name[line->what]);
		return;
	case STORY_EVENT:
		fprintf(out, "router %d (%d) ", line->who, line->par.priority);
		write_event(out, line);
		return;
	}
}

/* The shortest run that broke a rule. */
static void write_story(FILE *out)
{
	const struct plan *plan = worst.plan;

	fprintf(out, "%s, priorities %d %d %d%s: broken in %d lines\n",
		plan->name, plan->priority[0], plan->priority[1],
		plan->priority[2], plan->no_preempt ? ", no preemption" : "",
		worst.length);
	for (int i = 0; i < worst.length; i++)
		write_line(out, &worst.lines[i]);
	fprintf(out, "%3d.%06d it is not true that %s\n",
		(int)(worst.now / SEC), (int)(worst.now % SEC), worst.rule);
}

#endif
