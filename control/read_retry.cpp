#include "control/read_retry.h"

#include "control/choices.h"
#include "control/did_you_mean.h"
#include "control/scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;
constexpr std::uint64_t MiB = 1024 * 1024;

// A word, or the status of a response that may be thrown away for another.
Result<RetryOn, std::string> retry_on(std::string_view text) {
  static const Choices<RetryEvent> events{{"connect", RetryEvent::connect},
                                          {"reset", RetryEvent::reset},
                                          {"refused", RetryEvent::refused},
                                          {"timeout", RetryEvent::timeout}};
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (digits) return number(400, 599)(text).map([](auto code) { return RetryOn(static_cast<int>(code)); });
  std::vector<std::string> words;
  for (const auto& [word, event] : events) {
    if (word == text) return event;
    words.push_back(word);
  }
  return failure("`" + std::string(text) +
                 "` is no reason to try again; write connect, reset, refused, timeout" +
                 " or a status code from 400 to 599" + did_you_mean(text, words));
}

}  // namespace

Result<Fallback, std::string> fallback(std::string_view text) {
  static const auto parse = choice<Fallback>({{"stable", Fallback::stable}, {"none", Fallback::none}});
  return parse(text);
}

Retry read_retry(Mapping& retry) {
  Retry result;
  retry.read("attempts", result.attempts, number(1, 10));
  if (const auto on = retry.find("on")) on->read_list(result.on, retry_on);
  retry.read("to", result.to, choice<RetryTo>({{"stable", RetryTo::stable}}));
  retry.read("budget", result.budget, percent);
  retry.read("per_try_timeout", result.per_try_timeout, duration(1ms, 24h));
  retry.read("buffer", result.buffer, size(0, 16 * MiB));
  retry.read("hedge", result.hedge_after, duration(50ms, 1h));
  return result;
}

Mirror read_mirror(Mapping& mirror) {
  Mirror result;
  mirror.require("to", result.to, some_text);
  mirror.read("share", result.share, percent);
  mirror.read("body", result.body, size(0, 16 * MiB));
  return result;
}

}  // namespace sluice::config
