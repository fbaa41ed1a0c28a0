#include <exception>
#include <iostream>
#include <memory>

#include "control/cli/ask.h"
#include "control/cli/commands.h"
#include "control/cli/fields.h"
#include "control/cli/interrupts.h"
#include "control/cli/status_screen.h"
#include "control/cli/table.h"
#include "control/cli/terminal.h"

namespace sluice::cli {
namespace {

constexpr std::chrono::seconds between_looks{1}, longest_look{5};

AdminRequest question() {
  return {.method = "GET", .path = "/v1/status", .body = {}};
}

// Of one look; throws as the screen does.
std::string screen_of(const ShowStatus& options, const boost::json::object& status) {
  if (options.output == Output::json) return json_text(status) + "\n";
  const auto detail = options.look == Look::watch ? StatusDetail::splits : StatusDetail::numbers;
  return status_screen(status, wants_colour(), detail);
}

int show_once(const ShowStatus& options) {
  const auto answer = ask(options.admin, question());
  if (!answer) return answer.error();
  const auto screen = screen_of(options, *answer);
  const auto size = options.output == Output::table ? terminal_size() : std::nullopt;
  std::cout << (size ? clipped(screen, size->columns) : screen);
  return exit_done;
}

// Over the one before on a terminal, below it elsewhere.
void paint(const std::string& screen, bool first) {
  if (const auto size = terminal_size())
    std::cout << repainted(screen, *size) << std::flush;
  else
    std::cout << (first ? "" : "\n") << screen << std::flush;
}

// While the proxy restarts there is nothing to see, but soon there will be.
std::string look_again(const ShowStatus& options) {
  const auto told = ask_quietly(options.admin, question(), longest_look);
  if (!told) return told.error().what + "\n";
  if (is_refusal(told->status))
    return "the proxy answered with status " + std::to_string(told->status) + "\n";
  return screen_of(options, told->body);
}

int watch(const ShowStatus& options) {
  const auto answer =
      ask(options.admin, question());  // what is wrong at once is better said below the command
  if (!answer) return answer.error();
  auto screen = screen_of(options, *answer);
  Interrupts interrupts;
  const bool in_place = options.output == Output::table && terminal_size();
  const auto own_screen = in_place ? std::make_unique<FullScreen>() : nullptr;
  for (bool first = true;; first = false) {
    if (options.output == Output::json)
      std::cout << screen << std::flush;  // a line each
    else
      paint(screen, first);
    if (interrupts.come_within(between_looks)) return exit_done;
    screen = look_again(options);
  }
}

}  // namespace

int status(const ShowStatus& options) {
  try {
    return options.look == Look::watch ? watch(options) : show_once(options);
  } catch (const std::exception&) {  // another version, or something else altogether
    return another_version(options.admin);
  }
}

}  // namespace sluice::cli
