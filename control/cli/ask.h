// A command's question to the proxy: the JSON that it answered with, or the exit code after what went wrong
// has been printed.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>

#include "control/cli/admin_client.h"
#include "control/cli/cli.h"
#include "control/cli/proxy.h"
#include "routing/result.h"

namespace sluice::cli {

[[nodiscard]] Result<boost::json::object, int> ask(const Proxy& admin, AdminRequest request);

// The same for whoever has a use for refusals or goes on without an answer: prints nothing.
struct Told {
  unsigned status = 0;
  boost::json::object body;  // of a refusal the problem; empty if it was no JSON
};
struct NoAnswer {
  ExitCode code;
  std::string what;  // for people
};
[[nodiscard]] Result<Told, NoAnswer> ask_quietly(
    const Proxy& admin, AdminRequest request, std::chrono::milliseconds timeout = std::chrono::seconds(10));
[[nodiscard]] constexpr bool is_refusal(unsigned status) noexcept {
  return status < 200 || status > 299;
}
// Prints what a refusal says; returns the exit code.
[[nodiscard]] int refused(const Told& told);

// An answer of another shape: prints so, returns the exit code.
[[nodiscard]] int another_version(const Proxy& admin);

}  // namespace sluice::cli
