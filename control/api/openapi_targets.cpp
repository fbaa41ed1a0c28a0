// Target groups and their targets.
#include "control/api/openapi_parts.h"

namespace sluice::openapi {

Part targets() {
  return {.paths = R"json(
    "/v1/target-groups": { "get": {
      "operationId": "targetGroups", "x-role": "viewer", "summary": "All target groups, and how their targets are",
      "responses": {
        "200": { "description": "In the order of the configuration", "content": { "application/json": { "schema": {
          "type": "object", "required": ["target_groups"],
          "properties": { "target_groups": { "type": "array", "items": { "$ref": "#/components/schemas/TargetGroup" } } } } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/target-groups/{group}": {
      "parameters": [{ "$ref": "#/components/parameters/group" }],
      "get": {
        "operationId": "targetGroup", "x-role": "viewer", "summary": "One target group",
        "responses": {
          "200": { "description": "The group", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/TargetGroup" } } } },
          "404": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/target-groups/{group}/targets/{target}/drain": {
      "parameters": [{ "$ref": "#/components/parameters/group" }, { "$ref": "#/components/parameters/target" }],
      "post": {
        "operationId": "drainTarget", "x-role": "operator", "summary": "No new request goes to a target until it is undrained",
        "description": "Requests in flight have until draining_until. Draining what drains sets another end.",
        "parameters": [{ "name": "delay", "in": "query", "schema": { "type": "string" },
          "description": "How long requests in flight have, 0s to 1h; as in the body. Default: the group's deregistration_delay" }],
        "requestBody": { "required": false, "content": { "application/json": { "schema": {
          "type": "object", "properties": { "delay": { "type": "string" } } }, "example": { "delay": "10s" } } } },
        "responses": {
          "200": { "description": "It drains", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/TargetNow" } } } },
          "400": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/target-groups/{group}/targets/{target}/undrain": {
      "parameters": [{ "$ref": "#/components/parameters/group" }, { "$ref": "#/components/parameters/target" }],
      "post": {
        "operationId": "undrainTarget", "x-role": "operator", "summary": "A target that was drained takes requests again",
        "responses": {
          "200": { "description": "It does, if it is healthy", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/TargetNow" } } } },
          "404": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } })json",
          .schemas = R"json(
      "TargetGroup": {
        "type": "object",
        "required": ["name", "state", "algorithm", "protocol", "deregistration_delay", "requests", "connections", "pending",
          "targets", "used_by", "as_of"],
        "properties": {
          "name": { "type": "string" },
          "state": { "enum": ["healthy", "degraded", "initial", "unhealthy", "draining", "unused"],
            "description": "healthy: all targets are that don't drain; degraded: some; initial, unhealthy: none; draining: all do; unused: no variant has the group" },
          "algorithm": { "enum": ["round_robin", "least_outstanding", "weighted_random", "consistent_hash"] },
          "protocol": { "enum": ["http1", "http2"] },
          "deregistration_delay": { "type": "string" },
          "requests": { "type": "integer", "description": "In flight" },
          "connections": { "type": "integer", "description": "Open to its targets" },
          "pending": { "type": "integer", "description": "Requests that wait for a connection" },
          "targets": { "type": "array", "items": { "$ref": "#/components/schemas/Target" } },
          "used_by": { "type": "array", "items": {
            "type": "object", "required": ["service", "variant", "share"],
            "properties": { "service": { "type": "string" }, "variant": { "type": "string" },
              "share": { "type": "number", "description": "Of the service's requests, 0 to 1" } } } },
          "as_of": { "type": "string", "format": "date-time" } } },
      "TargetNow": {
        "allOf": [{ "$ref": "#/components/schemas/Target" }], "required": ["target_group", "as_of"],
        "properties": { "target_group": { "type": "string" }, "as_of": { "type": "string", "format": "date-time" } } },
      "Target": {
        "type": "object",
        "required": ["address", "weight", "zone", "state", "reason", "description", "in_flight", "ejected_until", "draining_until"],
        "properties": {
          "address": { "type": "string" }, "weight": { "type": "integer" }, "zone": { "type": ["string", "null"] },
          "state": { "enum": ["initial", "healthy", "unhealthy", "draining", "unused"] },
          "reason": { "type": ["string", "null"], "description": "For programs, as ALB's DescribeTargetHealth: Target.Timeout" },
          "description": { "type": ["string", "null"], "description": "For people" },
          "in_flight": { "type": "integer" },
          "ejected_until": { "type": ["string", "null"], "format": "date-time" },
          "draining_until": { "type": ["string", "null"], "format": "date-time",
            "description": "When what is in flight is ended; it drains on after that" } } })json"};
}

}  // namespace sluice::openapi
