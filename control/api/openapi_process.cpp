// What is about the process: its life, metrics, this description, its state, and events.
#include "control/api/openapi_parts.h"

namespace sluice::openapi {

Part process() {
  return {.paths = R"json(
    "/livez": { "get": {
      "operationId": "livez", "x-role": "none", "summary": "Whether the process answers at all",
      "responses": {
        "200": { "description": "It does", "content": { "text/plain": { "schema": { "type": "string" } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/readyz": { "get": {
      "operationId": "readyz", "x-role": "none", "summary": "Whether load balancers should send traffic",
      "responses": {
        "200": { "description": "They should", "content": { "text/plain": { "schema": { "type": "string" } } } },
        "503": { "$ref": "#/components/responses/Problem" },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/metrics": { "get": {
      "operationId": "metrics", "x-role": "viewer", "summary": "Metrics in Prometheus' text format",
      "responses": {
        "200": { "description": "All metrics", "content": { "text/plain": { "schema": { "type": "string" } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/openapi.json": { "get": {
      "operationId": "openapi", "x-role": "viewer", "summary": "This description",
      "responses": {
        "200": { "description": "OpenAPI 3.1", "content": { "application/json": { "schema": { "type": "object" } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/status": { "get": {
      "operationId": "status", "x-role": "viewer", "summary": "The process, its listeners and its services",
      "responses": {
        "200": { "description": "The state now",
          "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Status" } } } },
        "default": { "$ref": "#/components/responses/Problem" } } } },
    "/v1/events": { "get": {
      "operationId": "events", "x-role": "viewer", "summary": "What happened, and what happens from now on",
      "description": "Server-sent events; a JSON list if asked for with Accept: application/json or ?format=json.",
      "parameters": [
        { "name": "Last-Event-ID", "in": "header", "schema": { "type": "integer" },
          "description": "Go on after this number; stronger than after" },
        { "name": "after", "in": "query", "schema": { "type": "integer" },
          "description": "Only events with a higher number. Default: of a stream, those to come; of a list, the last ones" },
        { "name": "limit", "in": "query", "schema": { "type": "integer", "default": 100 }, "description": "Of a list" },
        { "name": "format", "in": "query", "schema": { "enum": ["json", "sse"] } }],
      "responses": {
        "200": { "description": "id is the number, event the kind, data the JSON of an event", "content": {
          "text/event-stream": { "schema": { "type": "string" } },
          "application/json": { "schema": {
            "type": "object", "required": ["events"],
            "properties": { "events": { "type": "array", "items": { "$ref": "#/components/schemas/Event" } } } } } } },
        "400": { "$ref": "#/components/responses/Problem" },
        "503": { "$ref": "#/components/responses/Problem" },
        "default": { "$ref": "#/components/responses/Problem" } } } })json",
          .schemas = R"json(
      "Problem": {
        "type": "object", "required": ["type", "title", "status", "code", "detail"],
        "properties": {
          "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
          "code": { "type": "string", "description": "For programs; docs/configuration.md lists them" },
          "detail": { "type": "string", "description": "For people" } } },
      "Event": {
        "type": "object", "required": ["number", "at", "author", "kind", "service", "rollout", "revision", "text"],
        "properties": {
          "number": { "type": "integer", "description": "Ascending; one that could not be recorded leaves a gap" },
          "at": { "type": "string", "format": "date-time" },
          "author": { "type": "string" },
          "kind": { "type": "string", "description": "revision.created, target.drained and so on" },
          "service": { "type": ["string", "null"] }, "rollout": { "type": ["string", "null"] },
          "revision": { "type": ["integer", "null"] },
          "text": { "type": "string", "description": "For people" } } },
      "Status": {
        "type": "object", "required": ["version", "revision", "ready", "as_of", "uptime_seconds", "listeners", "services", "experiments"],
        "properties": {
          "version": { "type": "string" }, "revision": { "type": "integer" }, "ready": { "type": "boolean" },
          "as_of": { "type": "string", "format": "date-time" },
          "uptime_seconds": { "type": "number" },
          "listeners": { "type": "array", "items": {
            "type": "object", "required": ["name", "address", "protocol"],
            "properties": { "name": { "type": "string" }, "address": { "type": "string" },
              "protocol": { "enum": ["http", "https"] } } } },
          "services": { "type": "array", "items": { "$ref": "#/components/schemas/Service" } },
          "experiments": { "type": "array", "items": { "$ref": "#/components/schemas/Experiment" } } } })json"};
}

}  // namespace sluice::openapi
