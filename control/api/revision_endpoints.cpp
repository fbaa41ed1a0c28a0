#include "control/api/change_refusal.h"
#include "control/api/endpoints.h"
#include "control/api/query_number.h"
#include "control/api/rollout_request.h"
#include "control/api/utc_text.h"
#include "control/config_diff.h"
#include "control/config_yaml.h"

namespace sluice::endpoints {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

constexpr std::size_t default_limit = 50;

json::object summary_json(const RevisionRecord& record) {
  return {{"revision", record.number}, {"parent", record.parent},
          {"at", utc_text(record.at)}, {"author", record.author},
          {"kind", record.kind},       {"reason", record.reason},
          {"diff", record.diff},       {"ended_rollout", record.ended_rollout}};
}

json::object split_json(const Allocation& allocation) {
  json::object variants;
  for (const auto& variant : allocation.variants) variants[variant.name] = variant.weight.value();
  return {{"stable", allocation.stable}, {"weights", std::move(variants)}};
}

ApiResponse no_such_revision(const std::string& text) {
  return problem(404, "no_such_revision", "no revision `" + text + "` is kept");
}

std::shared_ptr<const RevisionRecord> find(AdminApi& api, const std::string& text) {
  const auto number = query_number(text);
  return number ? api.revisions().history().find(*number) : nullptr;
}

bool says_true(const ApiRequest& request, const std::string& key) {
  const auto found = request.query.find(key);
  return found != request.query.end() && found->second == "true";
}

}  // namespace

ApiResponse revisions(AdminApi& api, const ApiRequest& request) {
  auto limit = default_limit;
  if (const auto wanted = request.query.find("limit"); wanted != request.query.end())
    limit = query_number(wanted->second).value_or(default_limit);
  json::array list;
  const auto& all = api.revisions().history().all();
  for (auto each = all.rbegin(); each != all.rend() && list.size() < limit; ++each)
    list.push_back(summary_json(*each->second));
  const auto* current = api.revisions().current().get();
  return json_response(
      json::object{{"current", current ? current->revision : 0}, {"revisions", std::move(list)}});
}

ApiResponse revision(AdminApi& api, const ApiRequest& request) {
  const auto record = find(api, request.parameters.at(0));
  if (!record) return no_such_revision(request.parameters.at(0));
  auto object = summary_json(*record);
  auto& services = object["services"].emplace_object();
  for (const auto& [name, allocation] : record->services) services[name] = split_json(*allocation);
  object["config"] = record->config ? record->config->text : std::string();
  return json_response(object);
}

asio::awaitable<ApiResponse> roll_back(AdminApi& api, ApiRequest request) {
  const auto record = find(api, request.parameters.at(0));
  if (!record) co_return no_such_revision(request.parameters.at(0));
  auto reason = parse_reason(request.body);
  if (!reason) co_return problem(reason.error().status, reason.error().code, reason.error().what);
  if (says_true(request, "abort")) {
    const std::string every_service;
    if (auto failed = co_await api.abort_rollouts(every_service, request.author))
      co_return *std::move(failed);
  }
  Provenance by{.author = request.author, .reason = *std::move(reason)};
  const auto made = co_await api.revisions().roll_back(record->number, std::move(by));
  if (!made) co_return refusal_of(made.error());
  co_return json_response(json::object{{"revision", *made}});
}

ApiResponse get_config(AdminApi& api, const ApiRequest&) {
  return {.status = 200,
          .content_type = "application/yaml",
          .body = api.revisions().config().text,
          .headers = {}};
}

asio::awaitable<ApiResponse> put_config(AdminApi& api, ApiRequest request) {
  const auto& now = api.revisions().config();
  auto parsed = read_config_text(request.body, now.path);
  if (!parsed.problems.empty())
    co_return refusal_of(ChangeRefused{
        ChangeRefused::Reason::invalid_config,
        std::to_string(parsed.problems.size()) + " problems in the configuration", parsed.problems});
  const auto changes = config_diff(now.text, parsed.config.text);
  if (says_true(request, "dry_run")) {
    json::array list;
    for (const auto& line : changes) list.emplace_back(line);
    json::array drift;
    for (const auto& line : weight_drift(parsed.config, *api.revisions().current())) drift.emplace_back(line);
    co_return json_response(
        json::object{{"changes", std::move(list)},
                     {"drift", std::move(drift)},
                     {"problems", problems_json(api.revisions().try_out(parsed.config))}});
  }
  if (says_true(request, "abort")) {
    const std::string every_service;
    if (auto failed = co_await api.abort_rollouts(every_service, request.author))
      co_return *std::move(failed);
  }
  Provenance by{.author = request.author, .reason = {}};
  const auto made = co_await api.revisions().apply(std::move(parsed.config), std::move(by));
  if (!made) co_return refusal_of(made.error());
  co_return json_response(json::object{{"revision", *made}, {"changes", changes.size()}});
}

}  // namespace sluice::endpoints
