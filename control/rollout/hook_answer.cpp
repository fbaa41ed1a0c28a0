#include "control/rollout/hook_answer.h"

#include <sysexits.h>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "control/units.h"
#include "control/utf8.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;
using Kind = HookAnswer::Kind;
using namespace std::chrono_literals;

constexpr std::size_t shown = 200;  // characters of a body or of a line

// The first part of a text, fit for a log line.
// A line of whole characters, whatever a program printed: it goes into JSON.
std::string excerpt(std::string_view text) {
  std::string result;
  while (!text.empty() && result.size() < shown) {
    const auto size = utf8_character(text);
    const bool plain = size > 1 || (size == 1 && text[0] >= ' ' && text[0] != 0x7F);
    result += plain ? text.substr(0, size) : (size == 0 ? "?" : " ");
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

std::string last_line(std::string_view output) {
  const auto end = output.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return {};
  output = output.substr(0, end + 1);
  const auto begin = output.find_last_of("\r\n");
  return excerpt(begin == std::string_view::npos ? output : output.substr(begin + 1));
}

milliseconds within_bounds(double seconds) {
  return milliseconds(std::llround(std::clamp(seconds, 1.0, 24.0 * 3600) * 1000));
}

// "30s", "30" or 30.
std::optional<milliseconds> waiting_time(const boost::json::value* value) {
  if (!value) return {};
  if (value->is_number()) {
    const auto seconds = value->to_number<double>();
    return std::isfinite(seconds) ? std::optional(within_bounds(seconds)) : std::nullopt;
  }
  if (!value->is_string()) return {};
  const std::string text(value->as_string());
  auto parsed = config::parse_duration(text);
  if (!parsed) parsed = config::parse_duration(text + "s");
  if (!parsed) return {};
  return within_bounds(static_cast<double>(parsed->count()) / 1000);
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

struct Word {
  std::string_view key;
  std::string_view word;
  Kind kind;
};
// Sluice's words and those of ECS' lifecycle hooks.
constexpr Word words[] = {{"status", "continue", Kind::proceed}, {"status", "fail", Kind::fail},
                          {"status", "wait", Kind::wait},        {"hookStatus", "SUCCEEDED", Kind::proceed},
                          {"hookStatus", "FAILED", Kind::fail},  {"hookStatus", "IN_PROGRESS", Kind::wait}};

std::optional<Kind> kind_of(std::string_view key, std::string_view said) {
  for (const auto& word : words)
    if (word.key == key && word.word == said) return word.kind;
  return {};
}

HookAnswer answer_of(Kind kind, const boost::json::object& object) {
  HookAnswer answer{.kind = kind, .reason = excerpt(text_of(object, "reason"))};
  if (kind == Kind::fail && answer.reason.empty()) answer.reason = "the hook says so";
  if (kind != Kind::wait) return answer;
  answer.retry_after = waiting_time(object.if_contains("retry_after"));
  if (!answer.retry_after) answer.retry_after = waiting_time(object.if_contains("callBackDelay"));
  return answer;
}

// Nothing if the body says nothing: no JSON object, or one without a status.
std::optional<TryResult> judge_body(const std::string& body) {
  boost::system::error_code error;
  const auto value = boost::json::parse(body, error);
  if (error || !value.is_object()) return {};
  const auto& object = value.get_object();
  for (const auto* key : {"status", "hookStatus"}) {
    if (!object.contains(key)) continue;
    const auto said = text_of(object, key);
    if (const auto kind = kind_of(key, said)) return TryResult{answer_of(*kind, object)};
    return failed(
        "answers with " + std::string(key) + " `" + excerpt(said) + "`; it must be " +
        (std::strcmp(key, "status") == 0 ? "continue, fail or wait" : "SUCCEEDED, FAILED or IN_PROGRESS"));
  }
  return {};
}

TryResult judge_success(const HttpResult& result, ReadsBody reads) {
  TryResult judged;
  if (result.status == 202) judged.answer.kind = Kind::wait;
  if (reads == ReadsBody::as_answer)
    if (const auto body = judge_body(result.body)) judged = *body;
  if (judged.answer.kind == Kind::wait && !judged.answer.retry_after)
    judged.answer.retry_after = result.retry_after;
  return judged;
}

std::string status_reason(const HttpResult& result) {
  const auto body = excerpt(result.body);
  return "answers with status " + std::to_string(result.status) + (body.empty() ? "" : ": " + body);
}

TryResult judge_status(const HttpResult& result) {
  if (result.status >= 300 && result.status < 400)
    return failed(status_reason({.status = result.status}) +
                  (result.location.empty() ? "" : ", to " + excerpt(result.location)) +
                  "; redirects are not followed");
  if (result.status != 429 && result.status < 500) return failed(status_reason(result));
  auto judged = failed_try(status_reason(result));
  judged.not_before = result.retry_after;
  return judged;
}

}  // namespace

TryResult failed_try(std::string reason) {
  auto result = failed(std::move(reason));
  result.verdict = TryResult::Verdict::try_again;
  return result;
}

TryResult failed(std::string reason) {
  return {.answer = {.kind = Kind::fail, .reason = std::move(reason)}};
}

TryResult judge_http(const HttpResult& result, ReadsBody reads) {
  switch (result.error) {
    case HttpResult::Error::none:
      break;
    case HttpResult::Error::unreachable:
    case HttpResult::Error::timed_out:
    case HttpResult::Error::broken:
      return failed_try(result.what);
    case HttpResult::Error::too_large:
    case HttpResult::Error::other:
      return failed(result.what);
  }
  if (result.status >= 200 && result.status < 300) return judge_success(result, reads);
  return judge_status(result);
}

TryResult judge_program(const ProgramEnd& end) {
  const auto line = last_line(end.output);
  const auto said = line.empty() ? "" : ": " + line;
  if (!end.exit_code) return failed_try("ended by signal " + std::to_string(end.signal) + said);
  if (*end.exit_code == 0) return {};
  if (*end.exit_code == EX_TEMPFAIL) return {.answer = {.kind = Kind::wait, .reason = line}};
  return failed_try("exits with " + std::to_string(*end.exit_code) + said);
}

}  // namespace sluice
