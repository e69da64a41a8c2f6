/* SPDX-License-Identifier: MIT */
#ifndef MODEL_H
#define MODEL_H

/*
 * The words of RFC 8347, the YANG model of VRRP, for what happens here: its
 * events, reasons and errors, with Active where it has the older word.  The
 * successor of RFC 8347 may call them otherwise, so that each name is written
 * once, in model.c.  Pure.
 */

#include "vrrpd/packet.h"
#include "vrrpd/vrrp.h"

/* Identities derived from vrrp-event-type, without that prefix. */
enum model_event {
	MODEL_NO_EVENT,
	MODEL_STARTUP,
	MODEL_SHUTDOWN,
	MODEL_HIGHER_PRIORITY_BACKUP,
	MODEL_ACTIVE_TIMEOUT,
	MODEL_INTERFACE_UP,
	MODEL_INTERFACE_DOWN,
	MODEL_NO_PRIMARY_ADDRESS,
	MODEL_PRIMARY_ADDRESS,
	MODEL_NO_VIRTUAL_ADDRESSES,
	MODEL_VIRTUAL_ADDRESSES,
	MODEL_PREEMPT_HOLD_TIMEOUT,
	MODEL_LOWER_PRIORITY_ACTIVE,
	MODEL_OWNER_PREEMPT,
	MODEL_EVENTS,
};

/* new-active-reason: of the last transition to Active, kept as history. */
enum model_active_reason {
	MODEL_NOT_ACTIVE, /* it never was */
	MODEL_PRIORITY,   /* an owner started, or the old Active resigned */
	MODEL_PREEMPTED,
	MODEL_NO_RESPONSE,
	MODEL_ACTIVE_REASONS,
};

/* Why an advertisement never reached a virtual router. */
enum model_protocol_error {
	MODEL_NO_ERROR,
	MODEL_CHECKSUM_ERROR,
	MODEL_IP_TTL_ERROR,
	MODEL_VERSION_ERROR,
	MODEL_VRID_ERROR,
	MODEL_PROTOCOL_ERRORS,
};

/* What was wrong with one that did, whether discarded or not. */
enum model_router_error {
	MODEL_ADDRESS_LIST_ERROR,
	MODEL_INTERVAL_ERROR,
	MODEL_PACKET_LENGTH_ERROR,
	MODEL_ROUTER_ERRORS,
};

/* What keeps a virtual router in Initialize. */
enum model_obstacle {
	MODEL_NO_OBSTACLE,
	MODEL_INTERFACE_OBSTACLE,
	MODEL_PRIMARY_OBSTACLE,
	MODEL_ADDRESSES_OBSTACLE, /* the virtual ones cannot be served */
};

/* The event when this begins to hinder; MODEL_SHUTDOWN for no obstacle. */
enum model_event model_obstacle_event(enum model_obstacle obstacle);

/*
 * The event behind the last transition of *v.  `obstacle` is what hinders it,
 * or hindered it until it started.
 */
enum model_event model_event(const struct vrrp *v,
			     enum model_obstacle obstacle);

/* After a transition of *v: `before`, unless it was to Active. */
enum model_active_reason model_active_reason(const struct vrrp *v,
					     enum model_active_reason before);

enum model_protocol_error model_protocol_error(enum packet_reason reason);

const char *model_event_name(enum model_event event); /* "active-timeout" */
const char *model_active_reason_name(enum model_active_reason reason);
const char *model_protocol_error_name(enum model_protocol_error error);
const char *model_router_error_name(enum model_router_error error);

#endif
