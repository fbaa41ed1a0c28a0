#include <iostream>

#include "control/api/json_text.h"
#include "control/cli/ask.h"
#include "control/cli/commands.h"
#include "control/cli/table.h"
#include "control/percent_encoding.h"
#include "control/revisions.h"

namespace sluice::cli {
namespace {

Result<NamedWeights, std::string> parse(const std::vector<std::string>& typed) {
  NamedWeights weights;
  for (const auto& text : typed) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == text.npos)
      return failure("`" + text + "` is no variant with its weight, as in blue=90");
    const auto weight = Weight::parse(std::string_view(text).substr(equals + 1));
    if (!weight)
      return failure("`" + text + "`: a weight is a number from 0 to 1000000000 with at most six decimals");
    for (const auto& [name, other] : weights)
      if (name == text.substr(0, equals)) return failure("variant `" + name + "` is named twice");
    weights.emplace_back(text.substr(0, equals), *weight);
  }
  return weights;
}

// The digits as they were typed: a weight is no double.
std::string body_of(const NamedWeights& weights) {
  std::string body;
  for (const auto& [name, weight] : weights)
    body += (body.empty() ? "{" : ", ") + json_text(boost::json::string(name)) + ": " + weight.text();
  return body + "}";
}

void print_shares(const NamedWeights& weights) {
  double sum = 0;
  for (const auto& [name, weight] : weights) sum += weight.value();
  const char* comma = "";
  for (const auto& [name, weight] : weights) {
    std::cout << comma << name << ' ' << weight.text() << " (" << percent(weight.value() / sum) << ')';
    comma = ", ";
  }
}

}  // namespace

int set_weights(const SetWeights& options) {
  const auto weights = parse(options.weights);
  if (!weights) return fail(exit_bad_usage, weights.error());
  const auto answer =
      ask(options.admin, {.method = "PUT",
                          .path = "/v1/services/" + percent_encoded(options.service) + "/weights" +
                                  (options.rollouts == Rollouts::abort ? "?abort=true" : ""),
                          .body = body_of(*weights)});
  if (!answer) return answer.error();
  if (options.output == Output::json) {
    std::cout << json_text(*answer) << '\n';
    return exit_done;
  }
  std::cout << options.service << ": ";
  print_shares(*weights);
  std::cout << ", revision " << json_text(answer->at("revision")) << '\n';
  return exit_done;
}

}  // namespace sluice::cli
