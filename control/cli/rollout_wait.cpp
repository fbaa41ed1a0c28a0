#include "control/cli/rollout_wait.h"

#include <array>
#include <ctime>
#include <iostream>

#include "control/cli/ask.h"
#include "control/cli/fields.h"
#include "control/cli/interrupts.h"
#include "control/cli/rollout_text.h"
#include "control/percent_encoding.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds between_looks{100}, between_tries{500};
constexpr std::chrono::seconds patience{30}, longest_look{5};

class Waiting {
 public:
  Waiting(const Proxy& admin, json::object rollout, Output output)
      : admin_(admin), rollout_(std::move(rollout)), output_(output) {}

  int run() {
    for (;;) {
      tell_change();
      if (has_ended(rollout_)) return tell_end();
      if (interrupts_.come_within(between_looks)) return leave();
      if (const auto failed = look_again()) return *failed;
    }
  }

 private:
  [[nodiscard]] std::string id() const { return field_text(rollout_.at("id")); }
  void tell_change();
  int tell_end();
  int leave();
  std::optional<int> look_again();

  const Proxy& admin_;
  json::object rollout_;
  Output output_;
  Interrupts interrupts_;
  std::string told_;
};

std::string clock_text() {
  const auto now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &parts)};
}

void Waiting::tell_change() {
  if (output_ == Output::json) return;
  auto text = progress_text(rollout_, wants_colour());
  if (text == told_ || has_ended(rollout_)) return;
  std::cout << clock_text() << "  " << text << '\n' << std::flush;
  told_ = std::move(text);
}

int Waiting::tell_end() {
  if (output_ == Output::json)
    std::cout << json_text(rollout_) << '\n';
  else
    std::cout << clock_text() << "  " << id() << " of " << field_text(rollout_.at("service")) << ": "
              << progress_text(rollout_, wants_colour()) << '\n';
  return has_succeeded(rollout_) ? exit_done : exit_failed;
}

int Waiting::leave() {
  return fail(exit_failed, "nobody waits any more; rollout " + id() + " goes on\nsluice rollout status " +
                               id() + " --wait waits again, sluice rollout abort " + id() + " takes it back");
}

// The exit code if that is no use any more.
std::optional<int> Waiting::look_again() {
  bool restarted = false;
  for (const auto deadline = Clock::now() + patience;;) {
    auto told = ask_quietly(
        admin_, {.method = "GET", .path = "/v1/rollouts/" + percent_encoded(id()), .body = {}}, longest_look);
    if (told && !is_refusal(told->status)) {
      rollout_ = std::move(told->body);
      return {};
    }
    if (told && told->status == 404 && restarted)
      return fail(exit_failed, "the proxy has restarted and knows rollout " + id() +
                                   " no more: without --state a restart forgets them");
    if (told) return refused(*told);
    if (told.error().code != exit_not_reachable || Clock::now() >= deadline)
      return fail(told.error().code, told.error().what);
    if (!restarted)
      std::cerr << "sluice: the proxy does not answer; trying for " << patience.count() << " s\n";
    restarted = true;
    if (interrupts_.come_within(between_tries)) return leave();
  }
}

}  // namespace

int wait_for_rollout(const Proxy& admin, json::object rollout, Output output) {
  return Waiting(admin, std::move(rollout), output).run();
}

}  // namespace sluice::cli
