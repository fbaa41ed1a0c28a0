// What a hook said, made of what came of one try. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

struct HookAnswer {
  enum class Kind { proceed, fail, wait };  // wait: ask again later, with the same key

  Kind kind = Kind::proceed;
  std::string reason = {};  // for people; may be empty unless it failed
  std::optional<std::chrono::milliseconds> retry_after = {};  // of a wait, if the hook said so: 1 s to 24 h
};

// What came of one try: an answer, and whether another try may give a better one.
struct TryResult {
  enum class Verdict { final, try_again };

  HookAnswer answer = {};
  Verdict verdict = Verdict::final;
  std::optional<std::chrono::milliseconds> not_before = {};  // the peer asks to be left alone for so long
};

// What an HTTP call gave: a status, or an error in libcurl's words.
struct HttpResult {
  enum class Error { none, unreachable, timed_out, broken, too_large, other };

  Error error = Error::none;
  std::string what = {};  // of an error
  int status = 0;
  std::string body = {};                                      // at most 64 KiB
  std::string location = {};                                  // of a redirect
  std::optional<std::chrono::milliseconds> retry_after = {};  // of the header
};

// Whether the body of a 2xx is an answer, or only the status counts (notifications).
enum class ReadsBody { as_answer, no };
[[nodiscard]] TryResult judge_http(const HttpResult& result, ReadsBody reads);

// How a program ended: an exit code, or the signal that ended it.
struct ProgramEnd {
  std::optional<int> exit_code = {};
  int signal = 0;
  std::string output = {};  // the last 4 KiB of stdout and stderr
};
[[nodiscard]] TryResult judge_program(const ProgramEnd& end);

// A failure that another try may mend.
[[nodiscard]] TryResult failed_try(std::string reason);
// One that it can't.
[[nodiscard]] TryResult failed(std::string reason);

}  // namespace sluice
