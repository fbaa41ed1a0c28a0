// Rollouts: to start, to watch and to steer.
#include "control/api/openapi_parts.h"

namespace sluice::openapi {

Part rollouts() {
  return {.paths = R"json(
    "/v1/services/{service}/rollouts": {
      "parameters": [{ "$ref": "#/components/parameters/service" }],
      "post": {
        "operationId": "startRollout", "x-role": "operator", "summary": "Starts a rollout, or says what it would do",
        "requestBody": { "required": true, "content": { "application/json": {
          "schema": { "$ref": "#/components/schemas/StartRollout" },
          "example": { "to": "green", "strategy": "careful" } } } },
        "responses": {
          "200": { "description": "With dry_run: what it would be, with an empty id; nothing has begun",
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/DraftedRollout" } } } },
          "201": { "$ref": "#/components/responses/Rollout" },
          "400": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "409": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "503": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/rollouts": { "get": {
      "operationId": "rollouts", "x-role": "viewer", "summary": "Those that run, then those that have ended; newest first",
      "parameters": [{ "name": "service", "in": "query", "schema": { "type": "string" }, "description": "Of this one only" }],
      "responses": {
        "200": { "description": "All that are kept", "content": { "application/json": { "schema": {
          "type": "object", "required": ["rollouts"],
          "properties": { "rollouts": { "type": "array", "items": { "$ref": "#/components/schemas/Rollout" } } } } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/rollouts/{rollout}": {
      "parameters": [{ "$ref": "#/components/parameters/rollout" }],
      "get": {
        "operationId": "rollout", "x-role": "viewer", "summary": "One rollout",
        "responses": {
          "200": { "$ref": "#/components/responses/Rollout" },
          "404": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/rollouts/{rollout}/pause": {
      "parameters": [{ "$ref": "#/components/parameters/rollout" }],
      "post": {
        "operationId": "pauseRollout", "x-role": "operator", "summary": "No step until it is resumed; the time that was held so far counts",
        "requestBody": { "$ref": "#/components/requestBodies/Reason" },
        "responses": {
          "200": { "$ref": "#/components/responses/Rollout" },
          "400": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "409": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "503": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/rollouts/{rollout}/resume": {
      "parameters": [{ "$ref": "#/components/parameters/rollout" }],
      "post": {
        "operationId": "resumeRollout", "x-role": "operator", "summary": "A paused one goes on",
        "requestBody": { "$ref": "#/components/requestBodies/Reason" },
        "responses": {
          "200": { "$ref": "#/components/responses/Rollout" },
          "400": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "409": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "503": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/rollouts/{rollout}/promote": {
      "parameters": [{ "$ref": "#/components/parameters/rollout" }],
      "post": {
        "operationId": "promoteRollout", "x-role": "operator", "summary": "Ends the wait that it is in and goes on",
        "description": "Not while a hook is called or targets are out of service for a deployment.",
        "requestBody": { "$ref": "#/components/requestBodies/Reason" },
        "responses": {
          "200": { "$ref": "#/components/responses/Rollout" },
          "400": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "409": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "503": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/rollouts/{rollout}/approve": {
      "parameters": [{ "$ref": "#/components/parameters/rollout" }],
      "post": {
        "operationId": "approveRollout", "x-role": "operator", "summary": "What waits for an approval goes on",
        "requestBody": { "$ref": "#/components/requestBodies/Reason" },
        "responses": {
          "200": { "$ref": "#/components/responses/Rollout" },
          "400": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "409": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "503": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/rollouts/{rollout}/abort": {
      "parameters": [{ "$ref": "#/components/parameters/rollout" },
        { "name": "gradual", "in": "query", "schema": { "type": "boolean", "default": false },
          "description": "Down the steps, each held as long as on the way up" }],
      "post": {
        "operationId": "abortRollout", "x-role": "operator", "summary": "Back to the split of before; the new variant is withdrawn",
        "description": "At once, or with gradual=true down the steps that it came up by. Never waits for the store for longer than 100 ms.",
        "requestBody": { "$ref": "#/components/requestBodies/Reason" },
        "responses": {
          "200": { "$ref": "#/components/responses/Rollout" },
          "400": { "$ref": "#/components/responses/Problem" },
          "404": { "$ref": "#/components/responses/Problem" },
          "409": { "$ref": "#/components/responses/Problem" },
          "422": { "$ref": "#/components/responses/Problem" },
          "503": { "$ref": "#/components/responses/Problem" },
          "default": { "$ref": "#/components/responses/Problem" } } } })json",
          .schemas = R"json(
      "StartRollout": {
        "type": "object", "required": ["to", "strategy"], "additionalProperties": false,
        "properties": {
          "to": { "type": "string", "minLength": 1, "description": "The variant that is to have all the traffic" },
          "strategy": { "type": "string", "minLength": 1, "description": "Of the configuration, or a predefined one" },
          "reason": { "type": "string", "minLength": 1, "description": "For people; kept with the revision" },
          "observe": { "type": "boolean", "default": false, "description": "Gates are shown, not acted upon" },
          "supersede": { "type": "boolean", "default": false, "description": "One that runs is taken back first" },
          "ignore_freeze": { "type": "boolean", "default": false, "description": "Goes on within freeze windows" },
          "dry_run": { "type": "boolean", "default": false, "description": "Only what it would be" } } },
      "Reason": {
        "type": "object", "additionalProperties": false,
        "properties": { "reason": { "type": "string", "minLength": 1, "description": "For people" } } },
      "Rollout": {
        "type": "object",
        "required": ["id", "service", "from", "to", "strategy", "state", "step", "plan", "bake", "keep_old", "author", "observe",
          "started_at", "since", "until", "ended_at", "reason", "gates"],
        "properties": {
          "id": { "type": "string", "description": "r1, r2 and so on" },
          "service": { "type": "string" },
          "from": { "type": "string", "description": "The variant that has the traffic before" },
          "to": { "type": "string" }, "strategy": { "type": "string" },
          "state": { "enum": ["pending", "testing", "running", "paused", "waiting_approval", "baking", "succeeded", "rolling_back",
            "rolled_back", "aborted", "failed", "superseded"] },
          "step": { "type": "integer", "description": "Steps of the plan that were made" },
          "plan": { "type": "array", "items": { "$ref": "#/components/schemas/PlanStep" } },
          "bake": { "type": "number", "description": "Seconds for which all is watched after the last step" },
          "keep_old": { "type": "number", "description": "Seconds for which the old variant is kept ready after that" },
          "author": { "type": "string", "description": "Who started it" },
          "observe": { "type": "boolean", "description": "Gates are not acted upon" },
          "started_at": { "type": "string", "format": "date-time" },
          "since": { "type": "string", "format": "date-time", "description": "When what it does now began" },
          "until": { "type": ["string", "null"], "format": "date-time", "description": "When the hold that goes on ends" },
          "ended_at": { "type": ["string", "null"], "format": "date-time" },
          "reason": { "type": "string", "description": "Why it is where it is, or what it waits for, for people" },
          "gates": { "type": "array", "items": { "$ref": "#/components/schemas/Gate" },
            "description": "The verdicts now; empty once it has ended" } } },
      "PlanStep": {
        "type": "object", "required": ["weight", "hold", "approval"],
        "properties": {
          "weight": { "type": "number", "description": "The new variant's share from then on, in percent" },
          "hold": { "type": "number", "description": "Seconds for which that is watched" },
          "approval": { "type": "boolean", "description": "Then somebody must approve" },
          "targets": { "type": "array", "items": { "type": "string" }, "description": "Deployed to before it" } } },
      "Gate": {
        "type": "object", "required": ["name", "verdict", "observed", "baseline", "limit", "samples", "acted_upon", "reason"],
        "properties": {
          "name": { "type": "string", "description": "healthy_targets is there always" },
          "verdict": { "enum": ["pass", "insufficient_data", "inconclusive", "fail"] },
          "observed": { "type": ["number", "null"], "description": "A share of 1, milliseconds, or a number" },
          "baseline": { "type": ["number", "null"], "description": "Of the old variant" },
          "limit": { "type": ["number", "null"] },
          "samples": { "type": "integer", "description": "Requests that it is judged by" },
          "acted_upon": { "type": "boolean", "description": "false: this version does not judge such a gate" },
          "reason": { "type": "string", "description": "For people" } } },
      "DraftedRollout": {
        "allOf": [{ "$ref": "#/components/schemas/Rollout" }], "required": ["timeline", "unjudged_gates"],
        "properties": {
          "timeline": { "type": "array", "items": {
            "type": "object", "required": ["at", "what", "waits"],
            "properties": {
              "at": { "type": "number", "description": "Seconds from the start, if nothing waits" },
              "what": { "type": "string", "description": "For people" },
              "waits": { "type": "boolean", "description": "How long is not known before" } } } },
          "unjudged_gates": { "type": "array", "items": { "type": "string" },
            "description": "Gates of the strategy that this version does not judge" } } })json"};
}

}  // namespace sluice::openapi
