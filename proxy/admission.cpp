#include "proxy/admission.h"

#include "routing/canonical_path.h"

namespace sluice {
namespace {

Refusal take_first_part(Exchange& x) {
  x.upload_done = false;
  switch (x.downstream->take_buffered_body(x.first_part)) {
    case BodyStatus::ok:
      break;
    case BodyStatus::too_large:
      return {ErrorCode::body_too_large, {}};
    default:
      return {ErrorCode::bad_request, "the request's body is malformed"};
  }
  x.bytes_in += x.first_part.bytes;
  x.upload_done = x.first_part.end;
  return {};
}

}  // namespace

Refusal settle_path(Exchange& x) {
  auto& out = x.rewritten;
  const auto sent = x.request.path;
  const auto path = canonical_path(sent, out.path_storage);
  if (!path) return {ErrorCode::bad_request, path.error()};
  if (x.listener->escaped_slashes == EscapedSlashes::reject && has_escaped_slash(*path))
    return {ErrorCode::bad_request, "the path has an escaped slash (listener key: escaped_slashes)"};
  if (path->data() != sent.data()) {
    out.target_storage.assign(*path).append(x.request.target.substr(sent.size()));
    x.request.target = out.target_storage;
    x.request.path = *path;
  }
  out.target = x.request.target;
  return {};
}

Refusal admit(Exchange& x) {
  // RFC 9110 §10.1.1: the only expectation there is. HTTP/1.0 clients do not know it.
  if (const auto* expect = x.request.fields.find(HeaderId::expect);
      expect && x.request.version != HttpVersion::http10) {
    if (!equal_ignoring_case(expect->value, "100-continue")) return {ErrorCode::expectation_failed, {}};
    x.expects_continue = true;
  }
  if (x.has_body) x.upgrade = {};
  return take_first_part(x);
}

Refusal rewrite(Exchange& x) {
  auto& out = x.rewritten;
  if (x.rule->url_rewrite) {
    // The views may lie in target_storage already, and a rewriting needs another place.
    const auto made = rewrite_target(*x.rule->url_rewrite, out.target, out.rewrite_storage);
    if (!made) return {ErrorCode::rewrite_failed, made.error()};
    out.target = *made;
  }
  if (x.rule->host_header_rewrite) {
    const auto made = rewrite_host(*x.rule->host_header_rewrite, x.request.authority, out.host_storage);
    if (!made) return {ErrorCode::rewrite_failed, made.error()};
    out.host = *made;
  }
  return {};
}

bool answers_health(const Exchange& x) noexcept {
  return !x.listener->health_path.empty() && x.request.path == x.listener->health_path &&
         (x.request.method == "GET" || x.request.method == "HEAD");
}

}  // namespace sluice
