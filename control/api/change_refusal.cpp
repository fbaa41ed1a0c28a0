#include "control/api/change_refusal.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "control/api/json_text.h"

namespace sluice {
namespace {

namespace json = boost::json;

ApiResponse invalid_config(const ChangeRefused& refused) {
  auto response = problem(422, "invalid_config", refused.what);
  auto body = json::parse(response.body).as_object();
  body["problems"] = problems_json(refused.problems);
  response.body = json_text(body);
  return response;
}

}  // namespace

json::array problems_json(const std::vector<config::Problem>& problems) {
  json::array list;
  for (const auto& each : problems)
    list.push_back(json::object{
        {"line", each.mark.line}, {"column", each.mark.column}, {"key", each.key}, {"what", each.what}});
  return list;
}

ApiResponse refusal_of(const ChangeRefused& refused) {
  using Reason = ChangeRefused::Reason;
  switch (refused.reason) {
    case Reason::no_such_service:
      return problem(404, "no_such_service", refused.what);
    case Reason::no_such_variant:
      return problem(422, "no_such_variant", refused.what);
    case Reason::variant_missing:
      return problem(422, "variant_missing", refused.what);
    case Reason::named_twice:
      return problem(422, "variant_named_twice", refused.what);
    case Reason::all_zero:
      return problem(422, "all_weights_zero", refused.what);
    case Reason::too_fine:
      return problem(422, "weights_too_fine", refused.what);
    case Reason::stale:
      return problem(412, "stale_revision", refused.what);
    case Reason::rollout_running:
      return problem(409, "rollout_running", refused.what);
    case Reason::invalid_config:
      return invalid_config(refused);
    case Reason::no_such_revision:
      return problem(404, "no_such_revision", refused.what);
    case Reason::store_unavailable:
      return problem(503, "store_unavailable", refused.what);
    case Reason::not_published:
      break;
  }
  return problem(500, "not_published", refused.what);
}

ApiResponse refusal_of(const RolloutRefused& refused) {
  using Reason = RolloutRefused::Reason;
  switch (refused.reason) {
    case Reason::no_such_service:
      return problem(404, "no_such_service", refused.what);
    case Reason::no_such_rollout:
      return problem(404, "no_such_rollout", refused.what);
    case Reason::no_such_variant:
      return problem(422, "no_such_variant", refused.what);
    case Reason::no_such_strategy:
      return problem(422, "no_such_strategy", refused.what);
    case Reason::nothing_to_do:
      return problem(422, "nothing_to_do", refused.what);
    case Reason::rollout_running:
      return problem(409, "rollout_running", refused.what);
    case Reason::frozen:
      return problem(409, "frozen", refused.what);
    case Reason::not_now:
      return problem(409, "not_now", refused.what);
    case Reason::store_unavailable:
      return problem(503, "store_unavailable", refused.what);
    case Reason::not_published:
      break;
  }
  return problem(500, "not_published", refused.what);
}

}  // namespace sluice
