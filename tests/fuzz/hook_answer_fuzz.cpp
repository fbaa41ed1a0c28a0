// Any bytes as what a hook says: a verdict within the bounds, with a reason if it is a bad one.
#include <chrono>

#include "control/rollout/hook_answer.h"
#include "tests/fuzz/require.h"

// BODY, and a byte each for the status and its hundreds
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  using namespace std::chrono_literals;
  auto input = fuzz::text_of(data, size);
  const auto hundreds = fuzz::take_number(input) % 8;
  HttpResult result;
  result.status = static_cast<int>(hundreds * 100 + fuzz::take_number(input) % 100);
  result.body = std::string(input);
  for (const auto reads : {ReadsBody::as_answer, ReadsBody::no}) {
    const auto judged = judge_http(result, reads);
    if (judged.answer.kind == HookAnswer::Kind::fail) fuzz::require(!judged.answer.reason.empty());
    if (judged.answer.kind != HookAnswer::Kind::fail) fuzz::require(result.status >= 200 && result.status < 300);
    if (const auto wait = judged.answer.retry_after) fuzz::require(*wait >= 1s && *wait <= 24h);
  }
  ProgramEnd end;
  end.exit_code = static_cast<int>(hundreds);
  end.output = std::string(input);
  const auto judged = judge_program(end);
  fuzz::require(judged.answer.kind != HookAnswer::Kind::fail || !judged.answer.reason.empty());
  return 0;
}
