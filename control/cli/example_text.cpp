#include "control/cli/example_text.h"

namespace sluice::cli {

std::string_view example_text() {
  return R"yaml(# A configuration to start from: one service in two versions. docs/configuration.md tells all keys.
#   sluice check sluice.yaml && sluice run -c sluice.yaml
admin: { address: 127.0.0.1:9900 }      # status, metrics and commands; whoever reaches it may change weights
drain: { grace: 0s, deadline: 30s }     # SIGTERM: unready at once, accept for `grace` more, then finish in time
access_log: { path: stdout, format: json }

listeners:
  - name: web
    address: 127.0.0.1:8080
    protocol: http
    default: { forward: checkout }      # what no rule takes

services:
  checkout:
    variants:                           # the first split; after that, `sluice weights set` moves it
      blue:  { target_group: checkout-blue,  weight: 90 }
      green: { target_group: checkout-green, weight: 10 }
    stable: blue                        # what the others fall back to
    sticky:
      identity: [cookie:user_id]        # who the user is: the same user gets the same variant

target_groups:
  checkout-blue:
    targets: [127.0.0.1:9001]
    health_check: { path: /healthz, interval: 5s, timeout: 2s, healthy: 2, unhealthy: 3 }
  checkout-green:
    targets: [127.0.0.1:9002]
    health_check: { path: /healthz, interval: 5s, timeout: 2s, healthy: 2, unhealthy: 3 }
)yaml";
}

