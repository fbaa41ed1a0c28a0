#include "control/read_hook.h"

#include <algorithm>
#include <optional>

#include "control/choices.h"
#include "control/did_you_mean.h"
#include "control/scalars.h"
#include "control/strategy_scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;

const Choices<Stage> stages{
    {"before_traffic", Stage::before_traffic}, {"after_test_traffic", Stage::after_test_traffic},
    {"before_step", Stage::before_step},       {"after_step", Stage::after_step},
    {"before_promote", Stage::before_promote}, {"after_promote", Stage::after_promote},
    {"after_rollback", Stage::after_rollback}, {"per_target", Stage::per_target}};

// Stages are keys: a wrong one is said as the reader says it of any other.
std::optional<Stage> stage_of(const std::string& key, const Value& value) {
  std::vector<std::string> known;
  for (const auto& [word, stage] : stages) {
    if (word == key) return stage;
    known.push_back(word);
  }
  value.problem("unknown key" + did_you_mean(key, known));
  return {};
}

void read_call(Mapping& mapping, Hook& into) {
  HttpCall http;
  Command command;
  mapping.read("http", http.url, http_url);
  mapping.read("secret_file", http.secret_file, some_text);
  if (const auto words = mapping.find("command")) words->read_list(command.words, any_text);
  need_one_of(mapping, {"http", "command"});
  if (mapping.has("secret_file") && mapping.has("command") && !mapping.has("http"))
    mapping.problem("`secret_file` goes only with `http`");
  if (mapping.has("http")) into.call = std::move(http);
  if (mapping.has("command")) into.call = std::move(command);
}

}  // namespace

std::string stage_word(Stage stage) {
  const auto same = [&](const auto& choice) { return choice.second == stage; };
  return std::ranges::find_if(stages, same)->first;
}

void read_hook(const std::string& stage, const Value& value, std::vector<Hook>& into) {
  const auto known = stage_of(stage, value);
  if (!known && !value.lists_keys()) return;
  Hook result;
  result.stage = known.value_or(Stage::before_traffic);
  value.mapping([&](Mapping& hook) {
    read_call(hook, result);
    hook.read("timeout", result.timeout, duration(100ms, 14 * 24h));  // ECS' longest
    hook.read("retries", result.retries, number(0, 10));
  });
  into.push_back(std::move(result));
}

}  // namespace sluice::config
