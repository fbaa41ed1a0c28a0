#include "control/rollout/hook_request.h"

#include <cstdlib>
#include <filesystem>

#include "control/file_text.h"
#include "control/rollout/call_signature.h"
#include "control/secrets.h"

namespace sluice {
namespace {

std::int64_t unix_time() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

// A file beside the configuration, if there is one, or else what PATH finds.
std::string program_path(const std::string& word, const std::string& config_file) {
  const auto near = beside(config_file, word);
  if (word.find('/') != std::string::npos) return near;
  std::error_code none;
  return std::filesystem::is_regular_file(near, none) ? near : word;
}

}  // namespace

Result<HttpRequest, std::string> http_request(const HookCall& call, const config::HttpCall& http,
                                              const std::string& config_file) {
  HttpRequest request{.url = http.url, .headers = {}, .body = call.body, .timeout = call.hook.timeout};
  request.headers = {"Content-Type: application/json", "Idempotency-Key: " + call.idempotency_key};
  if (http.secret_file.empty()) return request;
  const auto secrets = read_secrets(beside(config_file, http.secret_file));
  if (!secrets) return failure("secret_file " + http.secret_file + ": " + secrets.error());
  request.headers.push_back("X-Sluice-Signature: " +
                            call_signature(secrets->front(), unix_time(), call.body));
  return request;
}

ProgramStart program_start(const HookCall& call, const config::Command& command,
                           const std::string& config_file) {
  ProgramStart start{.words = command.words, .environment = {}, .input = call.body};
  start.words.front() = program_path(start.words.front(), config_file);
  for (const auto* name : {"PATH", "HOME", "LANG", "TZ"})
    if (const auto* value = std::getenv(name)) start.environment.push_back(std::string(name) + "=" + value);
  start.environment.push_back("SLUICE_IDEMPOTENCY_KEY=" + call.idempotency_key);
  for (const auto& [name, value] : call.environment) start.environment.push_back(name + "=" + value);
  return start;
}

std::string name_of(const config::Hook& hook) {
  if (const auto* command = std::get_if<config::Command>(&hook.call)) return command->words.front();
  const auto& url = std::get<config::HttpCall>(hook.call).url;
  return url.substr(0, url.find_first_of("/?", url.find("://") + 3));
}

}  // namespace sluice