std::string_view full_example_text() {
  return R"yaml(# Everything that there is; docs/configuration.md has the default of each key. What is commented out with #! is
# not in this version. The files that it names must be there: a.pem, a.key, ca.pem, crl.pem, tokens.yaml, cookie.key.
admin:
  address: 127.0.0.1:9900               # or unix:/run/sluice.sock
  tokens_file: tokens.yaml              # who may do what; `sluice token new` makes entries
  tls: { cert: a.pem, key: a.key }
trusted: [10.0.0.0/8]                   # peers whose X-Forwarded-For, PROXY header and override header are believed
drain: { grace: 15s, deadline: 30s }    # SIGTERM: unready at once, accept for `grace` more, then finish within `deadline`
access_log: { path: stdout, format: json }
listeners:
  - name: web
    address: 0.0.0.0:8443
    protocol: https                     # http | https
    health_path: /_sluice/ready         # answered here for load balancers: 200, 503 while draining
    h2c: false                          # on http: HTTP/2 with prior knowledge too
    proxy_protocol: false               # PROXY v1/v2 expected, from `trusted` only
    tls:
      certificates: [{ cert: a.pem, key: a.key }]
      policy: ELBSecurityPolicy-TLS13-1-2-2021-06
      client_auth: { mode: verify, ca: ca.pem, crl: crl.pem }
    limits:
      header_timeout: 10s
      idle_timeout: 60s
      request_timeout: 60s
      stream_idle_timeout: 5m
      max_connections: 50000
      body: 10MiB
    rate_limit: { requests: 1000, per: 1s, by: identity }                   # by: listener | identity | address
    rules:                              # ALB's words, in snake_case; lowest priority first
      - priority: 10
        conditions:                     # all must hold; of the values of one, any
          - path_pattern: ["/api/*"]
          - host_header: ["*.example.com"]
          - http_header: { name: X-Beta, values: ["1", "yes"] }
          - http_request_method: [GET, HEAD]
          - query_string: [{ key: v, value: "2" }]
          - source_ip: [10.0.0.0/8]
          - cookie: { name: beta, values: ["1"] }                           # what ALB lacks
          - share: 5%                                                       # of identities
        transforms:
          url_rewrite: { regex: "^/api/(.*)$", replace: "/$1" }
          host_header_rewrite: { regex: ".*", replace: "internal" }
        response_headers: { set: { Strict-Transport-Security: "max-age=31536000" }, remove: [Server] }
        forward: checkout
      - priority: 20
        conditions: [{ path_pattern: ["/old/*"] }]
        redirect: { host: "new.example.com", path: "/#{path}", status: 301 }
      - priority: 30
        conditions: [{ path_pattern: { regex: ["^/v[0-9]+/"] } }]           # regex wherever ALB allows it
        forward: checkout
    default: { fixed_response: { status: 404, content_type: text/plain, body: "no such service" } }
services:
  checkout:
    variants:                           # their weights are the first split; after that, splits belong to revisions
      blue:  { target_group: checkout-blue,  weight: 90 }
      green: { target_group: checkout-green, weight: 10 }
    stable: blue                        # a finished rollout moves it
    fallback: stable                    # where a variant's share goes while it has no healthy target: stable | none (503)
    sticky:
      identity: [cookie:user_id, header:X-User-Id, query:uid, source_ip/24]  # the first that is there; else the cookie
      cookie: { name: sluice_id, max_age: 30d, secret_file: cookie.key }     # a secret a line, the first signs
      salt: checkout                    # one name in several services is one cohort
      hash: sluice                      # sluice | launchdarkly | growthbook-v2 | unleash | flagd-v2
      pin: 30m                          # a user stays in a variant this long after the last request
    retry: { attempts: 2, on: [connect, reset, refused, timeout, 502, 503], to: stable, budget: 20%, per_try_timeout: 5s, buffer: 64KiB }
    mirror: { to: green, share: 1%, body: 64KiB }
    #! alb_weights: { listener_arn: "arn:...", target_groups: { blue: "arn:...", green: "arn:..." }, on_drift: adopt }
target_groups:
  checkout-blue:
    targets: [127.0.0.1:9001, { address: 127.0.0.1:9002, weight: 2, zone: a }]
    protocol: http1                     # http1 | http2 | grpc
    tls: { verify: true, server_name: app.internal, ca: ca.pem }            # absent: plain
    algorithm: least_outstanding        # round_robin | least_outstanding | weighted_random | consistent_hash
    health_check: { protocol: http, path: /healthz, port: 9100, interval: 5s, timeout: 2s, healthy: 2, unhealthy: 3, matcher: 200-299 }
    outlier: { consecutive_5xx: 5, base_ejection: 30s, max_ejected: 50% }
    limits: { connections: 1024, pending: 1024, requests: 1024, connect_timeout: 2s, response_timeout: 60s, idle_timeout: 60s }
    slow_start: 30s
    deregistration_delay: 30s
  checkout-green:
    targets: [127.0.0.1:9003]
    #! source: { ecs: { cluster: prod, service: checkout-green, container: app, port: 8080 } }      # instead of targets
    #! source: { elbv2: { target_group_arn: "arn:..." } }                # or autoscaling, ec2, cloud_map, dns
experiments:
  new-search:
    service: checkout
    exclusive: search                   # at most one experiment of this name per user
    audience: { share: 20%, conditions: [{ http_header: { name: X-Country, values: [DE, FR] } }] }
    arms:
      control:   { weight: 50, flags: { search: v1 } }
      treatment: { weight: 50, flags: { search: v2, one-click: true, limit: 10 }, variant: green }
strategies:                             # one of seven shapes each; the rest goes with any
  careful:
    steps: [1%, 5%, { pause: 10m }, 25%, { pause: approval }, 50%]
    every: 10m
    bake: 30m
    warm_up: 30s                        # latency is not judged, errors are
    min_capacity: 100%                  # healthy capacity of the new group against its coming share, before each step
    on_inconclusive: wait               # wait | pause | rollback
    gates:
      - error_rate: { max: 2%, min_requests: 20 }                           # judged, as the next one is
      - latency: { quantile: p99, max: 500ms }
      - error_rate: { max_increase: 1%, confidence: 99%, min_requests: 20 } # from here on: shown, not judged yet
      - latency: { quantile: p99, max_ratio: 1.3, confidence: 99% }
      - prometheus: { url: "http://prom:9090", query: "...", max: 0.01, every: 30s }
      - webhook: { url: "https://judge.example.com", every: 30s }
      - alarm: { cloudwatch: HighCPU }
    hooks:                              # before_traffic, after_test_traffic, before_step, after_step, before_promote, ...
      before_traffic: { http: "https://ci.example.com/smoke", timeout: 10m, retries: 2 }
  tenth:      { canary: { percent: 10, bake: 15m } }
  straight:   { linear: { percent: 10, every: 3m } }
  now:        { all_at_once: {} }
  switch:     { blue_green: { test: override, approve: true, keep_old: 1h } }       # test: override | listener:NAME
  one-by-one: { rolling: { batch: 25%, min_healthy: 75%, zones: one_at_a_time }, hooks: { per_target: { command: [deploy-one.sh] } } }
  same-place: { in_place: { batch: 1 }, hooks: { per_target: { http: "https://ci.example.com/deploy" } } }
freeze: [{ from: "Fri 16:00", to: "Mon 08:00", timezone: Europe/Berlin }]
notifications: [{ http: "https://hooks.example.com/x", format: slack }]
#! aws: { region: eu-central-1, profile: prod, poll: 10s, endpoint_url: "http://127.0.0.1:5000" }
#! register: [{ target_group_arn: "arn:...", port: 8443 }]             # puts this proxy into an ALB or NLB group
)yaml";
}

}  // namespace sluice::cli
