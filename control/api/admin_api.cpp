#include "control/api/admin_api.h"

#include <algorithm>
#include <iterator>

#include "control/api/change_refusal.h"
#include "control/api/rollout_metrics.h"
#include "control/api/routes.h"
#include "control/api/target_metrics.h"

namespace sluice {

boost::asio::awaitable<ApiResponse> AdminApi::answer(ApiRequest request) {
  if (auto refused = guard_.refuse(request)) co_return std::move(*refused);
  const auto found = find_route(request.method, request.path);
  if (!found) co_return found.error();
  auto author = access_.let_in(request, found->route->role, Clock::now());
  if (!author) co_return author.error();
  request.author = *std::move(author);
  request.parameters = found->parameters;
  auto answer = answer_of(*found->route, *this, std::move(request));
  co_return co_await std::move(answer);
}

void AdminApi::sample() {
  const auto now = Clock::now();
  if (rates_.wants_sample(now)) rates_.sample(sources_.outcomes.totals(), now);
}

TargetSurvey AdminApi::survey() const {
  const auto reports = sources_.check_reports ? sources_.check_reports() : CheckReports();
  return {sources_.revisions, reports, Clock::now()};
}

boost::asio::awaitable<std::optional<ApiResponse>> AdminApi::abort_rollouts(std::string service,
                                                                            std::string author) {
  std::vector<std::string> ids;
  for (const auto* rollout : rollouts().list())
    if (!rollout->ended() && rollout->course != Course::back &&
        (service.empty() || rollout->service == service))
      ids.push_back(rollout->id);
  for (const auto& id : ids) {
    Provenance by{.author = author, .reason = "to make another change"};
    const auto aborted = co_await rollouts().command(id, RolloutCommand::abort, std::move(by));
    if (!aborted) co_return refusal_of(aborted.error());
  }
  co_return std::nullopt;
}

std::vector<prometheus::MetricFamily> AdminApi::collect() {
  auto families = control_metrics(sources_.revisions, sources_.counts());
  std::ranges::move(rollout_metrics(sources_.rollouts, sources_.revisions), std::back_inserter(families));
  std::ranges::move(target_metrics(survey()), std::back_inserter(families));
  std::erase_if(collectables_, [](const auto& each) { return each.expired(); });
  for (const auto& each : collectables_)
    if (const auto collectable = each.lock()) {
      auto more = collectable->Collect();
      families.insert(families.end(), std::make_move_iterator(more.begin()),
                      std::make_move_iterator(more.end()));
    }
  return families;
}

}  // namespace sluice
